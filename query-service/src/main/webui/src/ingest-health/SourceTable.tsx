import type { IngestSource } from '../api/types'
import { DataTable } from '../ui/DataTable'
import { formatBytes, formatCount } from '../ui/format'
import { OutcomeMark } from './OutcomeMark'
import { bySource, OUTCOMES } from './outcomes'

/** On which way it came in. Outcomes that did not happen have no column. */
export function SourceTable({ sources }: { sources: readonly IngestSource[] }) {
  const happened = OUTCOMES.filter(({ outcome }) => sources.some((source) => source.outcome === outcome))
  return (
    <DataTable
      label="Sources, busiest first"
      rows={bySource(sources)}
      rowKey={({ source }) => source}
      columns={[
        { id: 'source', header: 'Source', cell: ({ source }) => <code>{source}</code> },
        ...happened.map(({ outcome }) => ({
          id: outcome,
          header: <OutcomeMark outcome={outcome} />,
          align: 'end' as const,
          cell: ({ counts }: { counts: Partial<Record<string, number>> }) => formatCount(counts[outcome] ?? 0),
        })),
        { id: 'size', header: 'Size', align: 'end', cell: ({ bytes }) => formatBytes(bytes) },
      ]}
    />
  )
}
