import type { Finding } from '../api/evaluate'
import { markedParts } from '../trace/content/findings'
import styles from './MarkedText.module.css'

/** A text with what was found in it marked and named where it stands. */
export function MarkedText({ text, findings, label }: { text: string; findings: readonly Finding[]; label: string }) {
  return (
    <div className={styles.text} role="group" aria-label={label}>
      {markedParts(text, findings).map(({ text: part, findings: found }, index) =>
        found.length === 0 ? (
          part
        ) : (
          <mark key={index} className={styles.mark} title={found.map(describe).join(', ')}>
            {part}
            <sup>{found.map(({ type }) => type.replaceAll('_', ' ')).join(', ')}</sup>
          </mark>
        ),
      )}
    </div>
  )
}

function describe({ type, rule, score }: Finding): string {
  const parts = [type, rule && `rule ${rule}`, score !== null && score !== undefined && `score ${score}`]
  return parts.filter(Boolean).join(', ')
}
