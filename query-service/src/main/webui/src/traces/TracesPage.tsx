import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import { lazy, type RefObject, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ApiError } from '../api/client'
import type { TraceSummary } from '../api/types'
import { Failure } from '../ui/Failure'
import { formatCount } from '../ui/format'
import { Message } from '../ui/Message'
import { usePreference } from '../ui/preferences'
import { NARROW, useMediaQuery } from '../ui/useMediaQuery'
import { BulkBar } from './BulkBar'
import { columnsOf } from './columns'
import { EmptyTraces } from './EmptyTraces'
import { FacetPanel } from './FacetPanel'
import { rememberSearch } from './lastSearch'
import styles from './TracesPage.module.css'
import { TracesSkeleton } from './TracesSkeleton'
import { TracesToolbar } from './TracesToolbar'
import { TraceTable } from './TraceTable'
import { rangeOf, resolveRange } from './timeRange'
import { listKeyOf, type TracesSearch } from './tracesSearch'
import { useLiveTraces } from './useLiveTraces'

const NEAR_TOP_PX = 8

const TracePeek = lazy(() => import('../trace/TracePeek'))

const NONE_SELECTED: ReadonlySet<string> = new Set()

export function TracesPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/traces' })
  const search = useSearch({ from: '/session/project/$projectId/traces' })
  const navigate = useNavigate({ from: '/project/$projectId/traces' })
  const narrow = useMediaQuery(NARROW)
  const [live, setLive] = useState(true)
  const [usualColumns, setUsualColumns] = usePreference<string>('trace-columns', '')
  const [facets, setFacets] = usePreference<'shown' | 'hidden'>('trace-facets', narrow ? 'hidden' : 'shown')
  const [selected, setSelected] = useState(NONE_SELECTED)
  const scroller = useRef<HTMLDivElement>(null)
  const isAtTop = useCallback(() => (scroller.current?.scrollTop ?? 0) <= NEAR_TOP_PX, [])
  const traces = useLiveTraces(projectId, search, live, isAtTop)
  const { query, rows, hasOlder, fresh, waitingCount, release } = traces
  const placeKey = JSON.stringify([projectId, listKeyOf(search)])
  const columnList = search.columns ?? (usualColumns || undefined)
  const columns = useMemo(() => columnsOf(columnList), [columnList])

  useEffect(() => {
    document.title = 'Traces · Sightline'
  }, [])
  useEffect(() => rememberSearch(projectId, search), [projectId, search])
  useReleaseAtTop(scroller, waitingCount !== 0, release, isAtTop)

  const change = useCallback((next: TracesSearch) => void navigate({ search: next, replace: true }), [navigate])
  const peek = (traceId: string | undefined) => change({ ...search, peek: traceId })
  const select = useCallback(
    (traceId: string, on: boolean) =>
      setSelected((before) => {
        const after = new Set(before)
        if (on) after.add(traceId)
        else after.delete(traceId)
        return after
      }),
    [],
  )
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  const wrongQuery = query.error instanceof ApiError && query.error.problem.field === 'query'

  return (
    <div className={styles.page}>
      <TracesToolbar
        projectId={projectId}
        search={search}
        onChange={change}
        error={query.error}
        environments={traces.environments}
        columns={columns.map(({ id }) => id)}
        onColumns={(list) => {
          setUsualColumns(list ?? '')
          change({ ...search, columns: list })
        }}
        facets={facets === 'shown'}
        onFacets={(shown) => setFacets(shown ? 'shown' : 'hidden')}
        live={live}
        onLive={setLive}
        canChange={traces.canChange}
        away={traces.away}
      />
      <p role="status" className="visually-hidden">
        {fresh.size > 0 && `${fresh.size} new ${fresh.size === 1 ? 'trace' : 'traces'}`}
      </p>
      {selected.size > 0 && (
        <BulkBar
          projectId={projectId}
          ids={[...selected]}
          query={anyTrace([...selected])}
          onDone={() => setSelected(NONE_SELECTED)}
        />
      )}
      <div className={styles.panes}>
        {facets === 'shown' && !wrongQuery && <FacetPanel projectId={projectId} search={search} onChange={change} />}
        <div className={styles.list}>
          {query.isPending ? (
            <TracesSkeleton />
          ) : wrongQuery ? (
            <Message icon={<SearchX size={22} />} title="The search could not be read">
              The place is underlined in the search bar. {query.error?.message}
            </Message>
          ) : query.isError && rows.length === 0 ? (
            <Failure error={query.error} what="The traces" onRetry={() => void query.refetch()} />
          ) : rows.length === 0 && !hasNextPage ? (
            <EmptyTraces projectId={projectId} search={search} onChange={change} live={live && traces.canChange} />
          ) : (
            <TraceTable
              key={placeKey}
              projectId={projectId}
              placeKey={placeKey}
              rows={rows}
              fresh={fresh}
              now={traces.now}
              scroller={scroller}
              waitingCount={waitingCount}
              onRelease={release}
              hasMore={hasNextPage}
              isWhole={!hasNextPage && !hasOlder}
              onMore={more}
              columns={columns}
              selected={selected}
              onSelect={select}
              onSelectAll={(on) => setSelected(on ? new Set(rows.map((row) => row.trace_id)) : NONE_SELECTED)}
              peeked={narrow ? undefined : search.peek}
              onPeek={peek}
              foot={
                <Foot
                  count={rows.length}
                  hasMore={hasNextPage}
                  failed={isFetchNextPageError}
                  onRetry={() => void fetchNextPage()}
                  onOlder={hasOlder ? () => change(continued(search, rows)) : undefined}
                />
              }
            />
          )}
        </div>
        {search.peek && !narrow && (
          <Suspense>
            <TracePeek key={search.peek} projectId={projectId} traceId={search.peek} onClose={() => peek(undefined)} />
          </Suspense>
        )}
      </div>
    </div>
  )
}

