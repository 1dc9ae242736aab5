/** Two runs: a trace each, or one observation of each. */
export interface CompareSearch {
  left?: string
  right?: string
  left_observation?: string
  right_observation?: string
}

export function parseCompareSearch(raw: Record<string, unknown>): CompareSearch {
  const id = (key: keyof CompareSearch) =>
    typeof raw[key] === 'string' && /^[0-9a-zA-Z_-]{1,128}$/.test(raw[key]) ? { [key]: raw[key] } : {}
  return { ...id('left'), ...id('right'), ...id('left_observation'), ...id('right_observation') }
}
