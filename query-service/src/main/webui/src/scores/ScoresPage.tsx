import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ArrowUpRight, CircleGauge } from 'lucide-react'
import { type CSSProperties, useMemo, useState } from 'react'
import type { MetricsQuery } from '../api/metrics'
import { byCursor, retryUnlessRefused } from '../api/queries'
import { type ListedScore, scores, traces } from '../api/search'
import type { TraceSummary } from '../api/types'
import { useMetrics } from '../api/useMetrics'
import type { PageSearch } from '../app/pageSearch'
import { usePageState } from '../app/usePage'
import { NOT_OURS } from '../home/questions'
import { TimeRangePicker } from '../traces/filters/TimeRangePicker'
import { BarList } from '../ui/chart/BarList'
import { MetricsChart } from '../ui/chart/MetricsChart'
import { histogram } from '../ui/chart/series'
import { type DataColumn, DataTable } from '../ui/DataTable'
import { FieldRow, Segments, SelectField } from '../ui/Field'
import { formatAgo, formatCount, formatScore, formatTimestamp, NONE } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Message } from '../ui/Message'
import { Card, Page } from '../ui/Page'
import { QueryBar } from '../ui/QueryBar'
import { quote } from '../ui/queryText'
import { ScoreChip } from '../ui/ScoreChip'
import { useNow } from '../ui/useNow'
import { agreementOf, pairsOf } from './agreement'
import styles from './ScoresPage.module.css'

const PAGE_SIZE = 100
const TABS = [
  { value: 'list', label: 'List' },
  { value: 'distribution', label: 'Distribution' },
  { value: 'trend', label: 'Trend' },
  { value: 'agreement', label: 'Agreement' },
] as const
type Tab = (typeof TABS)[number]['value']

/** Every judgement: one by one, how they spread, how they move, and whether two of them mean the same. */
export function ScoresPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/scores' })
  const search = useSearch({ from: '/session/project/$projectId/scores' })
  const state = usePageState(search)
  const tab: Tab = TABS.find(({ value }) => value === search.tab)?.value ?? 'list'
  const props = { projectId, search, state }
  return (
    <Page
      title="Scores"
      lead="What people, evaluators and applications said about traces."
      actions={
        <>
          <Segments
            label="View"
            value={tab}
            choices={TABS}
            onChange={(value) => state.change({ tab: value === 'list' ? undefined : value })}
          />
          <TimeRangePicker search={search} onChange={state.setRange} />
        </>
      }
    >
      {tab === 'agreement' ? (
        <AgreementView {...props} />
      ) : tab === 'trend' ? (
        <Trend {...props} />
      ) : (
        <Listed {...props} tab={tab} />
      )}
    </Page>
  )
}

interface ViewProps {
  projectId: string
  search: PageSearch
  state: ReturnType<typeof usePageState>
}

