import { type MouseEvent, memo } from 'react'
import type { TraceSummary } from '../api/types'
import { classes } from '../ui/classes'
import { formatAgo, formatCost, formatDuration, formatTimestamp } from '../ui/format'
import { ScoreChips } from '../ui/ScoreChip'
import { type CellContext, type Column, NameCell, TraceTokens } from './columns'
import styles from './TraceTable.module.css'

interface TraceRowProps {
  trace: TraceSummary
  context: CellContext
  index: number
  top: number
  height: number
  isFresh: boolean
  columns: readonly Column[]
  isSelected: boolean
  isPeeked: boolean
  onSelect: (traceId: string, selected: boolean) => void
  onFocus: (traceId: string) => void
  onOpen: (traceId: string) => void
}

/** A click on the row shows the trace beside the list; the link in it opens it. */
function rowProps({ trace, index, top, height, isFresh, isSelected, isPeeked, onFocus, onOpen }: TraceRowProps) {
  return {
    role: 'row',
    'aria-rowindex': index + 2,
    'data-level': trace.level,
    'data-fresh': isFresh || undefined,
    'data-peeked': isPeeked || undefined,
    'aria-selected': isSelected || undefined,
    style: { transform: `translateY(${top}px)`, height },
    onFocus: () => onFocus(trace.trace_id),
    onClick: (event: MouseEvent) => {
      const onLink = event.target instanceof Element && event.target.closest('a, button, input, label')
      const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
      if (onLink || !isPlain || window.getSelection()?.toString()) return
      onOpen(trace.trace_id)
    },
  }
}

export const TraceRow = memo(function TraceRow(props: TraceRowProps) {
  const { trace, context, columns, isSelected, onSelect } = props
  return (
    <div className={styles.row} {...rowProps(props)}>
      <div role="cell" className={styles.select}>
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isSelected}
          aria-label={`Select ${trace.name ?? trace.trace_id}`}
          onChange={(event) => onSelect(trace.trace_id, event.target.checked)}
        />
      </div>
      {columns.map(({ id, align, cell }) => (
        <div role="cell" key={id} data-align={align} data-column={id} className={styles.cell}>
          {cell(trace, context)}
        </div>
      ))}
    </div>
  )
}, sameRow)

/** The same row where columns have no room: three lines. */
export const TraceCard = memo(function TraceCard(props: TraceRowProps) {
  const { trace, context } = props
  return (
    <div className={classes(styles.row, styles.card)} {...rowProps(props)}>
      <div role="cell" className={styles.cardName}>
        <NameCell trace={trace} context={context} />
      </div>
      <div role="cell" className={styles.cardTime}>
        <time dateTime={trace.start_time} title={formatTimestamp(trace.start_time)}>
          {formatAgo(trace.start_time, context.now)}
        </time>
      </div>
      <div role="cell" className={styles.cardFacts}>
        <span>{formatDuration(trace.latency_ms)}</span>
        <TraceTokens trace={trace} />
        <span>{formatCost(trace.total_cost)}</span>
        <span className={styles.cardModel}>{trace.models[0]}</span>
      </div>
      <div role="cell" className={styles.cardScores}>
        <ScoreChips scores={trace.scores} max={2} />
      </div>
    </div>
  )
}, sameRow)

function sameRow(a: TraceRowProps, b: TraceRowProps): boolean {
  return (
    a.trace === b.trace &&
    a.index === b.index &&
    a.top === b.top &&
    a.height === b.height &&
    a.isFresh === b.isFresh &&
    a.isSelected === b.isSelected &&
    a.isPeeked === b.isPeeked &&
    a.columns === b.columns &&
    a.context.now === b.context.now &&
    a.context.latencyScaleMs === b.context.latencyScaleMs &&
    a.context.projectId === b.context.projectId
  )
}
