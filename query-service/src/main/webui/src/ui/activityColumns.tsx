import type { DataColumn } from './DataTable'
import { formatAgo, formatCost, formatCount, formatCountShort, formatTimestamp } from './format'

/** What sessions and users have in common: sums over their traces. */
interface Activity {
  last_active: string
  trace_count: number
  error_count: number
  total_tokens: number
  total_cost: number
}

export function lastActiveColumn(header: string, now: Date): DataColumn<Activity> {
  return {
    id: 'last',
    header,
    cell: ({ last_active }) => (
      <time dateTime={last_active} title={formatTimestamp(last_active)}>
        {formatAgo(last_active, now)}
      </time>
    ),
    sortBy: ({ last_active }) => last_active,
  }
}

export const tracesColumn: DataColumn<Activity> = {
  id: 'traces',
  header: 'Traces',
  align: 'end',
  cell: ({ trace_count }) => formatCount(trace_count),
  sortBy: ({ trace_count }) => trace_count,
}

export const totalsColumns: readonly DataColumn<Activity>[] = [
  {
    id: 'errors',
    header: 'Errors',
    align: 'end',
    cell: ({ error_count }) => formatCount(error_count),
    sortBy: ({ error_count }) => error_count,
  },
  {
    id: 'tokens',
    header: 'Tokens',
    align: 'end',
    cell: ({ total_tokens }) => formatCountShort(total_tokens),
    sortBy: ({ total_tokens }) => total_tokens,
  },
  {
    id: 'cost',
    header: 'Cost',
    align: 'end',
    cell: ({ total_cost }) => formatCost(total_cost),
    sortBy: ({ total_cost }) => total_cost,
  },
]
