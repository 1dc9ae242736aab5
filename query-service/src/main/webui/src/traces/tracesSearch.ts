import type { TraceListQuery } from '../api/client'
import { parseRange, textOf } from '../app/pageSearch'
import { type RangeSearch, rangeOf, resolveRange } from './timeRange'

/**
 * The state of the trace table, as it stands in the URL: a link shows the same table to a colleague. What is at its
 * default is left out.
 */
export interface TracesSearch extends RangeSearch {
  /** In the search bar's grammar. */
  query?: string
  /** Left out: all but Sightline's own. `*`: all. */
  environment?: string
  /** Ids of the columns in their order, as a comma list. */
  columns?: string
  /** The trace that is looked at beside the list. */
  peek?: string
}

export const EVERY_ENVIRONMENT = '*'

/** Keeps what is understood of a URL and drops the rest: an old or mistyped link still opens the table. */
export function parseTracesSearch(raw: Record<string, unknown>): TracesSearch {
  const parsed: TracesSearch = parseRange(raw)
  const query = textOf(raw.query)
  if (query) parsed.query = query
  const environment = textOf(raw.environment)
  if (environment) parsed.environment = environment
  const columns = textOf(raw.columns)
  if (columns && /^[a-z_,]{1,200}$/.test(columns)) parsed.columns = columns
  const peek = textOf(raw.peek)
  if (peek && /^[0-9a-zA-Z_-]{1,128}$/.test(peek)) parsed.peek = peek
  return parsed
}

/** True when anything but the time range narrows the table. */
export function isFiltered(search: TracesSearch): boolean {
  return Boolean(search.query || (search.environment && search.environment !== EVERY_ENVIRONMENT))
}

const OTHERS_ONLY = '-environment:sightline-*'

/**
 * The evaluators record their runs as traces of the same project, one or more for each trace they score. They are left
 * out until an environment is asked for. `offset` is how far the text of the search bar stands from the query's start.
 */
export function shownQuery({ query, environment }: TracesSearch): { query: string | undefined; offset: number } {
  if (environment !== undefined || query?.includes('environment:')) return { query, offset: 0 }
  if (!query) return { query: OTHERS_ONLY, offset: 0 }
  return { query: `${OTHERS_ONLY} (${query})`, offset: OTHERS_ONLY.length + 2 }
}

export function toListQuery(search: TracesSearch, now: Date): TraceListQuery {
  return {
    ...resolveRange(rangeOf(search), now),
    query: shownQuery(search).query,
    environment: search.environment === EVERY_ENVIRONMENT ? undefined : search.environment,
  }
}

/** What makes the list another one. Columns and the peeked trace do not. */
export function listKeyOf({ range, from, to, query, environment }: TracesSearch): TracesSearch {
  return { range, from, to, query, environment }
}
