import { isPreset, type RangeSearch, rangeOf, resolveRange } from '../traces/timeRange'

/** What most pages keep in the URL: the time range, and a query in the search bar's grammar. */
export interface PageSearch extends RangeSearch {
  query?: string
  /** Which part of the page is open. */
  tab?: string
}

/** Keeps what is understood of a URL and drops the rest. */
export function parsePageSearch(raw: Record<string, unknown>): PageSearch {
  const parsed: PageSearch = parseRange(raw)
  const query = textOf(raw.query)
  const tab = textOf(raw.tab)
  if (query) parsed.query = query
  if (tab && /^[a-z-]{1,24}$/.test(tab)) parsed.tab = tab
  return parsed
}

export function parseRange(raw: Record<string, unknown>): RangeSearch {
  const range = textOf(raw.range)
  const from = instant(textOf(raw.from))
  const to = instant(textOf(raw.to))
  if (from || to) return { ...(from && { from }), ...(to && { to }) }
  return isPreset(range) ? { range } : {}
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function instant(text: string | undefined): string | undefined {
  if (!text) return undefined
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

const STEP_MS = 10_000

/**
 * Start and end of a search's range, with a default for pages that look further back than the traces. Now is the end of
 * the running ten seconds: what is asked twice in a moment is the same question, and has one answer.
 */
export function periodOf(search: RangeSearch, now: Date): { from: string; to: string } {
  const end = new Date(Math.ceil(now.getTime() / STEP_MS) * STEP_MS)
  const { from, to } = resolveRange(rangeOf(search), end)
  return { from: from ?? new Date(end.getTime() - 30 * 86_400_000).toISOString(), to: to ?? end.toISOString() }
}
