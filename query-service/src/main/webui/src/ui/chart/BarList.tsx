import type { ReactNode } from 'react'
import styles from './BarList.module.css'

export interface BarItem {
  key: string
  name: ReactNode
  value: number
  text: string
  /** A second value, such as the change. */
  more?: ReactNode
}

interface BarListProps {
  label: string
  items: readonly BarItem[]
  nameHeader: string
  valueHeader: string
  moreHeader?: string
}

/** The largest of something, each with a bar: a chart that is its own table. */
export function BarList({ label, items, nameHeader, valueHeader, moreHeader }: BarListProps) {
  const most = Math.max(...items.map(({ value }) => value), 0)
  if (items.length === 0) return <p className="muted">Nothing in this time range.</p>
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{nameHeader}</th>
          <th scope="col">{valueHeader}</th>
          {moreHeader && <th scope="col">{moreHeader}</th>}
        </tr>
      </thead>
      <tbody>
        {items.map(({ key, name, value, text, more }) => (
          <tr key={key}>
            <th scope="row" className={styles.cell}>
              <span
                className={styles.bar}
                aria-hidden="true"
                style={{ width: `${most > 0 ? (value / most) * 100 : 0}%` }}
              />
              <span className={styles.name}>{name}</span>
            </th>
            <td>{text}</td>
            {moreHeader && <td className="muted">{more ?? '–'}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
