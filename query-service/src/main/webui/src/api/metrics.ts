import { call } from './client'

/** The metrics query, and dashboards of them. */

export type View = 'observations' | 'traces' | 'scores'
export type Granularity = 'auto' | 'minute' | 'hour' | 'day' | 'week' | 'month'

export interface Measure {
  measure: string
  /** Left out: the measure's usual one. Counts have none. */
  aggregation?: string
  /** Of the column; usually made of the two above. */
  name?: string
}

/** One measure by another, under a name. */
export interface Ratio {
  name: string
  numerator: Measure
  denominator: Measure
}

export interface MetricsQuery {
  /** Observations, where it is left out. */
  view?: View
  query?: string
  from?: string
  to?: string
  measures: (Measure | Ratio)[]
  dimensions?: string[]
  granularity?: Granularity | null
  top?: { n: number; others: boolean }
  order_by?: { field: string; direction: 'asc' | 'desc' }[]
  compare?: 'previous_period' | null
  limit?: number
  /** Of histograms. */
  bins?: number
}

export interface HistogramBin {
  from: number
  to: number
  count: number
}

export type MetricValue = number | string | null

export interface MetricsRow {
  [column: string]: MetricValue | boolean | Record<string, MetricValue> | HistogramBin[] | undefined
}

export interface MetricsAnswer {
  data: MetricsRow[]
  granularity: Exclude<Granularity, 'auto'> | null
  columns: { name: string; unit: string | null }[]
}

export interface MetricsCatalog {
  views: {
    name: View
    measures: { name: string; unit: string | null; description: string; aggregations: string[] }[]
    dimensions: { name: string; description: string }[]
  }[]
}

export const metrics = (project: string, query: MetricsQuery, signal?: AbortSignal) =>
  call<MetricsAnswer>('/metrics', { method: 'POST', project, body: query, signal })

/** What exists to be asked for. */
export const metricsCatalog = (project: string, signal?: AbortSignal) =>
  call<MetricsCatalog>('/metrics/measures', { project, signal })

export const CHARTS = [
  'line',
  'area',
  'bar',
  'stacked_bar',
  'horizontal_bar',
  'pie',
  'number',
  'table',
  'histogram',
] as const
export type ChartKind = (typeof CHARTS)[number]

export interface Widget {
  id: string
  title: string
  chart: ChartKind
  query: MetricsQuery
  x: number
  y: number
  w: number
  h: number
}

export interface Dashboard {
  id: string
  name: string
  description?: string | null
  shipped?: boolean
  /** Counts the changes: a PUT names the one that was read. */
  version?: number
  widgets: Widget[]
  updated_at?: string
}

export type NewDashboard = Pick<Dashboard, 'name' | 'widgets' | 'version'> & { description?: string | null }

export const dashboards = (project: string, signal?: AbortSignal) =>
  call<{ data: Dashboard[] }>('/dashboards', { project, signal }).then(({ data }) => data)

export const dashboard = (project: string, id: string, signal?: AbortSignal) =>
  call<Dashboard>(`/dashboards/${encodeURIComponent(id)}`, { project, signal })

export const createDashboard = (project: string, body: NewDashboard) =>
  call<Dashboard>('/dashboards', { method: 'POST', project, body })

export const saveDashboard = (project: string, id: string, body: NewDashboard) =>
  call<Dashboard>(`/dashboards/${encodeURIComponent(id)}`, { method: 'PUT', project, body })

export const deleteDashboard = (project: string, id: string) =>
  call<void>(`/dashboards/${encodeURIComponent(id)}`, { method: 'DELETE', project })
