import { useMutation, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import {
  type Deletion,
  deletionOf,
  type Export,
  type ExportRequest,
  exportContentUrl,
  exportOf,
  startExport,
} from '../api/manage'
import { Button } from './Button'
import { Buttons, type Choice, FormProblem, SelectField } from './Field'
import { formatBytes, formatCount } from './format'
import { Modal } from './Modal'
import styles from './Work.module.css'

const LOOK_MS = 1000

function isOver({ state }: Deletion | Export): boolean {
  return state === 'done' || state === 'failed' || state === 'expired'
}

/** How far a long work is: a share where it is known, movement where it is not. */
export function Progress({ share, label }: { share?: number; label: string }) {
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      data-open={share === undefined || undefined}
    >
      <span style={share === undefined ? undefined : { width: `${share * 100}%` }} />
    </div>
  )
}

export function DeletionProgress({ projectId, deletion }: { projectId: string; deletion: Deletion }) {
  const { data = deletion, error } = useQuery({
    queryKey: ['deletion', projectId, deletion.id],
    queryFn: ({ signal }) => deletionOf(projectId, deletion.id, signal),
    initialData: deletion,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LOOK_MS),
  })
  return (
    <div className={styles.work} role="status">
      {!isOver(data) && <Progress label="Deleting" />}
      <p>
        {data.state === 'failed'
          ? `It failed: ${data.problem ?? 'the reason was not told'}. What is left can be deleted again.`
          : data.state === 'done'
            ? `Deleted: ${formatCount(data.traces)} traces, ${formatCount(data.observations)} observations.`
            : 'Deleting. It goes on when this is closed.'}
      </p>
      <FormProblem error={error} />
    </div>
  )
}

interface ExportDialogProps {
  projectId: string
  /** What is exported: "3 traces". */
  what: string
  /** With the table `traces` there is a choice of what of them. */
  request: Omit<ExportRequest, 'format'>
  onClose: () => void
}

const OF_TRACES: readonly Choice<ExportRequest['table']>[] = [
  { value: 'traces', label: 'Traces, a row each' },
  { value: 'observations', label: 'Observations that match' },
  { value: 'content', label: 'Inputs and outputs of observations that match' },
  { value: 'scores', label: 'Scores of the traces' },
]

/** Makes a file of what a query finds, and offers it once it is there. */
export function ExportDialog({ projectId, what, request, onClose }: ExportDialogProps) {
  const [table, setTable] = useState(request.table)
  const [format, setFormat] = useState<ExportRequest['format']>('csv')
  const start = useMutation({ mutationFn: () => startExport(projectId, { ...request, table, format }) })
  return (
    <Modal title={`Export ${what}`} open onClose={onClose}>
      <div className={styles.work}>
        {start.data ? (
          <ExportProgress projectId={projectId} begun={start.data} />
        ) : (
          <>
            {request.table === 'traces' && (
              <SelectField label="What" value={table} choices={OF_TRACES} onChange={setTable} />
            )}
            <SelectField
              label="Format"
              value={format}
              choices={[
                { value: 'csv', label: 'CSV' },
                { value: 'jsonl', label: 'JSON lines' },
                { value: 'parquet', label: 'Parquet' },
              ]}
              onChange={setFormat}
            />
          </>
        )}
        <FormProblem error={start.error} />
        <Buttons>
          {!start.data && (
            <Button look="primary" disabled={start.isPending} onClick={() => start.mutate()}>
              Make the file
            </Button>
          )}
          <Button onClick={onClose}>Close</Button>
        </Buttons>
      </div>
    </Modal>
  )
}

function ExportProgress({ projectId, begun }: { projectId: string; begun: Export }) {
  const { data = begun, error } = useQuery({
    queryKey: ['export', projectId, begun.id],
    queryFn: ({ signal }) => exportOf(projectId, begun.id, signal),
    initialData: begun,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LOOK_MS),
  })
  return (
    <div role="status" className={styles.work}>
      {!isOver(data) && (
        <Progress label="Exporting" share={data.rows_total ? data.rows / data.rows_total : undefined} />
      )}
      {data.state === 'failed' ? (
        <p>It failed: {data.error ?? 'the reason was not told'}.</p>
      ) : (
        <p>
          {formatCount(data.rows)} rows{data.bytes ? `, ${formatBytes(data.bytes)}` : ''}
        </p>
      )}
      {data.state === 'done' && (
        <a href={exportContentUrl(projectId, data.id)} download>
          <Download size={14} aria-hidden="true" /> Download
        </a>
      )}
      <FormProblem error={error} />
    </div>
  )
}
