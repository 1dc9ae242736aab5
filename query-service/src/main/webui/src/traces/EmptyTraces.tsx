import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FilterX, History } from 'lucide-react'
import { api } from '../api/client'
import { Button } from '../ui/Button'
import { formatAgo, formatTimestamp } from '../ui/format'
import { Message } from '../ui/Message'
import { FirstTrace } from './FirstTrace'
import { isFiltered, type TracesSearch, toListQuery } from './tracesSearch'

interface EmptyTracesProps {
  projectId: string
  search: TracesSearch
  onChange: (search: TracesSearch) => void
  live: boolean
}

/** Nothing to show: because of a filter, because of the time range, or because nothing was ever sent. */
export function EmptyTraces({ projectId, search, onChange, live }: EmptyTracesProps) {
  const filtered = isFiltered(search)
  const newest = useQuery({
    queryKey: ['newest-trace', projectId],
    queryFn: ({ signal }) =>
      api.traces(
        projectId,
        { ...toListQuery(search, new Date()), from: '2000-01-01T00:00:00Z', to: undefined, limit: 1 },
        signal,
      ),
    enabled: !filtered,
  })
  const { range, from, to } = search
  if (filtered) {
    return (
      <Message
        icon={<FilterX size={22} />}
        title="No trace matches"
        actions={
          <>
            <Button look="primary" onClick={() => onChange({ range, from, to })}>
              Clear the filters
            </Button>
            {range !== '30d' && (
              <Button onClick={() => onChange({ ...search, from: undefined, to: undefined, range: '30d' })}>
                Look in the last 30 days
              </Button>
            )}
          </>
        }
      >
        A bare word is looked for in names, ids and texts; <code>field:value</code> asks for one field, and a minus
        before it leaves out what matches. The search bar offers the fields.
      </Message>
    )
  }
  if (newest.isPending) return null
  const last = newest.data?.data[0]
  if (!last) return <FirstTrace projectId={projectId} live={live} />
  return (
    <Message
      icon={<History size={22} />}
      title="No trace in this time range"
      actions={
        <Button look="primary" onClick={() => onChange({ from: last.start_time })}>
          Show it
        </Button>
      }
    >
      The newest one came {formatAgo(last.start_time, new Date())} ({formatTimestamp(last.start_time)}).
      {live && ' New ones appear here by themselves.'} One is missing?{' '}
      <Link to="/project/$projectId/ingest-health" params={{ projectId }}>
        See what became of what was sent
      </Link>
      .
    </Message>
  )
}
