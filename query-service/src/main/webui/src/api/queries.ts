import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { ApiError, api, type TraceListQuery } from './client'
import { FIRST_STEPS } from './request'

/** What can be read, how it is named in the cache, and how long it is good for. */

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.session(signal),
  staleTime: 5 * 60_000,
  retry: retryUnlessRefused,
})

/** How the pages of a list follow each other. */
export const byCursor = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor ?? undefined,
}

export const TRACES_PAGE_SIZE = 50
/** Of the pages after the first, which nobody waits for to see anything. */
const TRACES_LATER_PAGE_SIZE = 200
/** What a list of traces holds at most: beyond it, it is begun anew further down. */
export const TRACES_MAX = 5000
const AWAY_RETRY_MS = 5000

export function tracesQuery(project: string, key: object, query: () => TraceListQuery) {
  return infiniteQueryOptions({
    queryKey: ['traces', project, key],
    queryFn: ({ pageParam, signal }) =>
      api.traces(
        project,
        { ...query(), limit: pageParam ? TRACES_LATER_PAGE_SIZE : TRACES_PAGE_SIZE, cursor: pageParam },
        signal,
      ),
    ...byCursor,
    getNextPageParam: (last, pages) =>
      pages.reduce((sum, { data }) => sum + data.length, 0) < TRACES_MAX ? byCursor.getNextPageParam(last) : undefined,
    // The table polls for what is new; reading every loaded page again would bring nothing more.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10 * 60_000,
    retry: retryUnlessRefused,
    // A list that could not be read at all comes by itself once the server is back.
    refetchInterval: ({ state }) => (state.error && !state.data && isAway(state.error) ? AWAY_RETRY_MS : false),
  })
}

export function traceQuery(project: string, traceId: string, limit?: number) {
  return queryOptions({
    queryKey: ['trace', project, traceId, limit],
    queryFn: ({ signal }) => api.trace(project, traceId, limit, signal),
    staleTime: 5000,
    gcTime: 2 * 60_000,
    // Comparing 10,000 observations deeply costs more than drawing them again.
    structuralSharing: false,
    retry: retryUnlessRefused,
  })
}

/** All of most traces; of the others it says that it is cut off. One that was read whole, as beside the list, will do. */
export function firstStepsQuery(queryClient: QueryClient, project: string, traceId: string) {
  const { queryKey } = traceQuery(project, traceId)
  return queryOptions({
    ...traceQuery(project, traceId, FIRST_STEPS),
    initialData: () => queryClient.getQueryData(queryKey),
    initialDataUpdatedAt: () => queryClient.getQueryState(queryKey)?.dataUpdatedAt,
  })
}

const INGEST_HEALTH_REFRESH_MS = 5000

/** Counts come every few seconds, so the page asks as often, while it is seen. */
export function ingestHealthQuery(project: string, range: string, from: () => string) {
  return queryOptions({
    queryKey: ['ingest-health', project, range],
    queryFn: ({ signal }) => api.ingestHealth(project, from(), signal),
    refetchInterval: INGEST_HEALTH_REFRESH_MS,
    retry: retryUnlessRefused,
  })
}

function isAway(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500)
}

/** A refusal stays one; a server that is starting or a broken connection is asked twice more. */
export function retryUnlessRefused(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500
  return !refused && failures < 2
}
