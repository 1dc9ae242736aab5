import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { Users } from 'lucide-react'
import { byCursor, retryUnlessRefused } from '../api/queries'
import { type UserSummary, users } from '../api/search'
import { usePageState } from '../app/usePage'
import { TimeRangePicker } from '../traces/filters/TimeRangePicker'
import { lastActiveColumn, totalsColumns, tracesColumn } from '../ui/activityColumns'
import { type DataColumn, DataTable } from '../ui/DataTable'
import { formatCount } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Message } from '../ui/Message'
import { Page } from '../ui/Page'
import { QueryBar } from '../ui/QueryBar'
import { useNow } from '../ui/useNow'

const PAGE_SIZE = 100
/** The API tells so many sessions of a user at most. */
const SESSIONS_TOLD = 20

/** The application's users: how much they use it, what that costs, and how it goes for them. */
export function UsersPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/users' })
  const search = useSearch({ from: '/session/project/$projectId/users' })
  const { change, period, key, setRange } = usePageState(search)
  const now = useNow(10_000)
  const query = useInfiniteQuery({
    queryKey: ['users', projectId, key, search.query],
    queryFn: ({ pageParam, signal }) =>
      users(projectId, { ...period(), query: search.query, limit: PAGE_SIZE, cursor: pageParam }, signal),
    ...byCursor,
    retry: retryUnlessRefused,
  })
  const columns: DataColumn<UserSummary>[] = [
    {
      id: 'user',
      header: 'User',
      cell: ({ user_id }) => (
        <Link to="/project/$projectId/users/$userId" params={{ projectId, userId: user_id }} search={key}>
          {user_id}
        </Link>
      ),
      sortBy: ({ user_id }) => user_id,
    },
    lastActiveColumn('Last seen', now),
    tracesColumn,
    {
      id: 'sessions',
      header: 'Sessions',
      align: 'end',
      cell: ({ sessions }) => `${formatCount(sessions.length)}${sessions.length === SESSIONS_TOLD ? '+' : ''}`,
      sortBy: ({ sessions }) => sessions.length,
    },
    ...totalsColumns,
  ]
  return (
    <Page
      title="Users"
      lead="Whom the application served, what that cost, and how it went."
      actions={<TimeRangePicker search={search} onChange={setRange} />}
    >
      <QueryBar
        projectId={projectId}
        query={search.query}
        onChange={(next) => change({ query: next })}
        error={query.error}
        label="Search users"
      />
      <Loaded
        query={query}
        what="The users"
        empty={({ pages }) =>
          pages.every((page) => page.data.length === 0) && (
            <Message icon={<Users size={22} />} title="No user here">
              A user is there once a trace carries <code>user.id</code> or <code>langfuse.user.id</code>.
            </Message>
          )
        }
      >
        {({ pages }) => (
          <DataTable
            label="Users"
            columns={columns}
            rows={pages.flatMap((page) => page.data)}
            rowKey={({ user_id }) => user_id}
            more={query.hasNextPage && { loading: query.isFetchingNextPage, onMore: () => void query.fetchNextPage() }}
          />
        )}
      </Loaded>
    </Page>
  )
}
