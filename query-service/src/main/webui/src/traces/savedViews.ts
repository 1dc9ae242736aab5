import type { StoredView } from '../api/views'
import { parseTracesSearch, type TracesSearch } from './tracesSearch'

/** A table somebody comes back to: filters, range and columns under a name. */
export interface NamedView {
  name: string
  search: TracesSearch
}

/** One that the project's members share. */
export interface SavedView extends NamedView {
  id: string
  /** Id of a user, or an API key's public half. */
  author: string
}

/** What the server has; of the search what this page understands, whichever page wrote it. */
export function fromStored({ id, name, search, created_by }: StoredView): SavedView {
  return { id, name, search: parseTracesSearch(search), author: created_by }
}

/** What is kept of the page: not the trace that is looked at beside the list. */
export function toStored({ name, search: { peek: _, ...search } }: NamedView): {
  name: string
  search: Record<string, unknown>
} {
  return { name: name.trim(), search: { ...search } }
}

/** Reads what an earlier version kept in this browser; whatever of it makes no sense is dropped. */
export function parseBrowserViews(text: string): NamedView[] {
  try {
    const raw: unknown = JSON.parse(text)
    if (!Array.isArray(raw)) return []
    return raw.flatMap((each: { name?: unknown; search?: unknown }) =>
      typeof each?.name === 'string' && each.name.trim() && each.search && typeof each.search === 'object'
        ? [{ name: each.name.trim(), search: parseTracesSearch(each.search as Record<string, unknown>) }]
        : [],
    )
  } catch {
    return []
  }
}

/**
 * Which of a browser's views to send: under the next free name where another view has theirs, and none that is there
 * already, so that what broke off can be begun again.
 */
export function toShare(browser: readonly NamedView[], stored: readonly NamedView[]): NamedView[] {
  const known = new Map(stored.map(({ name, search }) => [name, textOf(search)]))
  return browser.flatMap(({ name, search }) => {
    const text = textOf(search)
    let free = name
    for (let n = 2; known.has(free); n++) {
      if (known.get(free) === text) return []
      free = `${name} ${n}`
    }
    known.set(free, text)
    return [{ name: free, search }]
  })
}

/** The same for two searches that show the same table. */
function textOf(search: TracesSearch): string {
  const { peek: _, ...rest } = search
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
}
