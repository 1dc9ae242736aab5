import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowLeft } from 'lucide-react'
import { useMemo, useState } from 'react'
import { byCursor, retryUnlessRefused, traceQuery } from '../api/queries'
import { session } from '../api/search'
import type { TraceDetail, TraceSummary } from '../api/types'
import { ContentView } from '../trace/content/ContentView'
import { TraceContext } from '../trace/traceContext'
import { buildTree } from '../trace/tree/buildTree'
import { useMainContent } from '../trace/useContent'
import { Button } from '../ui/Button'
import { Failure } from '../ui/Failure'
import { formatCost, formatCount, formatDuration, formatTimestamp } from '../ui/format'
import { LevelMark } from '../ui/LevelMark'
import { Loaded } from '../ui/Loaded'
import { Card, Page } from '../ui/Page'
import { ScoreChips } from '../ui/ScoreChip'
import styles from './SessionPage.module.css'

const PAGE_SIZE = 100
const TURN_PX = 420

/** A session read as one conversation: its traces in order, each with what was said and how it was judged. */
export function SessionPage() {
  const { projectId, sessionId } = useParams({ from: '/session/project/$projectId/sessions/$sessionId' })
  const query = useInfiniteQuery({
    queryKey: ['session-traces', projectId, sessionId],
    queryFn: ({ pageParam, signal }) => session(projectId, sessionId, { limit: PAGE_SIZE, cursor: pageParam }, signal),
    ...byCursor,
    retry: retryUnlessRefused,
  })
  const turns = useMemo(() => (query.data?.pages ?? []).flatMap((page) => page.data).reverse(), [query.data])
  const first = query.data?.pages[0]
  return (
    <Page
      title={sessionId}
      crumb={
        <Link to="/project/$projectId/sessions" params={{ projectId }}>
          <ArrowLeft size={13} aria-hidden="true" /> Sessions
        </Link>
      }
      lead={
        first &&
        `${formatCount(first.session.trace_count)} ${first.session.trace_count === 1 ? 'turn' : 'turns'}, ${formatCost(first.session.total_cost)}, ${first.session.users.join(', ')}`
      }
      actions={
        query.hasNextPage && (
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load earlier turns
          </Button>
        )
      }
    >
      <Loaded
        query={query}
        what="The session"
        empty={() => turns.length === 0 && <p className="muted">No trace carries this session id.</p>}
      >
        {() => (
          <>
            {first && first.scores.length > 0 && (
              <Card title="Scores of the session">
                <ScoreChips scores={first.scores} max={20} />
              </Card>
            )}
            <Turns projectId={projectId} turns={turns} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** Only turns in sight are read and drawn: a session may have thousands. */
function Turns({ projectId, turns }: { projectId: string; turns: readonly TraceSummary[] }) {
  // State, not a ref: the list's scroller is known only once it stands in the page, and then the turns are drawn.
  const [list, setList] = useState<HTMLOListElement | null>(null)
  const virtualizer = useVirtualizer({
    count: turns.length,
    getScrollElement: () => list?.parentElement?.parentElement ?? null,
    estimateSize: () => TURN_PX,
    overscan: 2,
    gap: 12,
    getItemKey: (index) => turns[index]?.trace_id ?? index,
  })
  return (
    <ol ref={setList} aria-label="Turns" style={{ position: 'relative', height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index, start, key }) => {
        const trace = turns[index]
        return (
          trace && (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              style={{ position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${start}px)` }}
            >
              <Turn projectId={projectId} trace={trace} number={index + 1} />
            </li>
          )
        )
      })}
    </ol>
  )
}

function Turn({ projectId, trace, number }: { projectId: string; trace: TraceSummary; number: number }) {
  const query = useQuery(traceQuery(projectId, trace.trace_id))
  return (
    <article className={styles.turn}>
      <header className={styles.head}>
        <LevelMark level={trace.level} />
        <h2>
          <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: trace.trace_id }}>
            {number}. {trace.name ?? 'unnamed'}
          </Link>
        </h2>
        <time dateTime={trace.start_time}>{formatTimestamp(trace.start_time)}</time>
        <span>{formatDuration(trace.latency_ms)}</span>
        <span>{formatCost(trace.total_cost)}</span>
        <div className={styles.scores}>
          <ScoreChips scores={trace.scores} max={4} />
        </div>
      </header>
      <div className={styles.body}>
        {query.data ? (
          <TurnContent projectId={projectId} detail={query.data} />
        ) : query.isError ? (
          <Failure error={query.error} what="The turn" onRetry={() => void query.refetch()} />
        ) : (
          <p className={styles.waiting} role="status">
            Reading…
          </p>
        )}
      </div>
    </article>
  )
}

function TurnContent({ projectId, detail }: { projectId: string; detail: TraceDetail }) {
  const tree = useMemo(() => buildTree(detail.observations), [detail])
  const { input, output, pending } = useMainContent(projectId, detail, tree)
  const context = useMemo(
    () => ({ projectId, detail, tree, scoresOf: new Map(), open: () => undefined }),
    [projectId, detail, tree],
  )
  if (pending) {
    return (
      <p className={styles.waiting} role="status">
        Reading…
      </p>
    )
  }
  return (
    <TraceContext value={context}>
      <ContentView input={input} output={output} failed={detail.trace.level === 'ERROR'} />
    </TraceContext>
  )
}
