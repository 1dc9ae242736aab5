import { useNavigate } from '@tanstack/react-router'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { ArrowUp } from 'lucide-react'
import { type CSSProperties, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { TraceSummary } from '../api/types'
import { formatCount, zoneName } from '../ui/format'
import { useHotkeys } from '../ui/useHotkeys'
import { NARROW, useMediaQuery } from '../ui/useMediaQuery'
import type { CellContext, Column } from './columns'
import { latencyScale } from './latencyScale'
import { TraceCard, TraceRow } from './TraceRow'
import styles from './TraceTable.module.css'
import { leavePlace, takePlace } from './tablePlace'

interface TraceTableProps {
  projectId: string
  /** Names this list, so that a return to it finds its place. */
  placeKey: string
  rows: readonly TraceSummary[]
  fresh: ReadonlySet<string>
  now: Date
  scroller: RefObject<HTMLDivElement | null>
  waitingCount: number | 'many'
  onRelease: () => void
  hasMore: boolean
  /** Nothing follows these rows. */
  isWhole: boolean
  onMore: () => void
  foot: ReactNode
  columns: readonly Column[]
  selected: ReadonlySet<string>
  onSelect: (traceId: string, selected: boolean) => void
  onSelectAll: (selected: boolean) => void
  peeked: string | undefined
  onPeek: (traceId: string | undefined) => void
}

const SELECT_TRACK = '1.75rem'

export function TraceTable(props: TraceTableProps) {
  const { projectId, placeKey, rows, fresh, now, scroller, waitingCount, onRelease, hasMore, onMore } = props
  const { columns, selected, onSelect, onSelectAll, peeked, onPeek } = props
  const narrow = useMediaQuery(NARROW)
  const navigate = useNavigate()
  const place = useRef(takePlace(placeKey))
  const [activeId, setActiveId] = useState<string>()
  const active = activeId === undefined ? -1 : rows.findIndex((trace) => trace.trace_id === activeId)
  const rowHeight = narrow ? rem(5.75) : rem(2.5)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialOffset: place.current.scrollTop,
    getItemKey: (index) => rows[index]?.trace_id ?? index,
    // The focused row stays, wherever the list is scrolled to: focus would be lost with it.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      if (active < 0 || active >= rows.length || shown.includes(active)) return shown
      return [...shown, active].sort((a, b) => a - b)
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height is the reason to measure
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight])

  const items = virtualizer.getVirtualItems()
  const lastSeen = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && lastSeen >= rows.length - 15) onMore()
  }, [hasMore, lastSeen, rows.length, onMore])

  const shifting = useShifting(fresh)
  useReturnToPlace(place.current, placeKey, scroller, rows)

  const focusRow = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (!row) return
    setActiveId(row.trace_id)
    if (peeked !== undefined) onPeek(row.trace_id)
    virtualizer.scrollToIndex(rows.indexOf(row))
    requestAnimationFrame(() => linkOf(scroller.current, row.trace_id)?.focus({ preventScroll: true }))
  }
  const toTop = () => {
    onRelease()
    scroller.current?.scrollTo({ top: 0 })
  }
  useHotkeys({
    j: () => focusRow(active + 1),
    k: () => focusRow(active - 1),
    g: toTop,
    p: () => onPeek(peeked === undefined ? (activeId ?? rows[0]?.trace_id) : undefined),
    x: () => activeId !== undefined && onSelect(activeId, !selected.has(activeId)),
    Escape: () => onPeek(undefined),
  })

  const context: CellContext = { projectId, now, latencyScaleMs: latencyScale(rows) }
  const Row = narrow ? TraceCard : TraceRow
  const open = (traceId: string) => {
    // Beside the list there is only room on a wide screen.
    if (narrow) void navigate({ to: '/project/$projectId/traces/$traceId', params: { projectId, traceId } })
    else onPeek(traceId)
  }
  const tracks = [SELECT_TRACK, ...columns.map((column) => column.width)].join(' ')
  return (
    <div className={styles.frame}>
      {waitingCount !== 0 && <NewTraces count={waitingCount} onShow={toTop} />}
      <div className={styles.scroller} ref={scroller} tabIndex={0} role="region" aria-label="Traces">
        <div
          role="table"
          aria-label="Traces, newest first"
          aria-rowcount={props.isWhole ? rows.length + 1 : -1}
          aria-colcount={columns.length + 1}
          className={styles.table}
          style={{ '--tracks': tracks } as CSSProperties}
        >
          <TableHead
            now={now}
            columns={columns}
            all={rows.length > 0 && rows.every((trace) => selected.has(trace.trace_id))}
            onSelectAll={onSelectAll}
          />
          <div
            role="rowgroup"
            className={styles.body}
            data-shifting={shifting || undefined}
            style={{ height: virtualizer.getTotalSize() }}
          >
            {items.map(({ index, start, key }) => {
              const trace = rows[index]
              return (
                trace && (
                  <Row
                    key={key}
                    trace={trace}
                    context={context}
                    index={index}
                    top={start}
                    height={rowHeight}
                    isFresh={fresh.has(trace.trace_id)}
                    columns={columns}
                    isSelected={selected.has(trace.trace_id)}
                    isPeeked={peeked === trace.trace_id}
                    onSelect={onSelect}
                    onFocus={setActiveId}
                    onOpen={open}
                  />
                )
              )
            })}
          </div>
        </div>
        <div className={styles.foot}>{props.foot}</div>
      </div>
    </div>
  )
}

