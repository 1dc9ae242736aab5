import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react'
import type { IngestHint } from '../api/types'
import { classes } from '../ui/classes'
import styles from './HintList.module.css'

const LOOKS = {
  good: { icon: CircleCheck, word: 'Good' },
  info: { icon: Info, word: 'Note' },
  warning: { icon: TriangleAlert, word: 'Warning' },
  error: { icon: CircleX, word: 'Error' },
} satisfies Record<IngestHint['level'], unknown>

/** What to make of the numbers, in the server's words. */
export function HintList({ hints }: { hints: readonly IngestHint[] }) {
  return (
    <ul className={styles.hints} aria-label="What this means">
      {hints.map(({ level, text }) => {
        const { icon: Icon, word } = LOOKS[level]
        return (
          <li key={text} className={classes(styles.hint, styles[level])}>
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
