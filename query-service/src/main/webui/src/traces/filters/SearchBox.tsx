import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useHotkeys } from '../../ui/useHotkeys'
import styles from './filters.module.css'

const TYPING_PAUSE_MS = 250

/** Searches while one types, after a short pause; Enter searches at once, Escape clears. */
export function SearchBox({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [draft, setDraft] = useState(text)
  const [sent, setSent] = useState(text)
  const input = useRef<HTMLInputElement>(null)
  if (text !== sent) {
    // The URL changed by other means: a cleared filter, the back button.
    setSent(text)
    setDraft(text)
  }
  const send = (value: string) => {
    const trimmed = value.trim()
    if (trimmed === sent) return
    setSent(trimmed)
    onChange(trimmed)
  }
  const latest = useRef(send)
  useEffect(() => {
    latest.current = send
  })
  useEffect(() => {
    const timer = setTimeout(() => latest.current(draft), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [draft])
  useHotkeys({
    '/': (event) => {
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    },
  })
  const clear = () => {
    setDraft('')
    send('')
    input.current?.focus()
  }
  return (
    <div className={styles.search}>
      <Search size={15} aria-hidden="true" />
      <input
        ref={input}
        type="search"
        aria-label="Search by trace name, observation name or trace id"
        placeholder="Search name or trace id"
        value={draft}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') send(draft)
          if (event.key !== 'Escape') return
          if (draft) clear()
          else input.current?.blur()
        }}
      />
      {draft ? (
        <button type="button" aria-label="Clear the search" onClick={clear} className={styles.clear}>
          <X size={14} />
        </button>
      ) : (
        <kbd aria-hidden="true">/</kbd>
      )}
    </div>
  )
}
