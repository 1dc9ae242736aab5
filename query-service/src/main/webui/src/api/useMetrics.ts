import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Measure, type MetricsAnswer, type MetricsQuery, type MetricsRow, metrics } from './metrics'
import { retryUnlessRefused } from './queries'

const REFRESH_MS = 60_000

/** A metrics query, asked anew every minute. `period` is read at each time: a moving range moves. */
export function useMetrics(
  project: string,
  query: MetricsQuery,
  period: () => { from: string; to: string },
  key: unknown,
) {
  return useQuery({
    queryKey: ['metrics', project, query, key],
    queryFn: ({ signal }) => metrics(project, { ...query, ...period() }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    staleTime: 15_000,
    retry: retryUnlessRefused,
  })
}

export function numberIn(row: MetricsRow | undefined, column: string): number | null {
  const value = row?.[column]
  if (typeof value === 'number') return value
  // Sums of 64 bits may come as strings.
  return typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : null
}

export function textIn(row: MetricsRow, column: string): string {
  if (row.others === true) return 'others'
  const value = row[column]
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : '(none)'
}

export function previousIn(row: MetricsRow | undefined, column: string): number | null {
  const { previous } = row ?? {}
  return previous && typeof previous === 'object' ? numberIn(previous as MetricsRow, column) : null
}

/** The name that a measure has in an answer. */
export function columnOf(asked: Measure): string {
  if (asked.name) return asked.name
  const measure = asked.measure ?? ''
  return asked.aggregation ? `${asked.aggregation}_${measure}` : measure
}

export function unitOf(answer: MetricsAnswer | undefined, column: string): string | null {
  return answer?.columns?.find(({ name }) => name === column)?.unit ?? null
}

/** A chart's rows: one for each time and value of a dimension. */
export function chartRows(answer: MetricsAnswer, column: string, dimension?: string, name = column) {
  return answer.data.map((row) => ({
    time: String(row.time),
    name: dimension ? textIn(row, dimension) : name,
    value: numberIn(row, column),
  }))
}
