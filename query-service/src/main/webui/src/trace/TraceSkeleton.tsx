import styles from './TraceSkeleton.module.css'

const ROWS = [0, 1, 2, 2, 1, 2, 2, 2, 1, 1]

export function TraceSkeleton() {
  return (
    <div className={styles.skeleton} role="status">
      <span className="visually-hidden">Loading the trace</span>
      <div className={styles.head} aria-hidden="true">
        <span style={{ width: '14rem' }} />
        <span style={{ width: '32rem' }} />
      </div>
      <div className={styles.panes} aria-hidden="true">
        <div>
          {ROWS.map((depth, row) => (
            <span key={row} style={{ marginInlineStart: `${depth * 1.25}rem`, width: `${50 + ((row * 31) % 30)}%` }} />
          ))}
        </div>
        <div>
          <span style={{ width: '40%' }} />
          <span style={{ width: '90%', height: '6rem' }} />
          <span style={{ width: '90%', height: '9rem' }} />
        </div>
      </div>
    </div>
  )
}
