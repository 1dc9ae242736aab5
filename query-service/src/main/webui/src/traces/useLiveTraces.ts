import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api } from '../api/client'
import { TRACES_PAGE_SIZE, tracesQuery } from '../api/queries'
import type { TracePage, TraceSummary } from '../api/types'
import { useNow } from '../ui/useNow'
import { type PollResult, usePolling } from '../ui/usePolling'
import { flatten, mergeNewest, overlaps } from './mergeTraces'
import { isOpen, resolveRange } from './timeRange'
import { EVERY_ENVIRONMENT, isShown, rangeOf, type TracesSearch, toListQuery } from './tracesSearch'

const POLL = { minMs: 2000, maxMs: 15_000 }
/** Pages read in one poll to close the gap to the loaded list; beyond it the list starts anew. */
const GAP_PAGES_MAX = 4
/** A list that stays open all day starts anew beyond this, once its reader is at the top. */
const ROWS_MAX = 5000
const FRESH_MS = 3000
const NO_IDS: ReadonlySet<string> = new Set()

type Pages = InfiniteData<TracePage, string | undefined>

/**
 * The traces of the table, kept up to date. While the reader is at the top new traces come in by themselves and are
 * marked fresh for a moment; further down they wait until the reader asks, so that the list keeps its place.
 */
export function useLiveTraces(project: string, search: TracesSearch, live: boolean, isAtTop: () => boolean) {
  const queryClient = useQueryClient()
  const now = useNow(10_000)
  const options = tracesQuery(project, search, () => toListQuery(search, new Date()))
  const query = useInfiniteQuery(options)
  const key = options.queryKey
  const [waiting, setWaiting] = useState(NO_IDS)
  const [manyWaiting, setManyWaiting] = useState<TracePage>()
  const [fresh, setFresh] = useState(NO_IDS)
  const [away, setAway] = useState(false)

  useEffect(() => {
    if (fresh.size === 0) return
    const timer = setTimeout(() => setFresh(NO_IDS), FRESH_MS)
    return () => clearTimeout(timer)
  }, [fresh])

  const startAnew = useCallback(
    (page: TracePage) => queryClient.setQueryData<Pages>(key, { pages: [page], pageParams: [undefined] }),
    [queryClient, key],
  )

  const poll = async (signal: AbortSignal): Promise<PollResult> => {
    // Paging writes the same list when it is done, and would undo what is put in now.
    if (queryClient.isFetching({ queryKey: key, exact: true }) > 0) return 'same'
    const loaded = queryClient.getQueryData<Pages>(key)
    if (!loaded) return 'same'
    const base = { ...toListQuery(search, new Date()), limit: TRACES_PAGE_SIZE }
    const newest = await api.traces(project, base, signal).catch((error: unknown) => {
      setAway(!signal.aborted)
      throw error
    })
    setAway(false)
    const rows = [...newest.data]
    let last = newest
    for (let page = 0; page < GAP_PAGES_MAX && !overlaps(loaded.pages, last) && last.next_cursor; page++) {
      last = await api.traces(project, { ...base, cursor: last.next_cursor }, signal)
      rows.push(...last.data)
    }
    const isGap = loaded.pages.some((page) => page.data.length > 0) && !overlaps(loaded.pages, last)
    const isLong = loaded.pages.reduce((sum, page) => sum + page.data.length, 0) > ROWS_MAX
    if (isGap || (isLong && isAtTop())) {
      if (isAtTop()) startAnew(newest)
      else setManyWaiting(newest)
      return 'changed'
    }
    return put(rows)
  }

  const put = (rows: readonly TraceSummary[]): PollResult => {
    const loaded = queryClient.getQueryData<Pages>(key)
    if (!loaded || queryClient.isFetching({ queryKey: key, exact: true }) > 0) return 'same'
    const { pages, added, updated } = mergeNewest(loaded.pages, rows)
    if (added.length === 0 && !updated) return 'same'
    const seen = rows.filter((trace) => isShown(trace, search)).map((trace) => trace.trace_id)
    const news = added.filter((id) => seen.includes(id))
    if (news.length > 0) {
      if (isAtTop()) setFresh(new Set(news))
      else setWaiting((before) => new Set([...before, ...news]))
    }
    queryClient.setQueryData<Pages>(key, { ...loaded, pages })
    return 'changed'
  }

  const range = rangeOf(search)
  const canChange = isOpen(range, now)
  usePolling(poll, POLL, live && canChange && query.isSuccess)

  const release = useCallback(() => {
    if (manyWaiting) {
      startAnew(manyWaiting)
      setManyWaiting(undefined)
    }
    setFresh(waiting)
    setWaiting(NO_IDS)
  }, [manyWaiting, waiting, startAnew])

  // Another project or filter: what waited belongs to the list before.
  const searchKey = JSON.stringify([project, search])
  const lastSearchKey = useRef(searchKey)
  useEffect(() => {
    if (lastSearchKey.current === searchKey) return
    lastSearchKey.current = searchKey
    setWaiting(NO_IDS)
    setManyWaiting(undefined)
    setFresh(NO_IDS)
    setAway(false)
  }, [searchKey])

  const { from } = range.kind === 'preset' ? resolveRange(range, now) : { from: undefined }
  const pages = query.data?.pages
  const { rows, hiddenCount } = useMemo(() => {
    const all = flatten(pages ?? [], from)
    const shown = all.filter((trace) => isShown(trace, search))
    const rows = shown.filter((trace) => !waiting.has(trace.trace_id))
    return { rows, hiddenCount: all.length - shown.length }
  }, [pages, from, waiting, search])
  const environments = useMemo(() => environmentsOf(pages, search.environment), [pages, search.environment])

  return {
    query,
    rows,
    hiddenCount,
    environments,
    fresh,
    now,
    away,
    canChange,
    waitingCount: manyWaiting ? 'many' : waiting.size,
    release,
  } as const
}

/** Those that the loaded traces are of, and the chosen one. The API has no list of them yet. */
function environmentsOf(pages: readonly TracePage[] | undefined, chosen: string | undefined): string[] {
  const seen = new Set(pages?.flatMap((page) => page.data.map((trace) => trace.environment)))
  if (chosen && chosen !== EVERY_ENVIRONMENT) seen.add(chosen)
  return [...seen].filter((environment) => environment !== null).sort()
}
