import { call } from './client'
import type { Dashboard, DashboardWidget, MetricsRequest } from './schema'

/** The metrics query, and dashboards of them. */

export type {
  Dashboard,
  DashboardWidget as Widget,
  MetricsAggregation as Aggregation,
  MetricsAnswer,
  MetricsCatalog,
  MetricsMeasureRequest as Measure,
  MetricsRequest as MetricsQuery,
  MetricsView as View,
} from './schema'

export type Granularity = NonNullable<MetricsRequest['granularity']>

/** Numbers, texts and times by the names of their columns. */
export type MetricsRow = Record<string, unknown>

export interface HistogramBin {
  from: number
  to: number
  count: number
}

export const metrics = (project: string, body: MetricsRequest, signal?: AbortSignal) =>
  call('POST /metrics', { project, body, signal })

/** What exists to be asked for. */
export const metricsCatalog = (project: string, signal?: AbortSignal) =>
  call('GET /metrics/measures', { project, signal })

export type ChartKind = DashboardWidget['chart']

export const CHARTS: readonly ChartKind[] = [
  'line',
  'area',
  'bar',
  'stacked_bar',
  'horizontal_bar',
  'pie',
  'number',
  'table',
  'histogram',
]

/** As the server has it, which gave it the id. */
export type StoredDashboard = Dashboard & { id: string }

const stored = (dashboard: Dashboard): StoredDashboard => ({ ...dashboard, id: dashboard.id ?? '' })

export const dashboards = (project: string, signal?: AbortSignal) =>
  call('GET /dashboards', { project, signal }).then(({ data }) => data.map(stored))

export const dashboard = (project: string, id: string, signal?: AbortSignal) =>
  call('GET /dashboards/{id}', { project, path: { id }, signal }).then(stored)

export const createDashboard = (project: string, body: Dashboard) =>
  call('POST /dashboards', { project, body }).then(stored)

export const saveDashboard = (project: string, id: string, body: Dashboard) =>
  call('PUT /dashboards/{id}', { project, path: { id }, body }).then(stored)

export const deleteDashboard = (project: string, id: string) =>
  call('DELETE /dashboards/{id}', { project, path: { id } })
