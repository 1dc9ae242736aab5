import type { IngestSource } from '../api/types'
import { formatBytes, formatCount } from '../ui/format'
import { OutcomeMark } from './OutcomeMark'
import { bySource, OUTCOMES } from './outcomes'
import styles from './tables.module.css'

/** On which way it came in. Outcomes that did not happen have no column. */
export function SourceTable({ sources }: { sources: readonly IngestSource[] }) {
  const rows = bySource(sources)
  const columns = OUTCOMES.filter(({ outcome }) => sources.some((source) => source.outcome === outcome))
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label="Sources, busiest first">
        <thead>
          <tr>
            <th scope="col">Source</th>
            {columns.map(({ outcome }) => (
              <th key={outcome} scope="col" data-align="end">
                <OutcomeMark outcome={outcome} />
              </th>
            ))}
            <th scope="col" data-align="end">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ source, counts, bytes }) => (
            <tr key={source}>
              <th scope="row">
                <code>{source}</code>
              </th>
              {columns.map(({ outcome }) => (
                <td key={outcome} data-align="end">
                  {formatCount(counts[outcome] ?? 0)}
                </td>
              ))}
              <td data-align="end">{formatBytes(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
