import type { IngestOutcome, IngestPoint, IngestSource } from '../api/types'

/** What outcomes are called, and how grave they are. In the order in which they are shown. */
export const OUTCOMES: readonly { outcome: IngestOutcome; name: string; meaning: string }[] = [
  { outcome: 'accepted', name: 'Accepted', meaning: 'Safe in Kafka; can be read once the writer has stored them' },
  { outcome: 'rejected', name: 'Rejected', meaning: 'Can never be stored as they were sent' },
  { outcome: 'limited', name: 'Limited', meaning: 'Over a limit or no room; clients were told to send again' },
  { outcome: 'sampled', name: 'Sampled out', meaning: 'Left out by the project’s sampling' },
  { outcome: 'redacted', name: 'Redacted', meaning: 'Findings that were replaced in the content' },
  { outcome: 'flagged', name: 'Flagged', meaning: 'Findings that were noted and left as they are' },
  { outcome: 'dead_lettered', name: 'Dead-lettered', meaning: 'Put aside by the writer, with the reason' },
]

export function outcomeName(outcome: IngestOutcome): string {
  return OUTCOMES.find((known) => known.outcome === outcome)?.name ?? outcome
}

/** What a bar is made of, from the bottom: spans only, since findings are counted on top of them. */
export const STACK: readonly IngestOutcome[] = ['accepted', 'sampled', 'limited', 'rejected', 'dead_lettered']

export interface Segment {
  outcome: IngestOutcome
  /** Of the highest bar, from the bottom. */
  from: number
  to: number
}

/** The bars of a chart, as shares of the highest one. What is there is never too thin to be seen. */
export function stackBars(points: readonly IngestPoint[], thinnest = 0.03): Segment[][] {
  const total = (point: IngestPoint) => STACK.reduce((sum, outcome) => sum + (point.counts[outcome] ?? 0), 0)
  const highest = Math.max(0, ...points.map(total))
  return points.map((point) => {
    let at = 0
    const segments: Segment[] = []
    for (const outcome of STACK) {
      const count = point.counts[outcome] ?? 0
      if (count > 0) {
        const to = Math.min(1, at + Math.max(thinnest, count / highest))
        segments.push({ outcome, from: Math.min(at, 1 - thinnest), to })
        at = to
      }
    }
    return segments
  })
}

/** What a point says when it is looked at: "12 accepted, 3 rejected", or "nothing". */
export function pointText(point: IngestPoint, format: (count: number) => string): string {
  const said = OUTCOMES.filter(({ outcome }) => point.counts[outcome]).map(
    ({ outcome, name }) => `${format(point.counts[outcome] ?? 0)} ${name.toLowerCase()}`,
  )
  return said.length === 0 ? 'nothing' : said.join(', ')
}

export interface SourceRow {
  source: string
  counts: Partial<Record<IngestOutcome, number>>
  total: number
  bytes: number
}

/** One row for each way that something came in, the busiest first. */
export function bySource(sources: readonly IngestSource[]): SourceRow[] {
  const rows = new Map<string, SourceRow>()
  for (const { source, outcome, count, bytes } of sources) {
    const row = rows.get(source) ?? { source, counts: {}, total: 0, bytes: 0 }
    row.counts[outcome] = (row.counts[outcome] ?? 0) + count
    row.total += count
    row.bytes += bytes
    rows.set(source, row)
  }
  return [...rows.values()].sort((a, b) => b.total - a.total || a.source.localeCompare(b.source))
}
