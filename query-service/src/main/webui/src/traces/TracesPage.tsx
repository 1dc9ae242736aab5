import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { Failure } from '../ui/Failure'
import { formatCount } from '../ui/format'
import { EmptyTraces } from './EmptyTraces'
import { rememberSearch } from './lastSearch'
import styles from './TracesPage.module.css'
import { TracesSkeleton } from './TracesSkeleton'
import { TracesToolbar } from './TracesToolbar'
import { TraceTable } from './TraceTable'
import { EVERY_ENVIRONMENT, type TracesSearch } from './tracesSearch'
import { useLiveTraces } from './useLiveTraces'

const NEAR_TOP_PX = 8

export function TracesPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/traces' })
  const search = useSearch({ from: '/session/project/$projectId/traces' })
  const navigate = useNavigate({ from: '/project/$projectId/traces' })
  const [live, setLive] = useState(true)
  const scroller = useRef<HTMLDivElement>(null)
  const isAtTop = useCallback(() => (scroller.current?.scrollTop ?? 0) <= NEAR_TOP_PX, [])
  const traces = useLiveTraces(projectId, search, live, isAtTop)
  const { query, rows, fresh, waitingCount, release } = traces
  const placeKey = JSON.stringify([projectId, search])

  useEffect(() => {
    document.title = 'Traces · Sightline'
  }, [])
  useEffect(() => rememberSearch(projectId, search), [projectId, search])
  useReleaseAtTop(scroller, waitingCount !== 0, release, isAtTop)

  const change = useCallback((next: TracesSearch) => void navigate({ search: next, replace: true }), [navigate])
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  return (
    <div className={styles.page}>
      <TracesToolbar
        search={search}
        onChange={change}
        environments={traces.environments}
        live={live}
        onLive={setLive}
        canChange={traces.canChange}
        away={traces.away}
      />
      <p role="status" className="visually-hidden">
        {fresh.size > 0 && `${fresh.size} new ${fresh.size === 1 ? 'trace' : 'traces'}`}
      </p>
      {query.isPending ? (
        <TracesSkeleton />
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
          onMore={more}
          foot={
            <Foot
              count={rows.length}
              hiddenCount={traces.hiddenCount}
              onShowHidden={() => change({ ...search, environment: EVERY_ENVIRONMENT })}
              hasMore={hasNextPage}
              failed={isFetchNextPageError}
              onRetry={() => void fetchNextPage()}
            />
          }
        />
      )}
    </div>
  )
}

interface FootProps {
  count: number
  hiddenCount: number
  onShowHidden: () => void
  hasMore: boolean
  failed: boolean
  onRetry: () => void
}

function Foot({ count, hiddenCount, onShowHidden, hasMore, failed, onRetry }: FootProps) {
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
  return (
    <>
      {formatCount(count)} {count === 1 ? 'trace' : 'traces'} in this range. That is all.
      {hiddenCount > 0 && (
        <>
          {' '}
          {formatCount(hiddenCount)} {hiddenCount === 1 ? 'run' : 'runs'} of evaluators left out:{' '}
          <button type="button" className={styles.link} onClick={onShowHidden}>
            show
          </button>
        </>
      )}
    </>
  )
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
