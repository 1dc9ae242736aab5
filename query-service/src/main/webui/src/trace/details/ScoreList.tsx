import { Link } from '@tanstack/react-router'
import { ArrowUpRight, TriangleAlert } from 'lucide-react'
import type { Score } from '../../api/types'
import { formatAgo, formatTimestamp } from '../../ui/format'
import { ScoreValue } from '../../ui/ScoreChip'
import { byName, fillOf, toneOf } from '../../ui/scoreTone'
import { useTrace } from '../traceContext'
import styles from './ScoreList.module.css'

interface ScoreListProps {
  scores: readonly Score[]
  nothing: string
  /** Name the observation that each score is about, and link to it. */
  withTarget?: boolean
}

/** Scores with who gave them, why, and the trace of how. */
export function ScoreList({ scores, nothing, withTarget = false }: ScoreListProps) {
  if (scores.length === 0) return <p className="muted">{nothing}</p>
  return (
    <ul className={styles.list}>
      {byName(scores).map((score) => (
        <ScoreItem key={score.id} score={score} withTarget={withTarget} />
      ))}
    </ul>
  )
}

function ScoreItem({ score, withTarget }: { score: Score; withTarget: boolean }) {
  const { projectId, tree, open } = useTrace()
  const fill = fillOf(score)
  const target = withTarget && score.observation_id ? tree.byId.get(score.observation_id) : undefined
  return (
    <li className={styles.item} data-tone={toneOf(score)}>
      <div className={styles.head}>
        <strong className={styles.name}>{score.name}</strong>
        <span className={styles.value}>
          <ScoreValue score={score} />
        </span>
        {fill !== null && (
          <span className={styles.track} aria-hidden="true">
            <span style={{ width: `${fill * 100}%` }} />
          </span>
        )}
      </div>
      {score.error && (
        <p className={styles.error}>
          <TriangleAlert size={14} aria-hidden="true" />
          {score.error}
        </p>
      )}
      {score.comment && <p className={styles.comment}>{score.comment}</p>}
      <p className={styles.by}>
        <span>{giver(score)}</span>
        <time dateTime={score.timestamp} title={formatTimestamp(score.timestamp)}>
          {formatAgo(score.timestamp, new Date())}
        </time>
        {target && (
          <button type="button" className={styles.link} onClick={() => open(target.observation.span_id)}>
            on {target.observation.name}
          </button>
        )}
        {score.evaluator_trace_id && (
          <Link
            to="/project/$projectId/traces/$traceId"
            params={{ projectId, traceId: score.evaluator_trace_id }}
            className={styles.link}
          >
            trace of the evaluation
            <ArrowUpRight size={13} aria-hidden="true" />
          </Link>
        )}
      </p>
    </li>
  )
}

function giver(score: Score): string {
  if (score.source !== 'evaluator') return score.source
  const version = score.evaluator_version ? ` v${score.evaluator_version}` : ''
  const by = score.evaluator_name ? `evaluator ${score.evaluator_name}${version}` : 'evaluator'
  return score.model ? `${by}, ${score.model}` : by
}
