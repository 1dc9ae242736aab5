import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ArrowDownRight, ArrowUpRight } from 'lucide-react'
import type { MetricsAnswer, MetricsRow } from '../api/metrics'
import { traces } from '../api/search'
import { columnOf, numberIn, previousIn, textIn, useMetrics } from '../api/useMetrics'
import { usePageState } from '../app/usePage'
import { FirstTrace } from '../traces/FirstTrace'
import { TimeRangePicker } from '../traces/filters/TimeRangePicker'
import type { RangeSearch } from '../traces/timeRange'
import { BarList } from '../ui/chart/BarList'
import { MetricsChart } from '../ui/chart/MetricsChart'
import { formatChange, formatUnit } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Card, Columns, Page } from '../ui/Page'
import { bothQueries } from '../ui/queryText'
import styles from './HomePage.module.css'
import { CHARTS, type ChartQuestion, LISTS, type ListQuestion, NOT_OURS, TILES, type Tile, TOTALS } from './questions'

/** How is it going, and what has changed? Every number leads to the traces behind it. */
export function HomePage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/home' })
  const search = useSearch({ from: '/session/project/$projectId/home' })
  const { period, key, setRange } = usePageState(search)
  const totals = useMetrics(projectId, TOTALS, period, key)
  const isEmpty = totals.data !== undefined && !numberIn(totals.data.data[0], 'count')
  return (
    <Page title="Home" actions={<TimeRangePicker search={search} onChange={setRange} />}>
      <Loaded query={totals} what="The numbers">
        {(answer) =>
          isEmpty ? <Nothing projectId={projectId} /> : <Tiles answer={answer} projectId={projectId} range={key} />
        }
      </Loaded>
      {!isEmpty && totals.data && (
        <>
          <Columns>
            {CHARTS.map((chart) => (
              <ChartCard
                key={chart.title}
                projectId={projectId}
                chart={chart}
                period={period}
                range={key}
                onRange={setRange}
              />
            ))}
          </Columns>
          <Columns>
            {LISTS.map((list) => (
              <ListCard key={list.title} projectId={projectId} list={list} period={period} range={key} />
            ))}
          </Columns>
        </>
      )}
    </Page>
  )
}

/** No trace in the range: either none at all, or only none now. */
function Nothing({ projectId }: { projectId: string }) {
  const ever = useQuery({
    queryKey: ['any-trace', projectId],
    queryFn: ({ signal }) => traces(projectId, { from: '2000-01-01T00:00:00Z', limit: 1 }, signal),
    retry: false,
  })
  if (ever.isPending) return null
  if (ever.data?.data.length) return <p className="muted">No trace in this time range. Choose a longer one above.</p>
  return <FirstTrace projectId={projectId} live={false} />
}

interface RangeProps {
  projectId: string
  range: RangeSearch
}

function Tiles({ answer, projectId, range }: RangeProps & { answer: MetricsAnswer }) {
  const [row] = answer.data
  return (
    <ul className={styles.tiles}>
      {TILES.map((tile) => (
        <li key={tile.id}>
          <Link
            to="/project/$projectId/traces"
            params={{ projectId }}
            search={{ ...range, query: tile.query }}
            className={styles.tile}
          >
            <span className={styles.label}>{tile.label}</span>
            <span className={styles.value}>
              <b>{formatUnit(numberIn(row, tile.column), tile.unit)}</b>
              {changeOf(row, tile)}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

interface Changing {
  column: string
  bad: Tile['bad']
  unit: string | null
}

/** Nothing where there is no period before to compare with. */
function changeOf(row: MetricsRow | undefined, { column, bad, unit }: Changing) {
  const [value, before] = [numberIn(row, column), previousIn(row, column)]
  const text = formatChange(value, before)
  if (!text) return undefined
  const isUp = (value ?? 0) > (before ?? 0)
  const tone = bad === 0 || text === '±0 %' ? undefined : isUp === bad > 0 ? 'bad' : 'good'
  const Icon = isUp ? ArrowUpRight : ArrowDownRight
  return (
    <span className={styles.change} data-tone={tone} title={`${formatUnit(before, unit)} in the period before`}>
      {text !== '±0 %' && <Icon size={13} aria-hidden="true" />}
      {text}
      <span className="visually-hidden">against the period before</span>
    </span>
  )
}

interface CardProps extends RangeProps {
  period: () => { from: string; to: string }
}

function ChartCard({
  projectId,
  chart,
  period,
  range,
  onRange,
}: CardProps & { chart: ChartQuestion; onRange: (range: RangeSearch) => void }) {
  const answer = useMetrics(projectId, chart.query, period, range)
  return (
    <Card title={chart.title}>
      <Loaded query={answer} what={chart.title}>
        {(data) => (
          <MetricsChart
            label={chart.title}
            answer={data}
            query={chart.query}
            columns={chart.columns}
            kind={chart.kind}
            onRange={(from, to) => onRange({ range: undefined, from, to })}
          />
        )}
      </Loaded>
    </Card>
  )
}

function ListCard({ projectId, list, period, range }: CardProps & { list: ListQuestion }) {
  const answer = useMetrics(projectId, list.query, period, range)
  const [dimension = ''] = list.query.dimensions ?? []
  const [first, second] = list.query.measures.map(columnOf)
  return (
    <Card title={list.title}>
      <Loaded query={answer} what={list.title}>
        {({ data, columns }) => (
          <BarList
            label={list.title}
            nameHeader={list.header}
            valueHeader={list.valueHeader}
            moreHeader={list.moreHeader}
            items={data.map((row) => {
              const name = textIn(row, dimension)
              const unit = (column = '') => columns.find((known) => known.name === column)?.unit ?? null
              return {
                key: name,
                value: numberIn(row, first ?? '') ?? 0,
                text: formatUnit(numberIn(row, first ?? ''), unit(first)),
                more: list.query.compare
                  ? changeOf(row, { column: first ?? '', bad: 0, unit: unit(first) })
                  : second && formatUnit(numberIn(row, second), unit(second)),
                name: (
                  <Link
                    to="/project/$projectId/traces"
                    params={{ projectId }}
                    search={{
                      ...range,
                      query: bothQueries(list.query.query?.replace(NOT_OURS, '').trim(), list.term(name)),
                    }}
                    title={name}
                  >
                    {name}
                  </Link>
                ),
              }
            })}
          />
        )}
      </Loaded>
    </Card>
  )
}
