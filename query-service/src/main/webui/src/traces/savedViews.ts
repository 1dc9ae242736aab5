import { parseTracesSearch, type TracesSearch } from './tracesSearch'

/** A table somebody comes back to: filters, range and columns under a name. Kept in this browser. */
export interface SavedView {
  name: string
  search: TracesSearch
}

export const VIEWS_MAX = 30

/** Reads what the browser kept; whatever of it makes no sense is dropped. */
export function parseViews(text: string): SavedView[] {
  try {
    const raw: unknown = JSON.parse(text)
    if (!Array.isArray(raw)) return []
    return raw.flatMap((each: { name?: unknown; search?: unknown }) =>
      typeof each?.name === 'string' && each.search && typeof each.search === 'object'
        ? [{ name: each.name, search: parseTracesSearch(each.search as Record<string, unknown>) }]
        : [],
    )
  } catch {
    return []
  }
}

/** The newest first; one of the same name is replaced. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  const { peek: _, ...search } = view.search
  return [{ name: view.name, search }, ...views.filter(({ name }) => name !== view.name)].slice(0, VIEWS_MAX)
}
