import type { TraceListQuery } from '../api/client'
import { LEVELS, type Level, type TraceSummary } from '../api/types'
import { isPreset, resolveRange, type TimeRange } from './timeRange'

/**
 * The state of the trace table, as it stands in the URL: a link shows the same table to a colleague. What is at its
 * default is left out. `range` is a preset; `from` and `to` are ISO times of a custom range and win over it.
 */
export interface TracesSearch {
  range?: string
  from?: string
  to?: string
  search?: string
  /** A comma list, as the API takes it. */
  level?: string
  /** Left out: all but Sightline's own. `*`: all. */
  environment?: string
}

export const EVERY_ENVIRONMENT = '*'

/** Keeps what is understood of a URL and drops the rest: an old or mistyped link still opens the table. */
export function parseTracesSearch(raw: Record<string, unknown>): TracesSearch {
  const parsed: TracesSearch = {}
  const text = (key: string) => (typeof raw[key] === 'string' && raw[key] !== '' ? (raw[key] as string) : undefined)
  const range = text('range')
  const from = instant(text('from'))
  const to = instant(text('to'))
  if (from) parsed.from = from
  if (to) parsed.to = to
  if (!from && !to && range && isPreset(range)) parsed.range = range
  const search = text('search')
  if (search) parsed.search = search
  const levels = toLevelList(levelsOf({ level: text('level') }))
  if (levels) parsed.level = levels
  const environment = text('environment')
  if (environment) parsed.environment = environment
  return parsed
}

function instant(text: string | undefined): string | undefined {
  if (!text) return undefined
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

export function levelsOf(search: Pick<TracesSearch, 'level'>): Level[] {
  const wanted = new Set(search.level?.split(',').map((level) => level.trim().toUpperCase()))
  return LEVELS.filter((level) => wanted.has(level))
}

/** Undefined for none and for all: both mean that the level does not matter. */
export function toLevelList(levels: readonly Level[]): string | undefined {
  return levels.length === 0 || levels.length === LEVELS.length ? undefined : levels.join(',')
}

export function rangeOf(search: TracesSearch): TimeRange {
  if (search.from || search.to) return { kind: 'custom', from: search.from, to: search.to }
  return { kind: 'preset', preset: isPreset(search.range) ? search.range : '24h' }
}

/** True when anything but the time range narrows the table. */
export function isFiltered(search: TracesSearch): boolean {
  return Boolean(search.search || search.level || (search.environment && search.environment !== EVERY_ENVIRONMENT))
}

/**
 * The evaluators record their runs as traces of the same project, one or more for each trace they score. They are
 * shown when asked for. The API cannot leave an environment out yet, so this is done here.
 */
export function isShown(trace: Pick<TraceSummary, 'environment'>, search: TracesSearch): boolean {
  return search.environment !== undefined || !trace.environment?.startsWith('sightline-')
}

export function toListQuery(search: TracesSearch, now: Date): TraceListQuery {
  return {
    ...resolveRange(rangeOf(search), now),
    search: search.search,
    level: search.level,
    environment: search.environment === EVERY_ENVIRONMENT ? undefined : search.environment,
  }
}
