import type { IngestReason } from '../api/types'
import { formatAgo, formatBytes, formatCount, formatTimestamp } from '../ui/format'
import { OutcomeMark } from './OutcomeMark'
import styles from './tables.module.css'

/** Why spans did not simply go through. */
export function ReasonTable({ reasons, now }: { reasons: readonly IngestReason[]; now: Date }) {
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label="Reasons, most often first">
        <thead>
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col">Reason</th>
            <th scope="col" data-align="end">
              Count
            </th>
            <th scope="col" data-align="end">
              Size
            </th>
            <th scope="col">Last</th>
            <th scope="col">What it means, and what the client was told last</th>
          </tr>
        </thead>
        <tbody>
          {reasons.map(({ outcome, reason, advice, count, bytes, last_minute, example }) => (
            <tr key={`${outcome}/${reason}`}>
              <td>
                <OutcomeMark outcome={outcome} />
              </td>
              <th scope="row">
                <code>{reason}</code>
              </th>
              <td data-align="end">{formatCount(count)}</td>
              <td data-align="end">{formatBytes(bytes)}</td>
              <td className={styles.when} title={formatTimestamp(last_minute)}>
                {formatAgo(last_minute, now)}
              </td>
              <td className={styles.words}>
                {advice && <p>{advice}</p>}
                {example && example !== advice && <p className={styles.example}>{example}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
