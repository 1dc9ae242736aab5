import { call } from './client'
import { reportedObservation, reportedPage } from './reported'
import type { Observation, Score, ScoreDataType, ScoreSource, TracePage, TraceSummary } from './types'

/** What the search bar can ask for, and lists that are asked for with its grammar. */

export interface QueryField {
  name: string
  kind: string
  description: string
  operators: string[]
  examples: string[]
}

export interface ValueCount {
  value: string
  count: number
}

export interface Facet {
  field: string
  values: ValueCount[]
}

export interface ListQuery {
  query?: string
  from?: string
  to?: string
  limit?: number
  cursor?: string
}

export interface Page<T> {
  data: T[]
  next_cursor: string | null
}

export interface SessionSummary {
  session_id: string
  start_time: string
  end_time: string | null
  last_active: string
  duration_ms: number
  trace_count: number
  observation_count: number
  error_count: number
  total_tokens: number
  total_cost: number
  /** Up to 20. */
  users: string[]
  environments: string[]
}

/** A session with a page of its traces, newest first; `scores` are those on the session itself. */
export interface SessionDetail extends Page<TraceSummary> {
  session: SessionSummary
  scores: Score[]
}

export interface UserSummary {
  user_id: string
  first_active: string
  last_active: string
  trace_count: number
  observation_count: number
  error_count: number
  total_tokens: number
  total_cost: number
  /** Up to 20. */
  sessions: string[]
  environments: string[]
}

/** An observation as lists have it: without its bodies. */
export type ListedObservation = Omit<Observation, 'input' | 'output' | 'metadata' | 'attributes' | 'events'> & {
  trace_id: string
}

export interface ListedScore {
  id: string
  name: string
  data_type: ScoreDataType
  value: number | null
  string_value: string | null
  source: ScoreSource
  trace_id: string | null
  observation_id: string | null
  session_id: string | null
  comment: string | null
  evaluator_name: string | null
  evaluator_version: string | null
  evaluator_trace_id: string | null
  model: string | null
  timestamp: string
  error?: string | null
}

export const queryFields = (project: string, signal?: AbortSignal) =>
  call<{ fields: QueryField[] }>('/query/fields', { project, signal }).then(({ fields }) => fields)

export const queryValues = (project: string, field: string, prefix: string, signal?: AbortSignal) =>
  call<{ values: ValueCount[] }>('/query/values', { project, query: { field, prefix }, signal }).then(
    ({ values }) => values,
  )

export const traceFacets = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call<{ facets: Facet[] }>('/traces/facets', { project, query: { ...query }, signal }).then(({ facets }) => facets)

export const sessions = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call<Page<SessionSummary>>('/sessions', { project, query: { ...query }, signal })

export const session = async (project: string, id: string, query: ListQuery, signal?: AbortSignal) => {
  const page = await call<SessionDetail>(`/sessions/${encodeURIComponent(id)}`, {
    project,
    query: { ...query },
    signal,
  })
  return { ...page, ...reportedPage(page) }
}

export const users = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call<Page<UserSummary>>('/users', { project, query: { ...query }, signal })

export const scores = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call<Page<ListedScore>>('/scores', { project, query: { ...query }, signal })

export const observations = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call<Page<ListedObservation>>('/observations', { project, query: { ...query }, signal })

export const traces = async (project: string, query: ListQuery, signal?: AbortSignal) =>
  reportedPage(await call<TracePage>('/traces', { project, query: { ...query }, signal }))

/** One observation with its bodies. */
export const observation = async (project: string, traceId: string, spanId: string, signal?: AbortSignal) => {
  const path = `/traces/${encodeURIComponent(traceId)}/observations/${encodeURIComponent(spanId)}`
  const answer = await call<Observation | { observation: Observation }>(path, { project, signal })
  return reportedObservation('observation' in answer ? answer.observation : answer)
}

export interface NewScore {
  trace_id: string
  observation_id?: string
  name: string
  data_type: ScoreDataType
  value: number | boolean | string
  comment?: string
}

export const addScore = (project: string, body: NewScore) =>
  call<{ id: string }>('/scores', { method: 'POST', project, body })

export const deleteScore = (project: string, id: string) =>
  call<void>(`/scores/${encodeURIComponent(id)}`, { method: 'DELETE', project })

/** New traces by server-sent events. Calls back with each; `onState` tells whether the stream is open. */
export function liveTraces(
  project: string,
  query: string,
  onTrace: (trace: TraceSummary) => void,
  onState: (open: boolean) => void,
): () => void {
  // EventSource sends no headers, so the project and the query stand in the address.
  const search = new URLSearchParams({ project })
  if (query) search.set('query', query)
  const source = new EventSource(`/api/v1/traces/live?${search}`)
  source.addEventListener('open', () => onState(true))
  source.addEventListener('error', () => onState(false))
  source.addEventListener('trace', (event) => onTrace(JSON.parse(event.data) as TraceSummary))
  return () => source.close()
}
