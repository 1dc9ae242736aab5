import { call, type Request } from './client'
import { reportedObservation, reportedPage } from './reported'
import type { NewScore, TraceSummary } from './schema'

/** What the search bar can ask for, and lists that are asked for with its grammar. */

export type {
  Counted as ValueCount,
  NewScore,
  ObservationSummary as ListedObservation,
  QueryField,
  Score as ListedScore,
  TracedSession as SessionSummary,
  TracedUser as UserSummary,
  TraceFacet as Facet,
} from './schema'

export type ListQuery = NonNullable<Request<'GET /sessions'>['query']>

export const queryFields = (project: string, signal?: AbortSignal) =>
  call('GET /query/fields', { project, signal }).then(({ fields }) => fields)

export const queryValues = (project: string, field: string, prefix: string, signal?: AbortSignal) =>
  call('GET /query/values', { project, query: { field, prefix }, signal }).then(({ values }) => values)

export const traceFacets = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call('GET /traces/facets', { project, query, signal }).then(({ facets }) => facets)

export const sessions = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call('GET /sessions', { project, query, signal })

/** A session with a page of its traces, newest first; `scores` are those on the session itself. */
export const session = async (project: string, sessionId: string, query: ListQuery, signal?: AbortSignal) => {
  const page = await call('GET /sessions/{sessionId}', { project, path: { sessionId }, query, signal })
  return { ...page, ...reportedPage(page) }
}

export const users = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call('GET /users', { project, query, signal })

export const scores = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call('GET /scores', { project, query, signal })

export const observations = (project: string, query: ListQuery, signal?: AbortSignal) =>
  call('GET /observations', { project, query, signal })

export const traces = async (project: string, query: ListQuery, signal?: AbortSignal) =>
  reportedPage(await call('GET /traces', { project, query, signal }))

/** One observation with its bodies. */
export const observation = async (project: string, traceId: string, spanId: string, signal?: AbortSignal) =>
  reportedObservation(
    await call('GET /traces/{traceId}/observations/{spanId}', { project, path: { traceId, spanId }, signal }),
  )

export const addScore = (project: string, body: NewScore) => call('POST /scores', { project, body })

export const deleteScore = (project: string, scoreId: string) =>
  call('DELETE /scores/{scoreId}', { project, path: { scoreId } })

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
