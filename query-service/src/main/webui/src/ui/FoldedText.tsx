import { type ReactNode, useState } from 'react'
import styles from './FoldedText.module.css'
import { foldAt } from './foldAt'
import { formatCount } from './format'

interface FoldedTextProps {
  text: string
  linesMax?: number
  charsMax?: number
  /** How the text is drawn; as it is when left out. */
  render?: (text: string) => ReactNode
}

/** A long text shows its beginning and a way to the rest. Only what is shown is in the page. */
export function FoldedText({ text, linesMax = 30, charsMax = 3000, render = (shown) => shown }: FoldedTextProps) {
  const [open, setOpen] = useState(false)
  const end = foldAt(text, linesMax, charsMax)
  if (end >= text.length) return render(text)
  return (
    <>
      <div className={open ? undefined : styles.closed}>{render(open ? text : text.slice(0, end))}</div>
      <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Show less' : `Show all (${formatCount(text.length)} characters)`}
      </button>
    </>
  )
}
