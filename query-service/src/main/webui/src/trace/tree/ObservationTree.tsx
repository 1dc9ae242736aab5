import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react'
import type { Score, TraceSummary } from '../../api/types'
import { formatDuration } from '../../ui/format'
import { useHotkeys } from '../../ui/useHotkeys'
import { axisTicks } from './axisTicks'
import type { Tree, TreeRow } from './buildTree'
import styles from './ObservationTree.module.css'
import { ObservationRow, WholeTraceRow } from './TreeRows'
import { WHOLE, type Zoom } from './zoom'

interface ObservationTreeProps {
  rows: readonly TreeRow[]
  tree: Tree
  trace: TraceSummary
  scoresOf: ReadonlyMap<string, Score[]>
  collapsed: ReadonlySet<string>
  selected: string | undefined
  timeline: boolean
  /** The part of the trace's time that the bars show. */
  zoom: Zoom
  onZoom: (zoom: Zoom) => void
  /** The steps that the trace's end waited for. */
  slow: ReadonlySet<string>
  onToggle: (spanId: string, open: boolean) => void
  onSelect: (spanId: string | undefined) => void
  onOpen: (spanId: string | undefined) => void
}

/**
 * The observations as a tree with a bar each. Row 0 is the trace as a whole. One tab stop: the arrow keys move inside,
 * as the ARIA tree pattern says. Only rows in sight are in the page.
 */
export function ObservationTree(props: ObservationTreeProps) {
  const { rows, tree, trace, scoresOf, collapsed, selected, timeline, onToggle, onSelect, onOpen } = props
  const { zoom, onZoom, slow } = props
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const found = selected === undefined ? -1 : rows.findIndex((row) => row.node.observation.span_id === selected)
  const activeIndex = found + 1
  const rowHeight = 1.875 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const virtualizer = useVirtualizer({
    count: rows.length + 1,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 15,
    getItemKey: (index) => rows[index - 1]?.node.observation.span_id ?? 'trace',
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      return shown.includes(activeIndex) ? shown : [...shown, activeIndex].sort((a, b) => a - b)
    },
  })
  useEffect(() => {
    virtualizer.scrollToIndex(activeIndex, { align: 'auto' })
  }, [virtualizer, activeIndex])

  const move = (to: number) => {
    const index = Math.max(0, Math.min(rows.length, to))
    onSelect(rows[index - 1]?.node.observation.span_id)
  }
  const active = rows[activeIndex - 1]
  const keys = treeKeys({
    rows,
    active,
    activeIndex,
    collapsed,
    move,
    onToggle,
    onOpen,
    pageRows: Math.floor((scroller.current?.clientHeight ?? 300) / rowHeight),
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }
  useHotkeys({
    j: () => move(activeIndex + 1),
    k: () => move(activeIndex - 1),
    e: () => {
      const all = [...tree.byId.values()].filter(({ observation }) => observation.level === 'ERROR')
      const at = all.findIndex(({ observation }) => observation.span_id === selected)
      const next = all[(at + 1) % all.length]
      if (next) onOpen(next.observation.span_id)
    },
  })
  const rowId = (index: number) => `${id}-${index}`
  return (
    <div className={styles.frame} data-timeline={timeline || undefined}>
      <TreeHead durationMs={tree.durationMs} ticks={timeline ? 5 : 1} zoom={zoom} onZoom={onZoom} />
      <div
        ref={scroller}
        className={styles.scroller}
        role="tree"
        aria-label="Observations of the trace"
        tabIndex={0}
        aria-activedescendant={rowId(activeIndex)}
        onKeyDown={onKeyDown}
      >
        <div
          className={styles.body}
          style={{ height: virtualizer.getTotalSize(), '--indent': indentOf(rows) } as CSSProperties}
          role="none"
        >
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const row = rows[index - 1]
            const common = {
              id: rowId(index),
              top: start,
              height: rowHeight,
              isSelected: index === activeIndex,
              onOpen,
            }
            if (!row) return <WholeTraceRow key={key} trace={trace} {...common} />
            const spanId = row.node.observation.span_id
            return (
              <ObservationRow
                key={key}
                row={row}
                traceMs={tree.durationMs}
                zoom={zoom}
                isSlow={slow.has(spanId)}
                scores={scoresOf.get(spanId)}
                isCollapsed={collapsed.has(spanId)}
                onToggle={onToggle}
                {...common}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Names the columns for the eye; each row tells its values by itself. A part of the axis is zoomed to by dragging. */
function TreeHead({ durationMs, ticks, zoom, onZoom }: HeadProps) {
  const [drag, setDrag] = useState<{ start: number; end: number }>()
  const place = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - left) / width))
  }
  const span = zoom.to - zoom.from
  const shownMs = durationMs * span
  return (
    <div className={styles.head} aria-hidden="true">
      <span>Step</span>
      <span className={styles.latency}>Latency</span>
      <span className={styles.tokens}>Tokens</span>
      <span className={styles.cost}>Cost</span>
      <span
        className={styles.axis}
        onPointerDown={(event) => {
          if (ticks === 1) return
          event.currentTarget.setPointerCapture(event.pointerId)
          setDrag({ start: place(event), end: place(event) })
        }}
        onPointerMove={(event) => drag && setDrag({ ...drag, end: place(event) })}
        onPointerUp={() => {
          if (drag && Math.abs(drag.end - drag.start) > 0.01) {
            const [left, right] = [Math.min(drag.start, drag.end), Math.max(drag.start, drag.end)]
            onZoom({ from: zoom.from + left * span, to: zoom.from + right * span })
          }
          setDrag(undefined)
        }}
        onDoubleClick={() => onZoom(WHOLE)}
      >
        {axisTicks(shownMs, ticks).map((ms) => (
          <span key={ms} style={{ left: `${(ms / shownMs) * 100}%` }}>
            {formatDuration(ms + zoom.from * durationMs)}
          </span>
        ))}
        {drag && (
          <i
            style={{
              left: `${Math.min(drag.start, drag.end) * 100}%`,
              width: `${Math.abs(drag.end - drag.start) * 100}%`,
            }}
          />
        )}
      </span>
    </div>
  )
}

