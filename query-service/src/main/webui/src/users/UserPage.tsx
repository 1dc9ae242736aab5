import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import { startDeletion } from '../api/manage'
import type { MetricsQuery } from '../api/metrics'
import { retryUnlessRefused } from '../api/queries'
import { scores, sessions, traces } from '../api/search'
import { useMetrics } from '../api/useMetrics'
import { usePageState } from '../app/usePage'
import { TimeRangePicker } from '../traces/filters/TimeRangePicker'
import { Button } from '../ui/Button'
import { MetricsChart } from '../ui/chart/MetricsChart'
import { DataTable } from '../ui/DataTable'
import { Buttons, FormProblem } from '../ui/Field'
import { formatCost, formatCount, formatTimestamp } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Modal } from '../ui/Modal'
import { Card, Columns, Page } from '../ui/Page'
import { termOf } from '../ui/queryText'
import { ScoreChip } from '../ui/ScoreChip'
import { traceColumns } from '../ui/traceColumns'
import { DeletionProgress } from '../ui/Work'

const SHOWN = 20

/** One user: traffic and cost over time, sessions, feedback, the last traces. */
export function UserPage() {
  const { projectId, userId } = useParams({ from: '/session/project/$projectId/users/$userId' })
  const search = useSearch({ from: '/session/project/$projectId/users/$userId' })
  const { period, key, setRange } = usePageState(search)
  const [deleting, setDeleting] = useState(false)
  const query = termOf('user', userId)
  const list = <T,>(name: string, read: (project: string, query: object, signal: AbortSignal) => Promise<T>) => ({
    queryKey: ['user', projectId, userId, name, key],
    queryFn: ({ signal }: { signal: AbortSignal }) => read(projectId, { ...period(), query, limit: SHOWN }, signal),
    retry: retryUnlessRefused,
  })
  const lastTraces = useQuery(list('traces', traces))
  const lastSessions = useQuery(list('sessions', sessions))
  const feedback = useQuery(list('scores', scores))
  const traffic: MetricsQuery = {
    view: 'traces',
    query,
    measures: [{ measure: 'count' }],
    granularity: 'auto',
  }
  const spending: MetricsQuery = { ...traffic, measures: [{ measure: 'total_cost', aggregation: 'sum' }] }
  const counts = useMetrics(projectId, traffic, period, key)
  const costs = useMetrics(projectId, spending, period, key)
  return (
    <Page
      title={userId}
      crumb={
        <Link to="/project/$projectId/users" params={{ projectId }}>
          <ArrowLeft size={13} aria-hidden="true" /> Users
        </Link>
      }
      actions={
        <>
          <TimeRangePicker search={search} onChange={setRange} />
          <Link to="/project/$projectId/traces" params={{ projectId }} search={{ ...key, query }}>
            All traces
          </Link>
          <Button onClick={() => setDeleting(true)}>Delete data…</Button>
        </>
      }
    >
      <Columns>
        <Card title="Traces over time">
          <Loaded query={counts} what="The traffic">
            {(answer) => <MetricsChart label="Traces over time" answer={answer} query={traffic} kind="bar" />}
          </Loaded>
        </Card>
        <Card title="Cost over time">
          <Loaded query={costs} what="The cost">
            {(answer) => <MetricsChart label="Cost over time" answer={answer} query={spending} kind="bar" />}
          </Loaded>
        </Card>
      </Columns>
      <Columns>
        <Card title="Sessions">
          <Loaded query={lastSessions} what="The sessions">
            {({ data }) => (
              <DataTable
                label="Sessions of the user"
                rows={data}
                rowKey={({ session_id }) => session_id}
                columns={[
                  {
                    id: 'session',
                    header: 'Session',
                    cell: ({ session_id }) => (
                      <Link to="/project/$projectId/sessions/$sessionId" params={{ projectId, sessionId: session_id }}>
                        {session_id}
                      </Link>
                    ),
                  },
                  { id: 'when', header: 'Began', cell: ({ start_time }) => formatTimestamp(start_time) },
                  { id: 'n', header: 'Traces', align: 'end', cell: ({ trace_count }) => formatCount(trace_count) },
                  { id: 'cost', header: 'Cost', align: 'end', cell: ({ total_cost }) => formatCost(total_cost) },
                ]}
              />
            )}
          </Loaded>
        </Card>
        <Card title="Feedback and other scores">
          <Loaded query={feedback} what="The scores">
            {({ data }) => (
              <DataTable
                label="Scores of the user's traces"
                rows={data}
                rowKey={({ id }) => id}
                columns={[
                  { id: 'score', header: 'Score', cell: (score) => <ScoreChip score={score} /> },
                  { id: 'comment', header: 'Comment', cell: ({ comment }) => comment ?? '–' },
                  { id: 'when', header: 'When', cell: ({ timestamp }) => formatTimestamp(timestamp) },
                  {
                    id: 'trace',
                    header: 'Trace',
                    cell: ({ trace_id }) =>
                      trace_id ? (
                        <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: trace_id }}>
                          open
                        </Link>
                      ) : (
                        '–'
                      ),
                  },
                ]}
              />
            )}
          </Loaded>
        </Card>
      </Columns>
      <Card title="Last traces">
        <Loaded query={lastTraces} what="The traces">
          {({ data }) => (
            <DataTable
              label="Last traces of the user"
              rows={data}
              rowKey={({ trace_id }) => trace_id}
              columns={traceColumns(projectId, 'Trace')}
            />
          )}
        </Loaded>
      </Card>
      {deleting && <DeleteUser projectId={projectId} userId={userId} onClose={() => setDeleting(false)} />}
    </Page>
  )
}

function DeleteUser({ projectId, userId, onClose }: { projectId: string; userId: string; onClose: () => void }) {
  const [begun, setBegun] = useState<Awaited<ReturnType<typeof startDeletion>>>()
  const [error, setError] = useState<unknown>()
  return (
    <Modal title={`Delete everything of ${userId}?`} open onClose={onClose}>
      {begun ? (
        <DeletionProgress projectId={projectId} deletion={begun} />
      ) : (
        <p>All traces of this user go, with their observations, texts, media and scores. This cannot be undone.</p>
      )}
      <FormProblem error={error} />
      <Buttons>
        {!begun && (
          <Button onClick={() => startDeletion(projectId, { user_id: userId }).then(setBegun, setError)}>
            Delete for good
          </Button>
        )}
        <Button look="primary" onClick={onClose}>
          {begun ? 'Close' : 'Keep'}
        </Button>
      </Buttons>
    </Modal>
  )
}
