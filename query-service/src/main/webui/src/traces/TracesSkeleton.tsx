import styles from './TracesSkeleton.module.css'

const ROWS = Array.from({ length: 14 }, (_, row) => row)

export function TracesSkeleton() {
  return (
    <div className={styles.skeleton} role="status">
      <span className="visually-hidden">Loading the traces</span>
      {ROWS.map((row) => (
        <div key={row} className={styles.row} aria-hidden="true">
          <span />
          <span style={{ width: `${38 + ((row * 29) % 45)}%` }} />
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  )
}
