import type { ReactNode } from 'react'
import styles from './Badge.module.css'
import { classes } from './classes'

export type BadgeTone = 'neutral' | 'good' | 'warning' | 'error'

/** A word that names a state. Its colour only repeats what the word says. */
export function Badge({ tone = 'neutral', children }: { tone?: BadgeTone; children: ReactNode }) {
  return <span className={classes(styles.badge, styles[tone])}>{children}</span>
}
