import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react'
import { usePreference } from '../ui/preferences'
import styles from './Splitter.module.css'

interface SplitterProps {
  /** Name under which this browser keeps the width. */
  preference: string
  initialShare: number
  label: string
  start: ReactNode
  end: ReactNode
}

const SHARE_MIN = 0.2
const SHARE_MAX = 0.8
const KEY_STEP = 0.03

/** Two panes and a border between them that is dragged, or moved with the arrow keys. */
export function Splitter({ preference, initialShare, label, start, end }: SplitterProps) {
  const [held, setHeld] = usePreference<string>(preference, String(initialShare))
  const share = clamp(Number(held) || initialShare)
  const frame = useRef<HTMLDivElement>(null)
  const onMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !frame.current) return
    const { left, width } = frame.current.getBoundingClientRect()
    setHeld(clamp((event.clientX - left) / width).toFixed(3))
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key]
    if (!step) return
    event.preventDefault()
    setHeld(clamp(share + step).toFixed(3))
  }
  return (
    <div className={styles.frame} ref={frame}>
      <div className={styles.pane} style={{ flexBasis: `${share * 100}%` }}>
        {start}
      </div>
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={SHARE_MIN * 100}
        aria-valuemax={SHARE_MAX * 100}
        tabIndex={0}
        className={styles.handle}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onMove}
        onKeyDown={onKey}
        onDoubleClick={() => setHeld(String(initialShare))}
      />
      <div className={styles.rest}>{end}</div>
    </div>
  )
}

function clamp(share: number): number {
  return Math.min(SHARE_MAX, Math.max(SHARE_MIN, share))
}
