import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { traceQuery } from '../api/queries'
import type { TraceDetail } from '../api/types'
import { Failure } from '../ui/Failure'
import { TraceSkeleton } from './TraceSkeleton'
import { TraceView } from './TraceView'

/** Late spans and scores are waited for this long after a trace's end. */
const SETTLING_MS = 5 * 60_000
const POLL_MS = 4000
/** A larger trace is read once: polling it would cost more than the news is worth. */
const POLLED_OBSERVATIONS_MAX = 1000

export function TracePage() {
  const { projectId, traceId } = useParams({ from: '/session/project/$projectId/traces/$traceId' })
  const query = useQuery({
    ...traceQuery(projectId, traceId),
    refetchInterval: ({ state }) => (state.data && isSettling(state.data) ? POLL_MS : false),
  })
  const name = query.data?.trace.name
  useEffect(() => {
    document.title = `${name ?? 'Trace'} · Sightline`
  }, [name])
  if (query.isPending) return <TraceSkeleton />
  if (!query.data) return <Failure error={query.error} what="The trace" onRetry={() => void query.refetch()} />
  return <TraceView key={traceId} projectId={projectId} detail={query.data} />
}

function isSettling({ trace, observations }: TraceDetail): boolean {
  const end = Date.parse(trace.end_time ?? trace.start_time)
  return observations.length <= POLLED_OBSERVATIONS_MAX && Date.now() - end < SETTLING_MS
}
