import type { ScoreSummary } from '../api/types'

/** How a score is coloured. `failed` is a score that could not be given. */
export type Tone = 'good' | 'fair' | 'bad' | 'neutral' | 'failed'

const LOW_IS_GOOD =
  /toxic|hallucinat|bias|risk|harm|hate|pii|leak|inject|jailbreak|error|refus|violat|profan|distance|perplex|drift|spam/
const HIGH_IS_GOOD =
  /relevan|faithful|ground|correct|accura|help|quality|coheren|concis|complet|success|satisf|thumb|feedback|precision|recall|similar|rating|pass|resolved|safe/

/**
 * Good or bad can only be said when the name tells which way is better: 0.9 relevance is good, 0.9 toxicity is not.
 * Of any other name only the size is shown. The server will say it itself once scores are configured.
 */
export function toneOf(score: Pick<ScoreSummary, 'name' | 'data_type' | 'value' | 'string_value'>): Tone {
  const { name, data_type: type, value, string_value: text } = score
  if (value === null && (text === null || text === '')) return 'failed'
  if (type === 'CATEGORICAL' || type === 'TEXT' || value === null || value < 0 || value > 1) return 'neutral'
  const lowered = name.toLowerCase()
  const lowIsGood = LOW_IS_GOOD.test(lowered)
  if (!lowIsGood && !HIGH_IS_GOOD.test(lowered)) return 'neutral'
  const goodness = lowIsGood ? 1 - value : value
  if (goodness >= 0.75) return 'good'
  return goodness >= 0.5 ? 'fair' : 'bad'
}

/** Share of the scale that a numeric score fills; null when its scale is not known to be 0 to 1. */
export function fillOf(score: Pick<ScoreSummary, 'data_type' | 'value'>): number | null {
  const { data_type: type, value } = score
  return type === 'NUMERIC' && value !== null && value >= 0 && value <= 1 ? value : null
}

/** Sorted by name; those of one name stay in the order in which they were given. */
export function byName<Named extends { name: string }>(scores: readonly Named[]): Named[] {
  return scores.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
