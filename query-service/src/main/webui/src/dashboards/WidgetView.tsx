import { useMemo } from 'react'
import type { MetricsAnswer, MetricsQuery, MetricsRow, Widget } from '../api/metrics'
import { columnOf, numberIn, previousIn, textIn, unitOf, useMetrics } from '../api/useMetrics'
import { BarList } from '../ui/chart/BarList'
import { MetricsChart } from '../ui/chart/MetricsChart'
import { DataTable } from '../ui/DataTable'
import { formatChange, formatTimestamp, formatUnit } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { bothQueries } from '../ui/queryText'
import styles from './Dashboard.module.css'

interface WidgetViewProps {
  projectId: string
  widget: Pick<Widget, 'title' | 'chart' | 'query'>
  period: () => { from: string; to: string }
  range: unknown
  /** The dashboard's own filter, on top of the widget's. */
  filter?: string
  height: number
}

/** A widget's answer, drawn as it wants. */
export function WidgetView({ projectId, widget, period, range, filter, height }: WidgetViewProps) {
  const query = useMemo(() => asked(widget, filter), [widget, filter])
  const answer = useMetrics(projectId, query, period, range)
  return (
    <Loaded query={answer} what={widget.title}>
      {(data) => <Drawn widget={widget} query={query} answer={data} height={height} />}
    </Loaded>
  )
}

function asked({ chart, query }: Pick<Widget, 'chart' | 'query'>, filter: string | undefined): MetricsQuery {
  const isOverTime = chart === 'line' || chart === 'area' || chart === 'bar' || chart === 'stacked_bar'
  return {
    ...query,
    query: bothQueries(query.query, filter),
    granularity: isOverTime ? (query.granularity ?? 'auto') : chart === 'table' ? query.granularity : null,
    compare: chart === 'number' ? 'previous_period' : query.compare,
    top:
      query.dimensions?.length && (isOverTime || chart === 'horizontal_bar' || chart === 'pie')
        ? (query.top ?? { n: 8, others: false })
        : query.top,
  }
}

interface DrawnProps {
  widget: Pick<Widget, 'title' | 'chart'>
  query: MetricsQuery
  answer: MetricsAnswer
  height: number
}

function Drawn({ widget: { title, chart }, query, answer, height }: DrawnProps) {
  const [first = ''] = query.measures.map(columnOf)
  const [dimension = ''] = query.dimensions ?? []
  const unit = unitOf(answer, first)
  switch (chart) {
    case 'line':
    case 'area':
    case 'bar':
    case 'stacked_bar':
      return (
        <MetricsChart
          label={title}
          answer={answer}
          query={query}
          kind={chart === 'stacked_bar' ? 'stacked' : chart}
          height={Math.max(80, height - 60)}
        />
      )
    case 'number': {
      const [row] = answer.data
      const [value, before] = [numberIn(row, first), previousIn(row, first)]
      return (
        <p className={styles.number}>
          {formatUnit(value, unit)}
          <small title="Against the period before">{formatChange(value, before)}</small>
        </p>
      )
    }
    case 'horizontal_bar':
    case 'pie': {
      const values = answer.data.map((row) => numberIn(row, first) ?? 0)
      const whole = values.reduce((sum, value) => sum + value, 0)
      return (
        <BarList
          label={title}
          nameHeader={dimension.replaceAll('_', ' ')}
          valueHeader={first.replaceAll('_', ' ')}
          moreHeader={chart === 'pie' ? 'share' : undefined}
          items={answer.data.map((row, index) => ({
            key: String(index),
            name: (query.dimensions ?? []).map((each) => textIn(row, each)).join(' · '),
            value: values[index] ?? 0,
            text: formatUnit(numberIn(row, first), unit),
            more: whole > 0 ? formatUnit((values[index] ?? 0) / whole, 'ratio') : undefined,
          }))}
        />
      )
    }
    case 'histogram':
      return answer.data.map((row, index) => {
        const bins = row[first]
        const name = (query.dimensions ?? []).map((each) => textIn(row, each)).join(' · ')
        return (
          <section key={index}>
            {name && <h3>{name}</h3>}
            <BarList
              label={name ? `${title}: ${name}` : title}
              nameHeader={first.replace('histogram_', '').replaceAll('_', ' ')}
              valueHeader="count"
              items={(Array.isArray(bins) ? bins : []).map(({ from, to, count }, bin) => ({
                key: String(bin),
                name: `${formatUnit(from, unit)} – ${formatUnit(to, unit)}`,
                value: count,
                text: formatUnit(count, null),
              }))}
            />
          </section>
        )
      })
    case 'table':
      return (
        <DataTable<MetricsRow>
          label={title}
          rows={answer.data}
          rowKey={(_, index) => String(index)}
          columns={answer.columns.map((column) => {
            const isMeasure = query.measures.some((measure) => columnOf(measure) === column.name)
            return {
              id: column.name,
              header: column.name.replaceAll('_', ' '),
              align: isMeasure ? ('end' as const) : undefined,
              cell: (row) =>
                isMeasure
                  ? formatUnit(numberIn(row, column.name), column.unit)
                  : column.name === 'time'
                    ? formatTimestamp(String(row.time))
                    : textIn(row, column.name),
              sortBy: (row) => (isMeasure ? numberIn(row, column.name) : textIn(row, column.name)),
            }
          })}
        />
      )
  }
}
