import { useState } from 'react'
import { classes } from './classes'
import styles from './JsonView.module.css'

/**
 * Any JSON value, coloured and foldable. Only what is open is in the page, long lists open in portions and long
 * texts on demand, so that a value of megabytes opens as fast as a small one.
 */
export function JsonView({ value, openDepth = 2 }: { value: unknown; openDepth?: number }) {
  return (
    <div className={styles.json}>
      <Entry value={value} depth={0} openDepth={openDepth} isLast />
    </div>
  )
}

interface EntryProps {
  name?: string
  value: unknown
  depth: number
  openDepth: number
  isLast: boolean
}

const PORTION = 100
const OPEN_ENTRIES_MAX = 60

function Entry({ name, value, depth, openDepth, isLast }: EntryProps) {
  const isBranch = typeof value === 'object' && value !== null
  const comma = isLast ? '' : ','
  if (!isBranch || sizeOf(value) === 0) {
    return (
      <div className={styles.line}>
        <Name name={name} />
        <Leaf value={value} />
        {comma}
      </div>
    )
  }
  return <Branch name={name} value={value} depth={depth} openDepth={openDepth} comma={comma} />
}

function Branch({
  name,
  value,
  depth,
  openDepth,
  comma,
}: Omit<EntryProps, 'isLast'> & { value: object; comma: string }) {
  const size = sizeOf(value)
  const [open, setOpen] = useState(depth < openDepth && size <= OPEN_ENTRIES_MAX)
  const [shown, setShown] = useState(PORTION)
  const isList = Array.isArray(value)
  const [left, right] = isList ? '[]' : '{}'
  const summary = `${size} ${isList ? (size === 1 ? 'item' : 'items') : size === 1 ? 'field' : 'fields'}`
  return (
    <div>
      <div className={styles.line}>
        <button
          type="button"
          className={styles.fold}
          aria-expanded={open}
          aria-label={`${name ?? 'value'}, ${summary}`}
          onClick={() => setOpen(!open)}
        />
        <Name name={name} />
        {left}
        {!open && (
          <>
            <button
              type="button"
              className={styles.summary}
              tabIndex={-1}
              aria-hidden="true"
              onClick={() => setOpen(true)}
            >
              {preview(value) ?? summary}
            </button>
            {right}
            {comma}
          </>
        )}
      </div>
      {open && (
        <>
          <div className={styles.children}>
            {entriesOf(value, shown).map(([key, each], index) => (
              <Entry
                key={key}
                name={isList ? undefined : key}
                value={each}
                depth={depth + 1}
                openDepth={openDepth}
                isLast={index === size - 1}
              />
            ))}
            {shown < size && (
              <button type="button" className={styles.more} onClick={() => setShown(shown + PORTION * 5)}>
                {Math.min(PORTION * 5, size - shown)} more of {size - shown}
              </button>
            )}
          </div>
          <div className={styles.line}>
            {right}
            {comma}
          </div>
        </>
      )}
    </div>
  )
}

function Name({ name }: { name?: string }) {
  return name === undefined ? null : <span className={styles.key}>{JSON.stringify(name)}: </span>
}

const TEXT_SHOWN = 600

function Leaf({ value }: { value: unknown }) {
  const [all, setAll] = useState(false)
  if (typeof value !== 'string') {
    const text = typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[]' : '{}') : String(value)
    return <span className={typeof value === 'number' ? styles.number : styles.word}>{text}</span>
  }
  const shown = all || value.length <= TEXT_SHOWN ? value : value.slice(0, TEXT_SHOWN)
  return (
    <span className={classes(styles.string)}>
      {JSON.stringify(shown)}
      {shown.length < value.length && (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          … {value.length - shown.length} more characters
        </button>
      )}
    </span>
  )
}

function sizeOf(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length
}

function entriesOf(value: object, max: number): [string, unknown][] {
  if (Array.isArray(value)) return value.slice(0, max).map((each, index) => [String(index), each])
  return Object.entries(value).slice(0, max)
}

/** A closed branch of few, short values is told in full; undefined when it is longer. */
function preview(value: object): string | undefined {
  if (sizeOf(value) > 8) return undefined
  const nested = Object.values(value).some((each) => typeof each === 'object' && each !== null)
  if (nested) return undefined
  const isList = Array.isArray(value)
  const texts = Object.entries(value).map(
    ([key, each]) => `${isList ? '' : `${JSON.stringify(key)}: `}${JSON.stringify(each)}`,
  )
  const text = texts.join(', ')
  return text.length > 72 ? undefined : text
}
