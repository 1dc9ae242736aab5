import { Archive, CircleCheck, CircleX, EyeOff, Filter, Flag, Gauge } from 'lucide-react'
import type { IngestOutcome } from '../api/types'
import { classes } from '../ui/classes'
import styles from './OutcomeMark.module.css'
import { outcomeName } from './outcomes'

const ICONS = {
  accepted: CircleCheck,
  rejected: CircleX,
  limited: Gauge,
  sampled: Filter,
  redacted: EyeOff,
  flagged: Flag,
  dead_lettered: Archive,
} satisfies Record<IngestOutcome, unknown>

/** An outcome by icon, word and colour. */
export function OutcomeMark({ outcome }: { outcome: IngestOutcome }) {
  const Icon = ICONS[outcome] ?? CircleX
  return (
    <span className={classes(styles.mark, styles[outcome])}>
      <Icon size={15} aria-hidden="true" />
      {outcomeName(outcome)}
    </span>
  )
}
