import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { TRACES_MAX, TRACES_PAGE_SIZE, tracesQuery } from '../api/queries'
import { reportedTrace } from '../api/reported'
import { liveTraces } from '../api/search'
import type { TracePage, TraceSummary } from '../api/types'
import { useNow } from '../ui/useNow'
import { type PollResult, usePolling } from '../ui/usePolling'
import { flatten, mergeNewest } from './mergeTraces'
import { readNewest } from './readNewest'
import { isOpen, rangeOf, resolveRange } from './timeRange'
import { EVERY_ENVIRONMENT, listKeyOf, shownQuery, type TracesSearch, toListQuery } from './tracesSearch'
import { useArrivals } from './useArrivals'

const POLL = { minMs: 2000, maxMs: 15_000 }
const POLL_BESIDE_STREAM = { minMs: 10_000, maxMs: 30_000 }
type Pages = InfiniteData<TracePage, string | undefined>

/**
 * The traces of the table, kept up to date. While the reader is at the top new traces come in by themselves and are
 * marked fresh for a moment; further down they wait until the reader asks, so that the list keeps its place.
 */
export function useLiveTraces(project: string, search: TracesSearch, live: boolean, isAtTop: () => boolean) {
  const queryClient = useQueryClient()
  const now = useNow(10_000)
  const options = tracesQuery(project, listKeyOf(search), () => toListQuery(search, new Date()))
  const query = useInfiniteQuery(options)
  const key = options.queryKey
  const listKey = JSON.stringify(key)
  const { fresh, waiting, arrive, release: releaseWaiting } = useArrivals(listKey)
  const [manyWaiting, setManyWaiting] = useState<{ listKey: string; page: TracePage }>()
  const [away, setAway] = useState(false)
  const many = manyWaiting?.listKey === listKey ? manyWaiting.page : undefined

  const startAnew = (page: TracePage) =>
    queryClient.setQueryData<Pages>(key, { pages: [page], pageParams: [undefined] })
  // Paging writes the same list when it is done, and would undo what is put in meanwhile.
  const loadedNow = () =>
    queryClient.isFetching({ queryKey: key, exact: true }) > 0 ? undefined : queryClient.getQueryData<Pages>(key)

  const poll = async (signal: AbortSignal): Promise<PollResult> => {
    const loaded = loadedNow()
    if (!loaded) return 'same'
    const listQuery = { ...toListQuery(search, new Date()), limit: TRACES_PAGE_SIZE }
    const { first, rows, isGap } = await readNewest(project, listQuery, loaded.pages, signal).catch(
      (error: unknown) => {
        setAway(!signal.aborted)
        throw error
      },
    )
    setAway(false)
    // A list that stays open all day starts anew, once its reader is at the top.
    const isLong = loaded.pages.reduce((sum, page) => sum + page.data.length, 0) > TRACES_MAX
    if (!isGap && !(isLong && isAtTop())) return put(rows)
    if (isAtTop()) startAnew(first)
    else setManyWaiting({ listKey, page: first })
    return 'changed'
  }

  const put = (rows: readonly TraceSummary[]): PollResult => {
    const loaded = loadedNow()
    if (!loaded) return 'same'
    const { pages, added, updated } = mergeNewest(loaded.pages, rows)
    if (added.length === 0 && !updated) return 'same'
    arrive(listKey, added, isAtTop())
    queryClient.setQueryData<Pages>(key, { ...loaded, pages })
    return 'changed'
  }

  const range = rangeOf(search)
  const canChange = isOpen(range, now)
  const on = live && canChange && query.isSuccess
  const streaming = useStream(project, search, on, (trace) => put([reportedTrace(trace)]))
  // What the stream brings is news of new traces; scores and late spans of known ones still come by asking, less often.
  usePolling(poll, streaming ? POLL_BESIDE_STREAM : POLL, on)

  const release = () => {
    if (many) startAnew(many)
    setManyWaiting(undefined)
    releaseWaiting()
  }

  const { from } = range.kind === 'preset' ? resolveRange(range, now) : { from: undefined }
  const pages = query.data?.pages
  const rows = useMemo(
    () => flatten(pages ?? [], from).filter((trace) => !waiting.has(trace.trace_id)),
    [pages, from, waiting],
  )
  const environments = useMemo(() => environmentsOf(pages, search.environment), [pages, search.environment])
  // Older traces that this list has no room for.
  const hasOlder = !query.hasNextPage && Boolean(pages?.at(-1)?.next_cursor)
  const waitingCount = many ? ('many' as const) : waiting.size
  return { query, rows, hasOlder, environments, fresh, now, away, canChange, waitingCount, release }
}

/** True while new traces come by server-sent events. A server without them, or a proxy that holds them, is polled. */
function useStream(project: string, search: TracesSearch, on: boolean, onTrace: (trace: TraceSummary) => void) {
  const [streaming, setStreaming] = useState(false)
  const latest = useRef(onTrace)
  useEffect(() => {
    latest.current = onTrace
  })
  const { environment } = search
  const { query = '' } = shownQuery(search)
  // The stream takes a query only.
  const possible = on && (environment === undefined || environment === EVERY_ENVIRONMENT)
  useEffect(() => {
    if (!possible) return
    const stop = liveTraces(project, query, (trace) => latest.current(trace), setStreaming)
    return () => {
      stop()
      setStreaming(false)
    }
  }, [project, query, possible])
  return possible && streaming
}

/** Those that the loaded traces are of, and the chosen one. The API has no list of them yet. */
function environmentsOf(pages: readonly TracePage[] | undefined, chosen: string | undefined): string[] {
  const seen = new Set(pages?.flatMap((page) => page.data.map((trace) => trace.environment)))
  if (chosen && chosen !== EVERY_ENVIRONMENT) seen.add(chosen)
  return [...seen].filter((environment) => environment !== null).sort()
}