/** A query that finds these traces. */
function anyTrace(ids: readonly string[]): string {
  return `trace_id:(${ids.join(',')})`
}

/** The list that begins where this one ends: the same range, up to the oldest trace that is shown. */
function continued(search: TracesSearch, rows: readonly TraceSummary[]): TracesSearch {
  const { from } = resolveRange(rangeOf(search), new Date())
  const oldest = rows.at(-1)
  // The API's times have nanoseconds, and `to` is not in the range: what is of the same millisecond comes once more.
  const to = oldest && new Date(Date.parse(oldest.start_time) + 1).toISOString()
  return { ...search, range: undefined, from, to, peek: undefined }
}

interface FootProps {
  count: number
  hasMore: boolean
  failed: boolean
  onRetry: () => void
  /** Shows what is older than all that is loaded. */
  onOlder: (() => void) | undefined
}

function Foot({ count, hasMore, failed, onRetry, onOlder }: FootProps) {
  if (failed) {
    return (
      <>
        The next traces could not be read.{' '}
        <button type="button" className={styles.link} onClick={onRetry}>
          Try again
        </button>
      </>
    )
  }
  if (hasMore) return 'Loading more…'
  if (onOlder) {
    return (
      <>
        {formatCount(count)} traces are shown, and there are older ones.{' '}
        <button type="button" className={styles.link} onClick={onOlder}>
          Go on from here
        </button>
      </>
    )
  }
  return `${formatCount(count)} ${count === 1 ? 'trace' : 'traces'} in this range. That is all.`
}

/** Scrolling up to the top by hand asks for what waits there. */
function useReleaseAtTop(
  scroller: RefObject<HTMLDivElement | null>,
  isWaiting: boolean,
  release: () => void,
  isAtTop: () => boolean,
) {
  const latest = useRef(release)
  useEffect(() => {
    latest.current = release
  })
  useEffect(() => {
    const element = scroller.current
    if (!element || !isWaiting) return
    const onScroll = () => {
      if (isAtTop()) latest.current()
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [scroller, isWaiting, isAtTop])
}