function Listed({ projectId, search, state: { period, key, change }, tab }: ViewProps & { tab: Tab }) {
  const now = useNow(10_000)
  const query = useInfiniteQuery({
    queryKey: ['scores', projectId, key, search.query],
    queryFn: ({ pageParam, signal }) =>
      scores(projectId, { ...period(), query: search.query, limit: PAGE_SIZE, cursor: pageParam }, signal),
    ...byCursor,
    retry: retryUnlessRefused,
  })
  const columns: DataColumn<ListedScore>[] = [
    { id: 'score', header: 'Score', cell: (score) => <ScoreChip score={score} />, sortBy: ({ name }) => name },
    {
      id: 'value',
      header: 'Value',
      align: 'end',
      cell: valueText,
      sortBy: ({ value, string_value }) => value ?? string_value,
    },
    {
      id: 'source',
      header: 'Given by',
      cell: (score) => score.evaluator_name ?? score.source,
      sortBy: ({ source }) => source,
    },
    { id: 'comment', header: 'Comment', cell: ({ comment, error }) => comment ?? error ?? NONE },
    {
      id: 'when',
      header: 'When',
      cell: ({ timestamp }) => (
        <time dateTime={timestamp} title={formatTimestamp(timestamp)}>
          {formatAgo(timestamp, now)}
        </time>
      ),
      sortBy: ({ timestamp }) => timestamp,
    },
    {
      id: 'trace',
      header: 'About',
      cell: ({ trace_id, observation_id, session_id }) =>
        trace_id ? (
          <Link
            to="/project/$projectId/traces/$traceId"
            params={{ projectId, traceId: trace_id }}
            search={{ observation: observation_id ?? undefined }}
          >
            {observation_id ? 'observation' : 'trace'} <ArrowUpRight size={12} aria-hidden="true" />
          </Link>
        ) : session_id ? (
          <Link to="/project/$projectId/sessions/$sessionId" params={{ projectId, sessionId: session_id }}>
            session
          </Link>
        ) : (
          NONE
        ),
    },
  ]
  return (
    <>
      <QueryBar
        projectId={projectId}
        query={search.query}
        onChange={(next) => change({ query: next })}
        error={query.error}
        label="Search scores"
      />
      <Loaded
        query={query}
        what="The scores"
        empty={({ pages }) =>
          pages.every((page) => page.data.length === 0) && (
            <Message icon={<CircleGauge size={22} />} title="No score here">
              Scores come from evaluators, from people on a trace’s page, and from applications that post feedback to{' '}
              <code>/api/public/scores</code>.
            </Message>
          )
        }
      >
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.data)
          return tab === 'distribution' ? (
            <Distributions rows={rows} partial={query.hasNextPage} />
          ) : (
            <DataTable
              label="Scores, newest first"
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              more={
                query.hasNextPage && { loading: query.isFetchingNextPage, onMore: () => void query.fetchNextPage() }
              }
            />
          )
        }}
      </Loaded>
    </>
  )
}

function valueText({ data_type, value, string_value, error }: ListedScore): string {
  if (error) return 'failed'
  if (data_type === 'BOOLEAN' && value !== null) return value >= 0.5 ? 'yes' : 'no'
  return string_value || (value === null ? NONE : formatScore(value))
}

const BINS = 10

function Distributions({ rows, partial }: { rows: readonly ListedScore[]; partial: boolean }) {
  const names = [...new Set(rows.map(({ name }) => name))].sort()
  return (
    <>
      {partial && <p className="muted">Of the newest {formatCount(rows.length)} scores; load more in the list.</p>}
      {names.map((name) => {
        const of = rows.filter((score) => score.name === name && !score.error)
        const numbers = of.flatMap(({ data_type, value }) => (data_type === 'NUMERIC' && value !== null ? [value] : []))
        const bars =
          numbers.length > 0
            ? histogram(numbers, BINS).map(({ from, to, count }) => ({
                name: `${formatScore(from)} – ${formatScore(to)}`,
                count,
              }))
            : [...Map.groupBy(of, valueText)].map(([value, group]) => ({ name: value, count: group.length }))
        const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
        return (
          <Card
            key={name}
            title={name}
            note={`${formatCount(of.length)} scores${numbers.length > 0 ? `, mean ${formatScore(mean)}` : ''}`}
          >
            <BarList
              label={`Distribution of ${name}`}
              nameHeader="Value"
              valueHeader="Scores"
              items={bars.map((bar) => ({
                key: bar.name,
                name: bar.name,
                value: bar.count,
                text: formatCount(bar.count),
              }))}
            />
          </Card>
        )
      })}
    </>
  )
}

const TREND: MetricsQuery = {
  view: 'scores',
  measures: [{ measure: 'value', aggregation: 'avg' }],
  dimensions: ['name'],
  top: { n: 8, others: false },
  granularity: 'auto',
}
const COUNTS: MetricsQuery = { ...TREND, measures: [{ measure: 'count' }] }

function Trend({ projectId, search, state: { period, key, setRange } }: ViewProps) {
  const mean = useMetrics(projectId, { ...TREND, query: search.query }, period, key)
  const counts = useMetrics(projectId, { ...COUNTS, query: search.query }, period, key)
  const onRange = (from: string, to: string) => setRange({ range: undefined, from, to })
  return (
    <>
      <Card title="Mean by name">
        <Loaded query={mean} what="The trend">
          {(answer) => (
            <MetricsChart
              label="Mean of scores by name"
              answer={answer}
              query={TREND}
              kind="line"
              height={260}
              onRange={onRange}
            />
          )}
        </Loaded>
      </Card>
      <Card title="How many">
        <Loaded query={counts} what="The counts">
          {(answer) => (
            <MetricsChart
              label="Number of scores by name"
              answer={answer}
              query={COUNTS}
              kind="stacked"
              onRange={onRange}
            />
          )}
        </Loaded>
      </Card>
    </>
  )
}

