import type { Score } from '../../api/types'
import { formatScore } from '../../ui/format'
import { byName, toneOf } from '../../ui/scoreTone'
import styles from './ScoreMarks.module.css'

/** The scores of one observation in the space of a word: the values, coloured; names on hover. */
export function ScoreMarks({ scores }: { scores: readonly Score[] }) {
  const sorted = byName(scores)
  const text = sorted.map((score) => `${score.name}: ${textOf(score)}`).join('\n')
  return (
    <span className={styles.marks} title={text}>
      {sorted.slice(0, 2).map((score) => (
        <span key={score.id} data-tone={toneOf(score)}>
          {textOf(score)}
        </span>
      ))}
      {scores.length > 2 && <span>+{scores.length - 2}</span>}
    </span>
  )
}

function textOf(score: Score): string {
  if (score.error || (score.value === null && !score.string_value)) return '!'
  if (score.data_type === 'BOOLEAN' && score.value !== null) return score.value >= 0.5 ? '✓' : '✗'
  return score.value === null ? (score.string_value ?? '') : formatScore(score.value)
}
