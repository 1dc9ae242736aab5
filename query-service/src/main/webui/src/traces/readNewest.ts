import { api, type TraceListQuery } from '../api/client'
import type { TracePage, TraceSummary } from '../api/types'
import { overlaps } from './mergeTraces'

/** Pages read at once to close the gap to the loaded list. */
const GAP_PAGES_MAX = 4

export interface Newest {
  first: TracePage
  rows: TraceSummary[]
  /** So many are new that there are unread traces between these and the loaded list. */
  isGap: boolean
}

/** Reads the newest traces, as many pages as it takes to reach the loaded ones, within a bound. */
export async function readNewest(
  project: string,
  query: TraceListQuery,
  loaded: readonly TracePage[],
  signal: AbortSignal,
): Promise<Newest> {
  const first = await api.traces(project, query, signal)
  const rows = [...first.data]
  let last = first
  for (let page = 0; page < GAP_PAGES_MAX && last.next_cursor && !overlaps(loaded, last); page++) {
    last = await api.traces(project, { ...query, cursor: last.next_cursor }, signal)
    rows.push(...last.data)
  }
  const hasLoaded = loaded.some((page) => page.data.length > 0)
  return { first, rows, isGap: hasLoaded && !overlaps(loaded, last) }
}
