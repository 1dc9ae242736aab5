import type { ReactNode } from 'react'
import styles from './Badge.module.css'
import { classes } from './classes'
import tones from './tones.module.css'

export type BadgeTone = 'neutral' | 'good' | 'warning' | 'error'

/** A word that names a state. Its colour only repeats what the word says. */
export function Badge({ tone = 'neutral', children }: { tone?: BadgeTone; children: ReactNode }) {
  return <span className={classes(styles.badge, tones[tone])}>{children}</span>
}
