import { Bug, CircleX, TriangleAlert } from 'lucide-react'
import type { Level } from '../api/types'
import styles from './LevelMark.module.css'

export const LEVEL_NAMES: Record<Level, string> = {
  DEBUG: 'Debug',
  DEFAULT: 'Default',
  WARNING: 'Warning',
  ERROR: 'Error',
}

/** An icon for what stands out; the default level is quiet. Its name is read by screen readers. */
export function LevelMark({ level, size = 15 }: { level: Level; size?: number }) {
  switch (level) {
    case 'ERROR':
      return <CircleX size={size} className={styles.error} aria-label="Error" role="img" />
    case 'WARNING':
      return <TriangleAlert size={size} className={styles.warning} aria-label="Warning" role="img" />
    case 'DEBUG':
      return <Bug size={size} className={styles.debug} aria-label="Debug" role="img" />
    case 'DEFAULT':
      return <span className={styles.calm} aria-hidden="true" />
  }
}
