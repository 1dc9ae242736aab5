import { useQuery } from '@tanstack/react-query'
import { Search, X } from 'lucide-react'
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { ApiError } from '../api/client'
import { type QueryField, queryFields, queryValues } from '../api/search'
import styles from './QueryBar.module.css'
import { completingAt, quote, toUnits } from './queryText'
import { useHotkeys } from './useHotkeys'

const SHOWN_MAX = 40

interface QueryBarProps {
  projectId: string
  query: string | undefined
  onChange: (query: string | undefined) => void
  /** What the server said of the query as it is. */
  error?: unknown
  /** How many code points of what was asked stand before the text of the bar. */
  offset?: number
  label?: string
  placeholder?: string
  /** Part of a form: what is typed counts at once, since the form's own button sends it. */
  inForm?: boolean
}

interface Option {
  text: string
  note: string
  /** What the completed word becomes. */
  insert: string
  goesOn: boolean
}

/**
 * The search bar: fields and their values are offered while one types, Enter asks, Escape closes what is offered and
 * then clears. What the server finds wrong is underlined where it stands.
 */
export function QueryBar({
  projectId,
  query = '',
  onChange,
  error,
  offset = 0,
  label = 'Search',
  placeholder,
  inForm = false,
}: QueryBarProps) {
  const [draft, setDraft] = useState(query)
  const [seen, setSeen] = useState(query)
  const [caret, setCaret] = useState(query.length)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const [scroll, setScroll] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const caretToSet = useRef<number>(null)
  const id = useId()
  // Before the browser hands over the next key: a caret set a frame later would move under what is typed by then.
  useLayoutEffect(() => {
    if (caretToSet.current === null) return
    input.current?.focus()
    input.current?.setSelectionRange(caretToSet.current, caretToSet.current)
    caretToSet.current = null
  })
  if (query !== seen) {
    // The URL changed by other means: a facet, a cleared filter, the back button.
    setSeen(query)
    setDraft(query)
  }
  const options = useOptions(projectId, draft, caret, open)
  const wrong = draft === query ? problemAt(error, draft, offset) : undefined
  const send = (text: string) => {
    setOpen(false)
    setSeen(text.trim())
    onChange(text.trim() || undefined)
  }
  const type = (text: string) => {
    setDraft(text)
    if (inForm) {
      const typed = text.trim() && text
      setSeen(typed)
      onChange(typed || undefined)
    }
  }
  const take = (option: Option) => {
    const at = completingAt(draft, caret)
    const rest = draft.slice(at.end)
    const next = `${draft.slice(0, at.start)}${option.insert}${option.goesOn || rest.startsWith(' ') ? '' : ' '}${rest}`
    const place = at.start + option.insert.length + (option.goesOn ? 0 : 1)
    type(next)
    setCaret(place)
    setActive(-1)
    caretToSet.current = place
  }
  const move = (by: number) => {
    setOpen(true)
    setActive((before) =>
      options.length === 0 ? -1 : (before + by + options.length + (before < 0 && by < 0 ? 1 : 0)) % options.length,
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = open ? options[active] : undefined
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      move(event.key === 'ArrowDown' ? 1 : -1)
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
      event.preventDefault()
      take(chosen)
    } else if (event.key === 'Enter') send(draft)
    else if (event.key === 'Escape') {
      if (open && options.length > 0) setOpen(false)
      else if (draft) {
        setDraft('')
        send('')
      } else input.current?.blur()
    }
  }
  useHotkeys({
    '/': (event) => {
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    },
  })
  const shown = open && options.length > 0
  return (
    <div
      className={styles.bar}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <div className={styles.box} data-wrong={wrong !== undefined || undefined}>
        <Search size={15} aria-hidden="true" />
        <div className={styles.field}>
          <div className={styles.under} aria-hidden="true">
            <div style={{ transform: `translateX(${-scroll}px)` }}>
              {wrong && (
                <>
                  {draft.slice(0, wrong.start)}
                  <span className={styles.wrong}>{draft.slice(wrong.start, wrong.end) || ' '}</span>
                </>
              )}
            </div>
          </div>
          <input
            ref={input}
            className={styles.input}
            type="text"
            role="combobox"
            aria-label={label}
            aria-expanded={shown}
            aria-controls={shown ? `${id}-list` : undefined}
            aria-autocomplete="list"
            aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
            aria-invalid={wrong ? true : undefined}
            aria-describedby={wrong ? `${id}-problem` : undefined}
            placeholder={placeholder ?? 'model:gpt-4o latency:>2s "refund"'}
            value={draft}
            maxLength={2000}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            onFocus={() => setOpen(true)}
            onChange={(event) => {
              type(event.target.value)
              setCaret(event.target.selectionStart ?? event.target.value.length)
              setOpen(true)
              setActive(-1)
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
            onKeyDown={onKeyDown}
          />
        </div>
        {draft ? (
          <button
            type="button"
            className={styles.clear}
            aria-label="Clear the search"
            onClick={() => {
              setDraft('')
              send('')
              input.current?.focus()
            }}
          >
            <X size={14} />
          </button>
        ) : (
          <kbd aria-hidden="true">/</kbd>
        )}
      </div>
      {shown && (
        <div className={styles.list} role="listbox" id={`${id}-list`} aria-label="What can stand here">
          {options.map((option, index) => (
            <div
              key={option.text}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={styles.option}
              onMouseDown={(event) => {
                event.preventDefault()
                take(option)
              }}
            >
              <code>{option.text}</code>
              <span>{option.note}</span>
            </div>
          ))}
        </div>
      )}
      {wrong && (
        <p id={`${id}-problem`} className={styles.problem} role="alert">
          {wrong.text}
        </p>
      )}
    </div>
  )
}

function problemAt(
  error: unknown,
  draft: string,
  offset: number,
): { text: string; start: number; end: number } | undefined {
  if (!(error instanceof ApiError) || error.problem.field !== 'query') return undefined
  const { length = 1 } = error.problem
  const position = Math.max(0, (error.problem.position ?? 0) - offset)
  return { text: error.message, start: toUnits(draft, position), end: toUnits(draft, position + Math.max(1, length)) }
}

const NO_FIELDS: QueryField[] = []

function useOptions(projectId: string, draft: string, caret: number, open: boolean): Option[] {
  const at = completingAt(draft, caret)
  const { data: fields = NO_FIELDS } = useQuery({
    queryKey: ['query-fields', projectId],
    queryFn: ({ signal }) => queryFields(projectId, signal),
    enabled: open,
    staleTime: 10 * 60_000,
    retry: false,
  })
  const fieldOfValue = at.kind === 'value' ? at.field : ''
  const { data: values = [] } = useQuery({
    queryKey: ['query-values', projectId, fieldOfValue, at.prefix],
    queryFn: ({ signal }) => queryValues(projectId, fieldOfValue, at.prefix, signal),
    enabled: open && fieldOfValue !== '',
    staleTime: 30_000,
    retry: false,
    placeholderData: (before) => before,
  })
  const prefix = at.prefix.toLowerCase()
  if (at.kind === 'field') {
    return fields
      .filter(({ name }) => name.toLowerCase().includes(prefix))
      .sort((a, b) => Number(b.name.startsWith(prefix)) - Number(a.name.startsWith(prefix)))
      .slice(0, SHOWN_MAX)
      .map(({ name, description, examples }) => ({
        text: `${name}:`,
        note: examples[0] ? `${description} · ${examples[0]}` : description,
        insert: name.endsWith('.') ? name : `${name}:`,
        goesOn: true,
      }))
  }
  return values
    .filter(({ value }) => value.toLowerCase().includes(prefix))
    .slice(0, SHOWN_MAX)
    .map(({ value, count }) => ({ text: value, note: `${count}`, insert: quote(value), goesOn: false }))
}
