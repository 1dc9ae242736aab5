import { Logo } from '../ui/Logo'
import styles from './Pending.module.css'

/** Shown when the first page takes longer than a moment. */
export function Pending() {
  return (
    <div className={styles.pending} role="status">
      <Logo size={40} />
      <span className="visually-hidden">Loading Sightline</span>
    </div>
  )
}
