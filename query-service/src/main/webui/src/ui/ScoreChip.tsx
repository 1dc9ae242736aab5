import { Check, TriangleAlert, X } from 'lucide-react'
import type { ScoreSummary } from '../api/types'
import { classes } from './classes'
import { formatScore } from './format'
import styles from './ScoreChip.module.css'
import { byName, fillOf, type Tone, toneOf } from './scoreTone'

/** A score at a glance: name, value, and how much of its scale it fills. */
export function ScoreChip({ score }: { score: ScoreSummary }) {
  const tone = toneOf(score)
  const fill = fillOf(score)
  return (
    <span
      className={classes(styles.chip, styles[tone])}
      title={`${score.name}: ${describe(score, tone)} (${score.source})`}
    >
      <span className={styles.name}>{score.name}</span>
      <ScoreValue score={score} tone={tone} />
      {fill !== null && <meter className={styles.fill} value={fill} aria-hidden="true" />}
    </span>
  )
}

export function ScoreValue({ score, tone = toneOf(score) }: { score: ScoreSummary; tone?: Tone }) {
  if (tone === 'failed') {
    return (
      <span className={styles.value}>
        <TriangleAlert size={12} aria-hidden="true" />
        failed
      </span>
    )
  }
  if (score.data_type === 'BOOLEAN' && score.value !== null) {
    const Icon = score.value >= 0.5 ? Check : X
    return (
      <span className={styles.value}>
        <Icon size={13} aria-hidden="true" />
        {score.value >= 0.5 ? 'yes' : 'no'}
      </span>
    )
  }
  return <span className={styles.value}>{score.value === null ? score.string_value : formatScore(score.value)}</span>
}

function describe(score: ScoreSummary, tone: Tone): string {
  if (tone === 'failed') return 'could not be given'
  if (score.data_type === 'BOOLEAN' && score.value !== null) return score.value >= 0.5 ? 'yes' : 'no'
  return score.value === null ? (score.string_value ?? '') : formatScore(score.value)
}

/** As many chips as asked for, and how many more there are; by name, so that the rows of a list can be compared. */
export function ScoreChips({ scores, max }: { scores: readonly ScoreSummary[]; max: number }) {
  if (scores.length === 0) return null
  const sorted = byName(scores)
  const hidden = sorted.slice(max)
  return (
    <span className={styles.chips}>
      {sorted.slice(0, max).map((score, index) => (
        <ScoreChip key={index} score={score} />
      ))}
      {hidden.length > 0 && (
        <span
          className={styles.more}
          title={hidden.map((score) => `${score.name}: ${describe(score, toneOf(score))}`).join('\n')}
        >
          +{hidden.length}
        </span>
      )}
    </span>
  )
}
