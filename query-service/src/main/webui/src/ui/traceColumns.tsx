import { Link } from '@tanstack/react-router'
import type { TraceSummary } from '../api/types'
import type { DataColumn } from './DataTable'
import { formatCost, formatDuration, formatTimestamp } from './format'
import { LevelMark } from './LevelMark'

/** Traces in a short list: the name, which opens the trace, then `more`, when, how long and how dear. */
export function traceColumns(
  projectId: string,
  header: string,
  more: readonly DataColumn<TraceSummary>[] = [],
): DataColumn<TraceSummary>[] {
  return [
    {
      id: 'name',
      header,
      cell: ({ trace_id, name, level }) => (
        <>
          {level !== 'DEFAULT' && <LevelMark level={level} />}{' '}
          <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: trace_id }}>
            {name ?? 'unnamed'}
          </Link>
        </>
      ),
      sortBy: ({ name }) => name,
    },
    ...more,
    { id: 'when', header: 'Time', cell: ({ start_time }) => formatTimestamp(start_time) },
    {
      id: 'latency',
      header: 'Latency',
      align: 'end',
      cell: ({ latency_ms }) => formatDuration(latency_ms),
      sortBy: ({ latency_ms }) => latency_ms,
    },
    {
      id: 'cost',
      header: 'Cost',
      align: 'end',
      cell: ({ total_cost }) => formatCost(total_cost),
      sortBy: ({ total_cost }) => total_cost,
    },
  ]
}
