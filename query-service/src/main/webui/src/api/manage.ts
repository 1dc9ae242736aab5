import { call } from './client'
import type { Project } from './types'

/** Organizations, projects, keys, members, settings, and the long works: exports and deletions. */

export interface ApiKey {
  public_key: string
  name?: string | null
  note?: string | null
  created_at?: string | null
  last_used_at?: string | null
  /** In the answer to its making only. */
  secret_key?: string
}

export interface Member {
  email: string
  name: string | null
  role: string
}

export interface RedactionPattern {
  kind: string
  pattern: string
}

export interface ModelPrice {
  model: string
  pattern: string
  start_time?: string
  usd_per_million: Record<string, number>
  usd_per_compute_hour?: number
}

export interface ProjectSettings {
  redaction: { mode: 'off' | 'flag' | 'redact'; kinds: string[]; patterns: RedactionPattern[] }
  sampling: { keep_ppm: number }
  limits: { spans_per_second?: number; bytes_per_second?: number; spans_per_month?: number }
  key_limits: Record<string, unknown>
  model_prices: ModelPrice[]
  retention?: { days?: number | null; content_days?: number | null; [key: string]: unknown }
  [key: string]: unknown
}

export const createOrganization = (name: string) =>
  call<{ id: string; name: string }>('/organizations', { method: 'POST', body: { name } })

export const createProject = (organizationId: string, name: string) =>
  call<Project>('/projects', { method: 'POST', body: { organization_id: organizationId, name } })

export const renameProject = (project: string, name: string) =>
  call<Project>(`/projects/${encodeURIComponent(project)}`, { method: 'PATCH', project, body: { name } })

export const apiKeys = (project: string, signal?: AbortSignal) =>
  call<{ data: ApiKey[] }>('/project/keys', { project, signal }).then(({ data }) => data)

export const createApiKey = (project: string, name: string) =>
  call<ApiKey>('/project/keys', { method: 'POST', project, body: { name } })

export const deleteApiKey = (project: string, publicKey: string) =>
  call<void>(`/project/keys/${encodeURIComponent(publicKey)}`, { method: 'DELETE', project })

export const members = (project: string, signal?: AbortSignal) =>
  call<{ data: Member[] }>('/project/members', { project, signal }).then(({ data }) => data)

export const projectSettings = (project: string, signal?: AbortSignal) =>
  call<ProjectSettings>('/project/settings', { project, signal })

export const saveProjectSettings = (project: string, body: ProjectSettings) =>
  call<ProjectSettings>('/project/settings', { method: 'PUT', project, body })

export interface Work {
  id: string
  state: 'queued' | 'running' | 'done' | 'failed'
}

export interface Export extends Work {
  error?: string | null
  rows: number | null
  rows_total?: number | null
  bytes: number | null
  format: string
  table: string
}

export interface NewExport {
  table: 'traces' | 'observations' | 'scores' | 'sessions'
  query?: string
  from?: string
  to?: string
  format: 'csv' | 'jsonl' | 'parquet'
}

export const startExport = (project: string, body: NewExport) =>
  call<Export>('/exports', { method: 'POST', project, body })

export const exportOf = (project: string, id: string, signal?: AbortSignal) =>
  call<Export>(`/exports/${encodeURIComponent(id)}`, { project, signal })

export const exportContentUrl = (project: string, id: string) =>
  `/api/v1/exports/${encodeURIComponent(id)}/content?project=${encodeURIComponent(project)}`

export interface Deletion extends Work {
  problem?: string | null
  traces: number | null
  observations: number | null
}

export type NewDeletion = { trace_ids: string[] } | { query: string; from?: string; to?: string } | { user_id: string }

export const startDeletion = (project: string, body: NewDeletion) =>
  call<Deletion>('/deletions', { method: 'POST', project, body })

export const deletionOf = (project: string, id: string, signal?: AbortSignal) =>
  call<Deletion>(`/deletions/${encodeURIComponent(id)}`, { project, signal })

export interface SqlColumn {
  name: string
  type: string
}

export interface SqlAnswer {
  columns: SqlColumn[]
  data: unknown[][]
  rows?: number
  truncated?: boolean
  elapsed_ms?: number
  rows_read?: number
}

export interface SqlView {
  name: string
  description?: string
  columns: (SqlColumn & { description?: string })[]
}

export const sql = (project: string, text: string, signal?: AbortSignal) =>
  call<SqlAnswer>('/sql', { method: 'POST', project, body: { sql: text }, signal })

export const sqlViews = (project: string, signal?: AbortSignal) =>
  call<{ views: SqlView[] }>('/sql/schema', { project, signal }).then(({ views }) => views)
