import { useQueries, useQuery } from '@tanstack/react-query'
import { retryUnlessRefused } from '../api/queries'
import { observation as readObservation } from '../api/search'
import type { Observation, TraceDetail } from '../api/types'
import { mainContent } from './details/summarise'
import type { Tree } from './tree/buildTree'

/*
 * A trace is read without the bodies of its observations: 10,000 of them would be megabytes that nobody reads. What
 * is looked at is read then.
 */

/** One observation with its bodies. */
export function bodyQuery(project: string, traceId: string, spanId: string) {
  return {
    queryKey: ['observation', project, traceId, spanId],
    queryFn: ({ signal }: { signal: AbortSignal }) => readObservation(project, traceId, spanId, signal),
    staleTime: 30_000,
    gcTime: 2 * 60_000,
    structuralSharing: false,
    retry: retryUnlessRefused,
  }
}

/** The observation with its bodies, once they are there. */
export function useWholeObservation(project: string, detail: TraceDetail, known: Observation) {
  const query = useQuery(bodyQuery(project, detail.trace.trace_id, known.span_id))
  return {
    observation: { ...known, ...query.data },
    pending: query.isPending,
    error: query.error,
    retry: () => void query.refetch(),
  }
}

/** What went into the trace and what came out of it: of its root, or of its first and last generation. */
export function useMainContent(project: string, detail: TraceDetail, tree: Tree) {
  const bodies = useQueries({ queries: speakers(tree).map((id) => bodyQuery(project, detail.trace.trace_id, id)) })
  const read = bodies.flatMap(({ data }) => (data ? [data] : []))
  return { ...mainContent(read), pending: bodies.some(({ isPending }) => isPending) }
}

function speakers(tree: Tree): string[] {
  const generations = [...tree.byId.values()].filter(({ observation }) => observation.type === 'generation')
  const ends = [tree.roots[0], generations[0], generations.at(-1)]
  return [...new Set(ends.flatMap((node) => (node ? [node.observation.span_id] : [])))]
}
