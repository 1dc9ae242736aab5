import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addMember, changeMember, type Member, membersQuery, ROLES, type Role, removeMember } from '../api/manage'
import { sessionQuery } from '../api/queries'
import { mayOf } from '../app/useMay'
import { Button } from '../ui/Button'
import { CopyButton } from '../ui/CopyButton'
import { DataTable } from '../ui/DataTable'
import { Buttons, FieldRow, Form, FormProblem, problemFor, SelectField, TextField } from '../ui/Field'
import { formatTimestamp } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Modal } from '../ui/Modal'
import { Card } from '../ui/Page'
import styles from './Members.module.css'

const MAY: Record<Role, string> = {
  OWNER: 'everything, owners included',
  ADMIN: 'everything but owners',
  MEMBER: 'read, score and comment',
  VIEWER: 'read',
}

function nameOf(role: Role): string {
  return role.charAt(0) + role.slice(1).toLowerCase()
}

/** Who sees the projects of the organization, as what; owners and admins change it. */
export function Members({ projectId }: { projectId: string }) {
  const queryClient = useQueryClient()
  const { queryKey } = membersQuery(projectId)
  const query = useQuery(membersQuery(projectId))
  const session = useQuery(sessionQuery)
  const [removing, setRemoving] = useState<Member>()
  const anew = async () => {
    await queryClient.invalidateQueries({ queryKey })
    // One's own role may be among what changed: it says what pages offer.
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
  }
  const change = useMutation({
    mutationFn: ({ member, role }: { member: Member; role: Role }) => changeMember(projectId, member.id, role),
    onSettled: anew,
  })
  const remove = useMutation({
    mutationFn: (member: Member) => removeMember(projectId, member.id),
    onSuccess: () => {
      setRemoving(undefined)
      return anew()
    },
  })
  const own = query.data?.find(({ email }) => email === session.data?.user.email)
  const roles = ROLES.filter((role) => role !== 'OWNER' || own?.role === 'OWNER')
  const mayManage = mayOf(own?.role).manage
  const mayTouch = (member: Member) => mayManage && (member.role !== 'OWNER' || own?.role === 'OWNER')
  return (
    <>
      <Card title="Members" note="Of the organization; they see all its projects.">
        <Loaded query={query} what="The members">
          {(list) => (
            <DataTable
              label="Members"
              rows={list}
              rowKey={({ id }) => id}
              columns={[
                {
                  id: 'name',
                  header: 'Name',
                  cell: ({ name, invited_until: until }) =>
                    until ? <span className="muted">invited until {formatTimestamp(until)}</span> : name,
                  sortBy: ({ name }) => name ?? '',
                },
                { id: 'email', header: 'E-mail', cell: ({ email }) => email, sortBy: ({ email }) => email },
                {
                  id: 'role',
                  header: 'Role',
                  sortBy: ({ role }) => ROLES.indexOf(role),
                  cell: (member) =>
                    mayTouch(member) && !member.invited_until ? (
                      <select
                        className={styles.role}
                        aria-label={`Role of ${member.email}`}
                        value={member.role}
                        disabled={change.isPending}
                        onChange={(event) => change.mutate({ member, role: event.target.value as Role })}
                      >
                        {roles.map((role) => (
                          <option key={role} value={role}>
                            {nameOf(role)}
                          </option>
                        ))}
                      </select>
                    ) : (
                      nameOf(member.role)
                    ),
                },
                {
                  id: 'remove',
                  header: <span className="visually-hidden">Remove</span>,
                  align: 'end',
                  cell: (member) => {
                    const word = member === own ? 'Leave' : member.invited_until ? 'Take back' : 'Remove'
                    return (
                      (mayTouch(member) || member === own) && (
                        <Button look="quiet" aria-label={`${word} ${member.email}`} onClick={() => setRemoving(member)}>
                          {word}
                        </Button>
                      )
                    )
                  },
                },
              ]}
            />
          )}
        </Loaded>
        <FormProblem error={change.error} />
      </Card>
      {mayManage && <Invite projectId={projectId} roles={roles} onAdded={anew} />}
      {removing && (
        <Modal title={`Remove ${removing.email}?`} open onClose={() => setRemoving(undefined)}>
          <p>
            {removing.invited_until
              ? 'The link of the invitation stops working.'
              : 'They see no project of the organization any more. What they scored and commented stays.'}
          </p>
          <FormProblem error={remove.error} />
          <Buttons>
            <Button disabled={remove.isPending} onClick={() => remove.mutate(removing)}>
              Remove
            </Button>
            <Button look="primary" onClick={() => setRemoving(undefined)}>
              Keep
            </Button>
          </Buttons>
        </Modal>
      )}
    </>
  )
}

function Invite({
  projectId,
  roles,
  onAdded,
}: {
  projectId: string
  roles: readonly Role[]
  onAdded: () => Promise<void>
}) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('MEMBER')
  const add = useMutation({
    mutationFn: () => addMember(projectId, email.trim(), role),
    onSuccess: () => {
      setEmail('')
      return onAdded()
    },
  })
  const added = add.data
  const link = added?.invitation_token && `${window.location.origin}/invitation#${added.invitation_token}`
  return (
    <Card title="Add somebody" note="Who has an account is a member at once. Anybody else gets a link from you.">
      <Form label="Add a member" onSubmit={() => email.trim() && add.mutate()}>
        <FieldRow>
          <TextField
            label="E-mail"
            type="email"
            value={email}
            maxLength={254}
            problem={problemFor(add.error, 'email')}
            onChange={(event) => setEmail(event.target.value)}
          />
          <SelectField
            label="Role"
            note={`May ${MAY[role]}.`}
            value={role}
            choices={roles.map((value) => ({ value, label: nameOf(value) }))}
            onChange={setRole}
          />
        </FieldRow>
        <FormProblem error={add.error} fields={['email']} />
        <Buttons>
          <Button type="submit" look="primary" disabled={!email.trim() || add.isPending}>
            Add
          </Button>
        </Buttons>
      </Form>
      <div role="status">
        {added && !link && <p>{added.member.email} is a member now.</p>}
        {link && (
          <>
            <p>
              <strong>Copy the link for {added.member.email} now: it is not shown again.</strong> No mail is sent. It
              works once.
            </p>
            <p className={styles.link}>
              <code>{link}</code>
              <CopyButton text={link} what="the link" withWord />
            </p>
          </>
        )}
      </div>
    </Card>
  )
}
