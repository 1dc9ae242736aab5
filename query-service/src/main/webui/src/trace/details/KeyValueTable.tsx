import { JsonView } from '../../ui/JsonView'
import { parseJson } from '../content/conversation'
import styles from './KeyValueTable.module.css'

interface KeyValueTableProps {
  values: Record<string, unknown>
  label: string
  /** Keep the given order; otherwise they are sorted by name. */
  inOrder?: boolean
}

/** Names and values. Values that are JSON, also as text, can be unfolded. */
export function KeyValueTable({ values, label, inOrder = false }: KeyValueTableProps) {
  const entries = Object.entries(values)
  if (!inOrder) entries.sort(([a], [b]) => a.localeCompare(b))
  return (
    <table className={styles.table} aria-label={label}>
      <colgroup>
        <col className={styles.names} />
        <col />
      </colgroup>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <Value value={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Value({ value }: { value: unknown }) {
  if (typeof value === 'object' && value !== null) return <JsonView value={value} openDepth={0} />
  if (typeof value !== 'string') return <span className="mono">{String(value)}</span>
  const inner = parseJson(value)
  if (inner !== undefined) return <JsonView value={inner} openDepth={0} />
  return value === '' ? <span className="muted">(empty)</span> : <span className={styles.text}>{value}</span>
}
