import { isPreset, type Preset } from '../traces/timeRange'

/** The state of the page, as it stands in the URL. The last hour is left out. */
export interface HealthSearch {
  range?: Preset
}

export const DEFAULT_RANGE: Preset = '1h'

/** Keeps what is understood of a URL and drops the rest. */
export function parseHealthSearch(raw: Record<string, unknown>): HealthSearch {
  const range = typeof raw.range === 'string' ? raw.range : undefined
  return isPreset(range) && range !== DEFAULT_RANGE ? { range } : {}
}
