import { diffWords } from 'diff'
import { useMemo } from 'react'
import styles from './ComparePage.module.css'

/** Beyond this a comparison word by word would stall the page. */
const CHARS_MAX = 60_000

export default function TextDiff({ left, right, label }: { left: string; right: string; label: string }) {
  const parts = useMemo(
    () => (left.length + right.length > CHARS_MAX ? undefined : diffWords(left, right)),
    [left, right],
  )
  if (!parts) return <p className="muted">Too long to compare word by word.</p>
  if (left === right) return <p className="muted">The same on both sides.</p>
  return (
    <div className={styles.diff} tabIndex={0} role="region" aria-label={label}>
      {parts.map(({ value, added, removed }, index) =>
        added ? (
          <ins key={index}>{value}</ins>
        ) : removed ? (
          <del key={index}>{value}</del>
        ) : (
          <span key={index}>{value}</span>
        ),
      )}
    </div>
  )
}
