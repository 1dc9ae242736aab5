import type { TracesSearch } from './tracesSearch'

/** The filters with which each project's traces were last seen on this visit: the way back leads to them. */
const last = new Map<string, TracesSearch>()

export function rememberSearch(projectId: string, search: TracesSearch): void {
  last.set(projectId, search)
}

export function lastSearch(projectId: string): TracesSearch {
  return last.get(projectId) ?? {}
}