function NewTraces({ count, onShow }: { count: number | 'many'; onShow: () => void }) {
  return (
    <button type="button" className={styles.pill} onClick={onShow}>
      <ArrowUp size={14} aria-hidden="true" />
      {count === 'many' ? 'Many new traces' : `${formatCount(count)} new ${count === 1 ? 'trace' : 'traces'}`}
    </button>
  )
}

interface TableHeadProps {
  now: Date
  columns: readonly Column[]
  all: boolean
  onSelectAll: (selected: boolean) => void
}

function TableHead({ now, columns, all, onSelectAll }: TableHeadProps) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow}>
        <div role="columnheader" className={styles.select}>
          <input
            type="checkbox"
            aria-label="Select all loaded traces"
            checked={all}
            onChange={(event) => onSelectAll(event.target.checked)}
          />
        </div>
        {columns.map(({ id, header, align }) => (
          <div role="columnheader" key={id} data-align={align} data-column={id} className={styles.headCell}>
            {header}
            {id === 'time' && <span className={styles.zone}> ({zoneName(now)})</span>}
          </div>
        ))}
      </div>
    </div>
  )
}

function rem(value: number): number {
  return value * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

function linkOf(scroller: HTMLElement | null, traceId: string): HTMLAnchorElement | null {
  return scroller?.querySelector<HTMLAnchorElement>(`a[data-trace="${CSS.escape(traceId)}"]`) ?? null
}

/** True for a moment after new traces came in: then, and only then, rows glide to their new place. */
function useShifting(fresh: ReadonlySet<string>): boolean {
  const [settled, setSettled] = useState<ReadonlySet<string>>()
  useEffect(() => {
    if (fresh.size === 0) return
    const timer = setTimeout(() => setSettled(fresh), 500)
    return () => clearTimeout(timer)
  }, [fresh])
  return fresh.size > 0 && settled !== fresh
}

/** Back from a trace: the list is where it was, and focus is on the trace that was opened. */
function useReturnToPlace(
  place: ReturnType<typeof takePlace>,
  placeKey: string,
  scroller: RefObject<HTMLDivElement | null>,
  rows: readonly TraceSummary[],
) {
  const restored = useRef(false)
  useLayoutEffect(() => {
    if (restored.current || rows.length === 0) return
    restored.current = true
    if (scroller.current) scroller.current.scrollTop = place.scrollTop
    if (place.traceId && document.activeElement === document.body) {
      const traceId = place.traceId
      requestAnimationFrame(() => linkOf(scroller.current, traceId)?.focus({ preventScroll: true }))
    }
  }, [place, rows.length, scroller])
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const note = () => {
      const traceId = element.querySelector<HTMLElement>('a[data-trace]:focus')?.dataset.trace
      leavePlace(placeKey, { scrollTop: element.scrollTop, ...(traceId ? { traceId } : {}) })
    }
    element.addEventListener('scroll', note, { passive: true })
    element.addEventListener('focusin', note)
    return () => {
      element.removeEventListener('scroll', note)
      element.removeEventListener('focusin', note)
    }
  }, [placeKey, scroller])
}
