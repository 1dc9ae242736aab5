/** The state of the trace page, as it stands in the URL. */
export interface TraceSearch {
  /** The selected observation; without it the trace as a whole is shown. */
  observation?: string
  view?: 'timeline' | 'graph'
  tab?: 'scores' | 'details' | 'events'
}

export function parseTraceSearch(raw: Record<string, unknown>): TraceSearch {
  const parsed: TraceSearch = {}
  if (typeof raw.observation === 'string' && /^[0-9a-zA-Z_-]{1,128}$/.test(raw.observation)) {
    parsed.observation = raw.observation
  }
  if (raw.view === 'timeline' || raw.view === 'graph') parsed.view = raw.view
  if (raw.tab === 'scores' || raw.tab === 'details' || raw.tab === 'events') parsed.tab = raw.tab
  return parsed
}
