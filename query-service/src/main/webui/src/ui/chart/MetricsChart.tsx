import type { MetricsAnswer, MetricsQuery } from '../../api/metrics'
import { chartRows, columnOf, unitOf } from '../../api/useMetrics'
import { Chart } from './Chart'
import { type TimeChartKind, toSeries } from './series'

interface MetricsChartProps {
  label: string
  answer: MetricsAnswer
  query: MetricsQuery
  /** The measures that are drawn; without it all that are asked for. */
  columns?: readonly string[]
  kind: TimeChartKind
  height?: number
  onRange?: (from: string, to: string) => void
}

/** A metrics answer over time: a line for each measure, or for each value of the first dimension. */
export function MetricsChart(props: MetricsChartProps) {
  const { label, answer, query, kind, height, onRange } = props
  const [dimension] = query.dimensions ?? []
  const columns = props.columns ?? query.measures.map(columnOf)
  const rows = dimension
    ? chartRows(answer, columns[0] ?? '', dimension)
    : columns.flatMap((column) => chartRows(answer, column, undefined, column.replaceAll('_', ' ')))
  const { times, series } = toSeries(rows)
  return (
    <Chart
      label={label}
      times={times}
      series={series}
      unit={unitOf(answer, columns[0] ?? '')}
      kind={kind}
      height={height}
      onRange={onRange}
    />
  )
}
