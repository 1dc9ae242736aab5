import type { MetricsQuery } from '../api/metrics'
import type { TimeChartKind } from '../ui/chart/series'
import { quote, termOf } from '../ui/queryText'

/** Sightline's own runs, such as those of evaluators, are not what the project does. */
export const NOT_OURS = '-environment:sightline-*'

/** What the start page asks. The names of measures stand here and nowhere else on the page. */

export interface Tile {
  id: string
  label: string
  column: string
  unit: string
  /** More of it is worse (1), better (-1), or neither (0). */
  bad: 1 | 0 | -1
  /** The traces behind the number, in the search bar's grammar. */
  query?: string
}

export const TILES: readonly Tile[] = [
  { id: 'traces', label: 'Traces', column: 'count', unit: 'traces', bad: 0 },
  { id: 'errors', label: 'Failed traces', column: 'error_rate', unit: 'ratio', bad: 1, query: 'level:ERROR' },
  { id: 'p50', label: 'Latency, median', column: 'p50_latency', unit: 'ms', bad: 1 },
  { id: 'p95', label: 'Latency, p95', column: 'p95_latency', unit: 'ms', bad: 1 },
  { id: 'tokens', label: 'Tokens', column: 'sum_total_tokens', unit: 'tokens', bad: 0 },
  { id: 'cost', label: 'Cost', column: 'sum_total_cost', unit: 'usd', bad: 1 },
  { id: 'users', label: 'Users', column: 'user_count', unit: 'users', bad: -1 },
]

export const TOTALS: MetricsQuery = {
  view: 'traces',
  measures: [
    { measure: 'count' },
    { measure: 'error_rate' },
    { measure: 'latency', aggregation: 'p50' },
    { measure: 'latency', aggregation: 'p95' },
    { measure: 'total_tokens', aggregation: 'sum' },
    { measure: 'total_cost', aggregation: 'sum' },
    { measure: 'user_count' },
  ],
  compare: 'previous_period',
  query: NOT_OURS,
}

export interface ChartQuestion {
  title: string
  kind: TimeChartKind
  query: MetricsQuery
  /** The measures of the query that are drawn; without it all of them. */
  columns?: readonly string[]
}

const overTime = { granularity: 'auto', query: NOT_OURS } as const

/** Three charts are drawn from one answer: what reads the same rows is asked once. */
const TRACES_OVER_TIME: MetricsQuery = {
  view: 'traces',
  measures: [
    { measure: 'count' },
    { measure: 'error_rate' },
    ...(['p50', 'p95', 'p99'] as const).map((aggregation) => ({ measure: 'latency', aggregation })),
  ],
  ...overTime,
}

export const CHARTS: readonly ChartQuestion[] = [
  {
    title: 'Traces over time',
    kind: 'bar',
    query: TRACES_OVER_TIME,
    columns: ['count'],
  },
  {
    title: 'Latency',
    kind: 'line',
    query: TRACES_OVER_TIME,
    columns: ['p50_latency', 'p95_latency', 'p99_latency'],
  },
  {
    title: 'Cost by model',
    kind: 'stacked',
    query: {
      view: 'observations',
      measures: [{ measure: 'total_cost', aggregation: 'sum' }],
      dimensions: ['model'],
      top: { n: 6, others: true },
      ...overTime,
      query: `${NOT_OURS} has:model`,
    },
  },
  {
    title: 'Scores, mean by name',
    kind: 'line',
    query: {
      view: 'scores',
      measures: [{ measure: 'value', aggregation: 'avg' }],
      dimensions: ['name'],
      top: { n: 6, others: false },
      granularity: 'auto',
    },
  },
  {
    title: 'Error rate',
    kind: 'area',
    query: TRACES_OVER_TIME,
    columns: ['error_rate'],
  },
  {
    title: 'Tokens by model',
    kind: 'stacked',
    query: {
      view: 'observations',
      measures: [{ measure: 'total_tokens', aggregation: 'sum' }],
      dimensions: ['model'],
      top: { n: 6, others: true },
      ...overTime,
      query: `${NOT_OURS} has:model`,
    },
  },
]

export interface ListQuestion {
  title: string
  header: string
  valueHeader: string
  moreHeader?: string
  /** The traces behind a name, in the search bar's grammar. */
  term: (name: string) => string
  query: MetricsQuery
}

const COUNT = { measure: 'count' }
const COST = { measure: 'total_cost', aggregation: 'sum' }
const TOP = { n: 8, others: false }

export const LISTS: readonly ListQuestion[] = [
  {
    title: 'Quality',
    header: 'Score',
    valueHeader: 'Mean',
    moreHeader: 'Change',
    term: (name) => `has:score.${quote(name)}`,
    query: {
      view: 'scores',
      measures: [{ measure: 'value', aggregation: 'avg' }],
      dimensions: ['name'],
      compare: 'previous_period',
      top: TOP,
    },
  },
  {
    title: 'Models by cost',
    header: 'Model',
    valueHeader: 'Cost',
    moreHeader: 'Calls',
    term: (name) => termOf('model', name),
    query: {
      view: 'observations',
      measures: [COST, COUNT],
      dimensions: ['model'],
      query: `${NOT_OURS} has:model`,
      top: TOP,
    },
  },
  {
    title: 'Users by cost',
    header: 'User',
    valueHeader: 'Cost',
    moreHeader: 'Traces',
    term: (name) => termOf('user', name),
    query: {
      view: 'traces',
      measures: [COST, COUNT],
      dimensions: ['user_id'],
      query: `${NOT_OURS} has:user`,
      top: TOP,
    },
  },
  {
    title: 'Failing steps',
    header: 'Step',
    valueHeader: 'Errors',
    term: (name) => termOf('observation_name', name),
    query: {
      view: 'observations',
      measures: [COUNT],
      dimensions: ['name'],
      query: `${NOT_OURS} level:ERROR`,
      top: TOP,
    },
  },
  {
    title: 'Slowest steps',
    header: 'Step',
    valueHeader: 'p95',
    moreHeader: 'Runs',
    term: (name) => termOf('observation_name', name),
    query: {
      view: 'observations',
      measures: [{ measure: 'latency', aggregation: 'p95' }, COUNT],
      dimensions: ['name'],
      query: NOT_OURS,
      top: TOP,
    },
  },
]