interface HeadProps {
  durationMs: number
  ticks: number
  zoom: Zoom
  onZoom: (zoom: Zoom) => void
}

const INDENT_REM = 1.125
const INDENTED_REM_MAX = 8

/** Deep trees indent less, so that the names keep their room. */
function indentOf(rows: readonly TreeRow[]): string {
  const deepest = rows.reduce((depth, row) => Math.max(depth, row.depth), 1)
  return `${Math.min(INDENT_REM, INDENTED_REM_MAX / deepest)}rem`
}

interface Keys {
  rows: readonly TreeRow[]
  active: TreeRow | undefined
  activeIndex: number
  collapsed: ReadonlySet<string>
  pageRows: number
  move: (to: number) => void
  onToggle: (spanId: string, open: boolean) => void
  onOpen: (spanId: string | undefined) => void
}

function treeKeys({
  rows,
  active,
  activeIndex,
  collapsed,
  pageRows,
  move,
  onToggle,
  onOpen,
}: Keys): Record<string, () => void> {
  const spanId = active?.node.observation.span_id
  const hasChildren = (active?.node.children.length ?? 0) > 0
  const isOpen = hasChildren && spanId !== undefined && !collapsed.has(spanId)
  const toParent = () => {
    const depth = active?.depth ?? 0
    for (let index = activeIndex - 1; index > 0; index--) {
      if ((rows[index - 1]?.depth ?? 0) < depth) return move(index)
    }
    move(0)
  }
  return {
    ArrowDown: () => move(activeIndex + 1),
    ArrowUp: () => move(activeIndex - 1),
    PageDown: () => move(activeIndex + pageRows),
    PageUp: () => move(activeIndex - pageRows),
    Home: () => move(0),
    End: () => move(rows.length),
    ArrowLeft: () => (isOpen && spanId ? onToggle(spanId, false) : toParent()),
    ArrowRight: () => {
      if (hasChildren && !isOpen && spanId) onToggle(spanId, true)
      else if (isOpen) move(activeIndex + 1)
    },
    Enter: () => onOpen(spanId),
    ' ': () => onOpen(spanId),
  }
}
