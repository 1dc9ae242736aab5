import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download, Gauge, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { startDeletion } from '../api/manage'
import { addScore } from '../api/search'
import type { ScoreDataType } from '../api/types'
import { useMay } from '../app/useMay'
import { Button } from '../ui/Button'
import { Buttons, Form, FormProblem, SelectField, TextArea, TextField } from '../ui/Field'
import { formatCount } from '../ui/format'
import { Modal } from '../ui/Modal'
import { DeletionProgress, ExportDialog } from '../ui/Work'
import styles from './BulkBar.module.css'

interface BulkBarProps {
  projectId: string
  ids: readonly string[]
  /** What finds exactly these. */
  query: string
  onDone: () => void
}

/** What can be done with the chosen traces. */
export function BulkBar({ projectId, ids, query, onDone }: BulkBarProps) {
  const may = useMay(projectId)
  const [asked, setAsked] = useState<'export' | 'score' | 'delete'>()
  const traces = `${formatCount(ids.length)} ${ids.length === 1 ? 'trace' : 'traces'}`
  const close = () => setAsked(undefined)
  return (
    <div className={styles.bar} role="group" aria-label="Chosen traces">
      <strong role="status">{traces} chosen</strong>
      <Button onClick={() => setAsked('export')}>
        <Download size={14} aria-hidden="true" />
        Export
      </Button>
      {may.annotate && (
        <Button onClick={() => setAsked('score')}>
          <Gauge size={14} aria-hidden="true" />
          Add score
        </Button>
      )}
      {ids.length === 2 && (
        <Link to="/project/$projectId/compare" params={{ projectId }} search={{ left: ids[0], right: ids[1] }}>
          Compare the two
        </Link>
      )}
      {may.manage && (
        <Button className={styles.danger} onClick={() => setAsked('delete')}>
          <Trash2 size={14} aria-hidden="true" />
          Delete
        </Button>
      )}
      <Button look="quiet" onClick={onDone}>
        <X size={14} aria-hidden="true" />
        None
      </Button>
      {asked === 'export' && (
        <ExportDialog projectId={projectId} what={traces} request={{ table: 'traces', query }} onClose={close} />
      )}
      {asked === 'score' && <ScoreDialog projectId={projectId} ids={ids} traces={traces} onClose={close} />}
      {asked === 'delete' && (
        <DeleteDialog projectId={projectId} ids={ids} traces={traces} onClose={close} onDone={onDone} />
      )}
    </div>
  )
}

interface DialogProps {
  projectId: string
  ids: readonly string[]
  traces: string
  onClose: () => void
}

function ScoreDialog({ projectId, ids, traces, onClose }: DialogProps) {
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [type, setType] = useState<ScoreDataType>('NUMERIC')
  const [value, setValue] = useState('')
  const [comment, setComment] = useState('')
  const add = useMutation({
    mutationFn: async () => {
      const said = type === 'NUMERIC' ? Number(value) : type === 'BOOLEAN' ? value === 'true' : value
      for (const trace_id of ids) {
        await addScore(projectId, {
          trace_id,
          name: name.trim(),
          data_type: type,
          value: said,
          comment: comment || undefined,
        })
      }
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['trace', projectId] })
      onClose()
    },
  })
  const isGiven = name.trim() !== '' && value.trim() !== '' && (type !== 'NUMERIC' || Number.isFinite(Number(value)))
  return (
    <Modal title={`Score ${traces}`} open onClose={onClose}>
      <Form onSubmit={() => isGiven && add.mutate()}>
        <TextField label="Name" value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
        <SelectField
          label="Kind"
          value={type}
          choices={[
            { value: 'NUMERIC', label: 'Number' },
            { value: 'BOOLEAN', label: 'Yes or no' },
            { value: 'CATEGORICAL', label: 'Category' },
            { value: 'TEXT', label: 'Text' },
          ]}
          onChange={(next) => {
            setType(next)
            setValue(next === 'BOOLEAN' ? 'true' : '')
          }}
        />
        {type === 'BOOLEAN' ? (
          <SelectField
            label="Value"
            value={value}
            choices={[
              { value: 'true', label: 'Yes' },
              { value: 'false', label: 'No' },
            ]}
            onChange={setValue}
          />
        ) : (
          <TextField
            label="Value"
            inputMode={type === 'NUMERIC' ? 'decimal' : undefined}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
        <TextArea label="Comment" value={comment} onChange={(event) => setComment(event.target.value)} />
        <FormProblem error={add.error} />
        <Buttons>
          <Button type="submit" look="primary" disabled={!isGiven || add.isPending}>
            {add.isPending ? 'Adding…' : 'Add the score'}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </Buttons>
      </Form>
    </Modal>
  )
}

function DeleteDialog({ projectId, ids, traces, onClose, onDone }: DialogProps & { onDone: () => void }) {
  const queryClient = useQueryClient()
  const start = useMutation({ mutationFn: () => startDeletion(projectId, { trace_ids: [...ids] }) })
  const end = () => {
    void queryClient.resetQueries({ queryKey: ['traces', projectId] })
    onDone()
  }
  return (
    <Modal title={`Delete ${traces}?`} open onClose={start.data ? end : onClose}>
      <div className={styles.progress}>
        {start.data ? (
          <DeletionProgress projectId={projectId} deletion={start.data} />
        ) : (
          <p>
            Their observations, texts, media and scores go with them, and so does their share of the numbers. This
            cannot be undone.
          </p>
        )}
        <FormProblem error={start.error} />
        <Buttons>
          {start.data ? (
            <Button look="primary" onClick={end}>
              Close
            </Button>
          ) : (
            <>
              <Button className={styles.danger} disabled={start.isPending} onClick={() => start.mutate()}>
                Delete for good
              </Button>
              <Button onClick={onClose}>Keep them</Button>
            </>
          )}
        </Buttons>
      </div>
    </Modal>
  )
}
