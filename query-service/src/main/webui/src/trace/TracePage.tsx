import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Hourglass } from 'lucide-react'
import { useEffect } from 'react'
import { ApiError } from '../api/client'
import { firstStepsQuery, traceQuery } from '../api/queries'
import type { TraceDetail } from '../api/types'
import { Failure } from '../ui/Failure'
import { Message } from '../ui/Message'
import { TraceSkeleton } from './TraceSkeleton'
import { TraceView } from './TraceView'

/** Late spans and scores are waited for this long after a trace's end. */
const SETTLING_MS = 5 * 60_000
const POLL_MS = 4000
/** A larger trace is read once: polling it would cost more than the news is worth. */
const POLLED_OBSERVATIONS_MAX = 1000
/** A link may be opened before its trace is stored: it is looked for again this often. */
const LOOKS_MAX = 15

export function TracePage() {
  const { projectId, traceId } = useParams({ from: '/session/project/$projectId/traces/$traceId' })
  const query = useQuery({
    ...firstStepsQuery(useQueryClient(), projectId, traceId),
    retryOnMount: false,
    refetchInterval: ({ state }) => {
      if (state.data) return isSettling(state.data) ? POLL_MS : false
      return isMissing(state.error) && state.errorUpdateCount < LOOKS_MAX ? POLL_MS : false
    },
  })
  const isLong = query.data?.truncated === true
  const whole = useQuery({ ...traceQuery(projectId, traceId), enabled: isLong })
  const name = query.data?.trace.name
  useEffect(() => {
    document.title = `${name ?? 'Trace'} · Sightline`
  }, [name])
  if (query.data) {
    const detail = (isLong && whole.data) || query.data
    return (
      <TraceView
        key={traceId}
        projectId={projectId}
        detail={detail}
        rest={!isLong || whole.data ? undefined : whole.isError ? 'failed' : 'coming'}
        onRetry={() => void whole.refetch()}
      />
    )
  }
  if (isMissing(query.error)) {
    return <MissingTrace projectId={projectId} traceId={traceId} looking={query.errorUpdateCount < LOOKS_MAX} />
  }
  if (query.isPending) return <TraceSkeleton />
  return <Failure alone error={query.error} what="The trace" onRetry={() => void query.refetch()} />
}

function isSettling({ trace }: TraceDetail): boolean {
  const end = Date.parse(trace.end_time ?? trace.start_time)
  return trace.observation_count <= POLLED_OBSERVATIONS_MAX && Date.now() - end < SETTLING_MS
}

function isMissing(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 404
}

function MissingTrace({ projectId, traceId, looking }: { projectId: string; traceId: string; looking: boolean }) {
  return (
    <Message
      alone
      icon={<Hourglass size={22} />}
      title="This trace is not here"
      actions={
        <Link to="/project/$projectId/traces" params={{ projectId }}>
          Go to the traces
        </Link>
      }
    >
      No trace <code>{traceId}</code> in this project. It may belong to another project, or it may still be on its way:
      spans are shown a few seconds after they were sent.{' '}
      <span role="status">{looking && 'Looking again by itself…'}</span>
    </Message>
  )
}
