import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { MessagesSquare } from 'lucide-react'
import { useState } from 'react'
import { byCursor, retryUnlessRefused } from '../api/queries'
import { type SessionSummary, sessions } from '../api/search'
import { usePageState } from '../app/usePage'
import { TimeRangePicker } from '../traces/filters/TimeRangePicker'
import { lastActiveColumn, totalsColumns, tracesColumn } from '../ui/activityColumns'
import { Button } from '../ui/Button'
import { type DataColumn, DataTable } from '../ui/DataTable'
import { formatDuration } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Message } from '../ui/Message'
import { Page } from '../ui/Page'
import { QueryBar } from '../ui/QueryBar'
import { useNow } from '../ui/useNow'
import { ExportDialog } from '../ui/Work'

const PAGE_SIZE = 100

/** Conversations: traces that belong together, the newest first. */
export function SessionsPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/sessions' })
  const search = useSearch({ from: '/session/project/$projectId/sessions' })
  const { change, period, key, setRange } = usePageState(search)
  const [exporting, setExporting] = useState(false)
  const now = useNow(10_000)
  const query = useInfiniteQuery({
    queryKey: ['sessions', projectId, key, search.query],
    queryFn: ({ pageParam, signal }) =>
      sessions(projectId, { ...period(), query: search.query, limit: PAGE_SIZE, cursor: pageParam }, signal),
    ...byCursor,
    retry: retryUnlessRefused,
  })
  const columns: DataColumn<SessionSummary>[] = [
    {
      id: 'session',
      header: 'Session',
      cell: ({ session_id }) => (
        <Link to="/project/$projectId/sessions/$sessionId" params={{ projectId, sessionId: session_id }}>
          {session_id}
        </Link>
      ),
      sortBy: ({ session_id }) => session_id,
    },
    lastActiveColumn('Last', now),
    {
      id: 'length',
      header: 'Length',
      align: 'end',
      cell: ({ duration_ms }) => formatDuration(duration_ms),
      sortBy: ({ duration_ms }) => duration_ms,
    },
    tracesColumn,
    ...totalsColumns,
    { id: 'users', header: 'Users', cell: ({ users }) => users.join(', ') || '–' },
  ]
  return (
    <Page
      title="Sessions"
      lead="Conversations of several traces, read as one."
      actions={
        <>
          <TimeRangePicker search={search} onChange={setRange} />
          <Button onClick={() => setExporting(true)}>Export</Button>
        </>
      }
    >
      <QueryBar
        projectId={projectId}
        query={search.query}
        onChange={(next) => change({ query: next })}
        error={query.error}
        label="Search sessions"
      />
      {exporting && (
        <ExportDialog
          projectId={projectId}
          what="the sessions"
          request={{ table: 'sessions', query: search.query, ...period() }}
          onClose={() => setExporting(false)}
        />
      )}
      <Loaded
        query={query}
        what="The sessions"
        empty={({ pages }) =>
          pages.every((page) => page.data.length === 0) && (
            <Message icon={<MessagesSquare size={22} />} title="No session here">
              A session is there once traces carry the same session id: <code>session.id</code> or{' '}
              <code>langfuse.session.id</code> on their spans, or <code>gen_ai.conversation.id</code>.
            </Message>
          )
        }
      >
        {({ pages }) => (
          <DataTable
            label="Sessions"
            columns={columns}
            rows={pages.flatMap((page) => page.data)}
            rowKey={({ session_id }) => session_id}
            more={query.hasNextPage && { loading: query.isFetchingNextPage, onMore: () => void query.fetchNextPage() }}
          />
        )}
      </Loaded>
    </Page>
  )
}
