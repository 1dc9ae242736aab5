import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../api/client'
import { changePassword } from '../api/manage'
import { Button } from '../ui/Button'
import { Buttons, Form, FormProblem, problemFor, TextField } from '../ui/Field'
import { Modal } from '../ui/Modal'

/** One's own password; other browsers are signed out by it. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({ mutationFn: () => changePassword(current, next) })
  const isWrong = change.error instanceof ApiError && change.error.status === 401
  return (
    <Modal title="Change the password" open onClose={onClose}>
      {change.isSuccess ? (
        <>
          <p role="status">Changed. Other browsers are signed out.</p>
          <Buttons>
            <Button look="primary" onClick={onClose}>
              Close
            </Button>
          </Buttons>
        </>
      ) : (
        <Form onSubmit={() => change.mutate()}>
          <TextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            value={current}
            problem={isWrong ? 'This is not your password.' : undefined}
            onChange={(event) => setCurrent(event.target.value)}
          />
          <TextField
            label="New password"
            type="password"
            autoComplete="new-password"
            note="At least 12 characters."
            value={next}
            problem={problemFor(change.error, 'new_password')}
            onChange={(event) => setNext(event.target.value)}
          />
          {!isWrong && <FormProblem error={change.error} fields={['new_password']} />}
          <Buttons>
            <Button type="submit" look="primary" disabled={!current || !next || change.isPending}>
              Change
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </Buttons>
        </Form>
      )}
    </Modal>
  )
}
