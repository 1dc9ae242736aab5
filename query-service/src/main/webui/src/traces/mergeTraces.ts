import type { TracePage, TraceSummary } from '../api/types'
import { compareInstants } from '../ui/instant'

export interface Merged {
  pages: TracePage[]
  /** Traces that were not in the list before. */
  added: string[]
  /** True when a known trace got a new look: more spans, a score, a worse level. */
  updated: boolean
}

/**
 * Puts a freshly read newest page into a loaded list. Known traces are replaced where they stand, new ones go where
 * their start time says. A new trace older than everything loaded is left to paging, when there is more to page.
 */
export function mergeNewest(pages: readonly TracePage[], fresh: readonly TraceSummary[]): Merged {
  const place = new Map<string, { page: number; row: number }>()
  pages.forEach((page, p) => {
    page.data.forEach((trace, row) => {
      place.set(trace.trace_id, { page: p, row })
    })
  })
  const merged = pages.map((page) => ({ ...page, data: [...page.data] }))
  const oldest = oldestOf(pages)
  const added: TraceSummary[] = []
  let updated = false
  for (const trace of fresh) {
    const known = place.get(trace.trace_id)
    if (known) {
      const data = merged[known.page]?.data
      if (data && !sameTrace(data[known.row], trace)) {
        data[known.row] = trace
        updated = true
      }
    } else if (!oldest || compareInstants(trace.start_time, oldest) >= 0) {
      added.push(trace)
    }
  }
  const first = merged[0] ?? { data: [], next_cursor: null }
  if (added.length > 0) first.data = [...added, ...first.data].sort(newestFirst)
  return { pages: [first, ...merged.slice(1)], added: added.map((trace) => trace.trace_id), updated }
}

/** False when there may be unread traces between the fresh page and the loaded list. */
export function overlaps(pages: readonly TracePage[], fresh: TracePage): boolean {
  if (fresh.next_cursor === null) return true
  const known = new Set(pages.flatMap((page) => page.data.map((trace) => trace.trace_id)))
  return fresh.data.some((trace) => known.has(trace.trace_id))
}

/** The list as shown: every trace once, newest first, without those that left a moving time range. */
export function flatten(pages: readonly TracePage[], from?: string): TraceSummary[] {
  const seen = new Set<string>()
  const rows: TraceSummary[] = []
  for (const page of pages) {
    for (const trace of page.data) {
      if (seen.has(trace.trace_id) || (from && compareInstants(trace.start_time, from) < 0)) continue
      seen.add(trace.trace_id)
      rows.push(trace)
    }
  }
  return rows
}

function oldestOf(pages: readonly TracePage[]): string | undefined {
  const last = pages.at(-1)
  return last?.next_cursor ? last.data.at(-1)?.start_time : undefined
}

function newestFirst(a: TraceSummary, b: TraceSummary): number {
  return compareInstants(b.start_time, a.start_time)
}

function sameTrace(a: TraceSummary | undefined, b: TraceSummary): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
