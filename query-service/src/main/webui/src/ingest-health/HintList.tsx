import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react'
import type { IngestHint } from '../api/types'
import { classes } from '../ui/classes'
import tones from '../ui/tones.module.css'
import styles from './HintList.module.css'

const LOOKS = {
  good: { icon: CircleCheck, word: 'Good', tone: 'good' },
  info: { icon: Info, word: 'Note', tone: 'neutral' },
  warning: { icon: TriangleAlert, word: 'Warning', tone: 'warning' },
  error: { icon: CircleX, word: 'Error', tone: 'error' },
} satisfies Record<IngestHint['level'], unknown>

/** What to make of the numbers, in the server's words. */
export function HintList({ hints }: { hints: readonly IngestHint[] }) {
  return (
    <ul className={styles.hints} aria-label="What this means">
      {hints.map(({ level, text }) => {
        const { icon: Icon, word, tone } = LOOKS[level]
        return (
          <li key={text} className={classes(styles.hint, tones[tone])}>
            <Icon size={16} aria-hidden="true" />
            <p>
              <span className="visually-hidden">{word}: </span>
              {text}
            </p>
          </li>
        )
      })}
    </ul>
  )
}