const PAIR_PAGES_MAX = 5
const NAMES_FROM_TRACES = 100

/** Do two scores say the same? Of traces that carry both. */
function AgreementView({ projectId, state: { period, key } }: ViewProps) {
  const [chosen, setChosen] = useState<{ a?: string; b?: string }>({})
  const known = useQuery({
    queryKey: ['score-names', projectId, key],
    queryFn: ({ signal }) => traces(projectId, { ...period(), query: NOT_OURS, limit: NAMES_FROM_TRACES }, signal),
    retry: retryUnlessRefused,
  })
  const names = useMemo(
    () => [...new Set(known.data?.data.flatMap((trace) => trace.scores.map(({ name }) => name)))].sort(),
    [known.data],
  )
  const a = chosen.a ?? names[0] ?? ''
  const b = chosen.b ?? names.find((name) => name !== a) ?? ''
  const pairs = useQuery({
    queryKey: ['score-pairs', projectId, key, a, b],
    queryFn: ({ signal }) => readBoth(projectId, period(), a, b, signal),
    enabled: a !== '' && b !== '',
    retry: retryUnlessRefused,
  })
  const choices = names.map((name) => ({ value: name, label: name }))
  return (
    <Card title="Agreement of two scores" note="Of the newest traces that carry both">
      <Loaded
        query={known}
        what="The scores"
        empty={() => names.length < 2 && <p className="muted">Fewer than two scores in this time range.</p>}
      >
        {() => (
          <>
            <FieldRow>
              <SelectField label="Rows" value={a} choices={choices} onChange={(name) => setChosen({ a: name, b })} />
              <SelectField label="Columns" value={b} choices={choices} onChange={(name) => setChosen({ a, b: name })} />
            </FieldRow>
            <Loaded query={pairs} what="The pairs">
              {(read) => <AgreementResult traces={read} a={a} b={b} />}
            </Loaded>
          </>
        )}
      </Loaded>
    </Card>
  )
}

async function readBoth(project: string, period: object, a: string, b: string, signal: AbortSignal) {
  const query = `has:score.${quote(a)} has:score.${quote(b)}`
  const read: TraceSummary[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAIR_PAGES_MAX; page++) {
    const { data, next_cursor } = await traces(project, { ...period, query, limit: PAGE_SIZE, cursor }, signal)
    read.push(...data)
    if (!next_cursor) break
    cursor = next_cursor
  }
  return read
}

function AgreementResult({ traces: read, a, b }: { traces: readonly TraceSummary[]; a: string; b: string }) {
  const result = useMemo(() => agreementOf(pairsOf(read, a, b)), [read, a, b])
  if (result.count === 0) return <p className="muted">No trace carries both in this time range.</p>
  const most = Math.max(1, ...result.matrix.flat())
  const number = (value: number | null) => (value === null ? NONE : formatScore(value))
  return (
    <>
      <dl className={styles.facts}>
        <Fact name="Traces" value={formatCount(result.count)} />
        <Fact name="Pearson’s r" value={number(result.pearson)} />
        <Fact name="Spearman’s ρ" value={number(result.spearman)} />
        <Fact name="Agreed" value={result.agreed === null ? NONE : `${Math.round(result.agreed * 100)} %`} />
        <Fact name="Cohen’s κ" value={number(result.kappa)} />
      </dl>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Confusion matrix">
        <table className={styles.matrix} aria-label={`${a} by ${b}`}>
          <thead>
            <tr>
              <th scope="col">
                {a} ↓ {b} →
              </th>
              {result.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.matrix.map((row, index) => (
              <tr key={result.rows[index]}>
                <th scope="row">{result.rows[index]}</th>
                {row.map((count, column) => (
                  <td key={result.columns[column]} style={{ '--share': count / most } as CSSProperties}>
                    {formatCount(count)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
