import { lazy, Suspense } from 'react'
import { FoldedText } from '../../ui/FoldedText'
import styles from './Prose.module.css'

const Markdown = lazy(() => import('./Markdown'))

/** Longer texts are data, not prose: laying them out as Markdown would stall the page. */
const MARKDOWN_CHARS_MAX = 50_000

/** What people and models write: as sanitised Markdown, and as plain text until its code is there. */
export function Prose({ text, linesMax, charsMax }: { text: string; linesMax?: number; charsMax?: number }) {
  return (
    <FoldedText
      text={text}
      linesMax={linesMax}
      charsMax={charsMax}
      render={(shown) =>
        shown.length > MARKDOWN_CHARS_MAX ? (
          <p className={styles.plain}>{shown}</p>
        ) : (
          <Suspense fallback={<p className={styles.plain}>{shown}</p>}>
            <Markdown text={shown} />
          </Suspense>
        )
      }
    />
  )
}
