import { ChevronDown, ChevronRight, CornerDownRight, Layers } from 'lucide-react'
import { memo } from 'react'
import type { Score, TraceSummary } from '../../api/types'
import { formatCost, formatCostShort, formatCount, formatCountShort, formatDuration } from '../../ui/format'
import { LevelMark } from '../../ui/LevelMark'
import { ESTIMATED, ESTIMATED_TITLE } from '../../ui/TokenFlow'
import { TypeIcon } from '../../ui/TypeIcon'
import type { TreeNode, TreeRow } from './buildTree'
import styles from './ObservationTree.module.css'
import { ScoreMarks } from './ScoreMarks'
import type { Zoom } from './zoom'

interface CommonProps {
  id: string
  top: number
  height: number
  isSelected: boolean
  onOpen: (spanId: string | undefined) => void
}

export const WholeTraceRow = memo(function WholeTraceRow({
  trace,
  id,
  top,
  height,
  isSelected,
  onOpen,
}: CommonProps & { trace: TraceSummary }) {
  return (
    <div
      role="treeitem"
      id={id}
      aria-level={1}
      aria-selected={isSelected}
      className={styles.row}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => onOpen(undefined)}
    >
      <span className={styles.step}>
        <Layers size={15} className={styles.whole} />
        <span className={styles.name}>Whole trace</span>
      </span>
      <span className={styles.latency}>{formatDuration(trace.latency_ms)}</span>
      <span className={styles.tokens} title={trace.usage_estimated ? ESTIMATED_TITLE : undefined}>
        {trace.usage_estimated ? ESTIMATED : ''}
        {formatCountShort(trace.total_tokens)}
      </span>
      <span className={styles.cost}>{formatCostShort(trace.total_cost)}</span>
      <span className={styles.track} />
    </div>
  )
})

interface ObservationRowProps extends CommonProps {
  row: TreeRow
  traceMs: number
  zoom: Zoom
  isSlow: boolean
  scores: readonly Score[] | undefined
  isCollapsed: boolean
  onToggle: (spanId: string, open: boolean) => void
}

export const ObservationRow = memo(function ObservationRow(props: ObservationRowProps) {
  const { row, id, top, height, isSelected, isCollapsed, onOpen, onToggle, scores, traceMs } = props
  const { node, depth } = row
  const { observation, children } = node
  const isBranch = children.length > 0
  const isOwnCost = node.totalCost === observation.total_cost
  const exactCost = node.totalCost === null ? undefined : formatCost(node.totalCost)
  const isOwnTokens = node.totalTokens === observation.total_tokens
  const mark = node.usageEstimated ? ESTIMATED : ''
  return (
    <div
      role="treeitem"
      id={id}
      aria-level={depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={isSelected}
      aria-expanded={isBranch ? !isCollapsed : undefined}
      className={styles.row}
      data-level={observation.level}
      data-type={observation.type}
      data-slow={props.isSlow || undefined}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => onOpen(observation.span_id)}
    >
      <span className={styles.step}>
        <Guides depth={depth} />
        {isBranch ? (
          <span
            className={styles.toggle}
            onClick={(event) => {
              event.stopPropagation()
              onToggle(observation.span_id, isCollapsed)
            }}
          >
            {isCollapsed ? <ChevronRight size={14} /> : <ChevronDown size={14} />}
          </span>
        ) : (
          <span className={styles.leaf} />
        )}
        <TypeIcon type={observation.type} />
        <span className={styles.name} title={observation.name}>
          {observation.name}
        </span>
        <span className="visually-hidden">{observation.type}</span>
        {node.orphan && (
          <span className={styles.orphan} title="Its parent is not in this trace (yet)">
            <CornerDownRight size={13} />
          </span>
        )}
        {observation.level !== 'DEFAULT' && <LevelMark level={observation.level} size={14} />}
        {isCollapsed && node.errorsBelow > 0 && (
          <span className={styles.below} title={`${node.errorsBelow} errors inside`}>
            {formatCount(node.errorsBelow)} inside
          </span>
        )}
        {scores && <ScoreMarks scores={scores} />}
      </span>
      <span className={styles.latency}>
        {observation.type === 'event' ? '' : formatDuration(observation.latency_ms)}
      </span>
      <span className={styles.tokens} data-sum={!isOwnTokens || undefined} title={tokensTitle(isOwnTokens, node)}>
        {node.totalTokens === null ? '' : mark + formatCountShort(node.totalTokens)}
      </span>
      <span
        className={styles.cost}
        data-sum={!isOwnCost || undefined}
        title={sumTitle(isOwnCost, node.totalCost) ?? exactCost}
      >
        {node.totalCost === null ? '' : formatCostShort(node.totalCost)}
      </span>
      <Bar row={row} traceMs={traceMs} zoom={props.zoom} />
    </div>
  )
})

function sumTitle(isOwn: boolean, total: number | null): string | undefined {
  return isOwn || total === null ? undefined : 'Sum of this step and what is inside'
}

function tokensTitle(isOwn: boolean, { totalTokens, usageEstimated }: TreeNode): string | undefined {
  const title = sumTitle(isOwn, totalTokens)
  if (!usageEstimated || totalTokens === null) return title
  return title ? `${title}. ${ESTIMATED_TITLE}` : ESTIMATED_TITLE
}

/** A thin line per level. */
function Guides({ depth }: { depth: number }) {
  if (depth === 0) return null
  return <span className={styles.guides} style={{ width: `calc(${depth} * var(--indent))` }} />
}

function Bar({ row: { node }, traceMs, zoom }: { row: TreeRow; traceMs: number; zoom: Zoom }) {
  const { observation, offsetMs, durationMs } = node
  const shownMs = traceMs * (zoom.to - zoom.from)
  const percent = (ms: number) => `${(shownMs > 0 ? ms / shownMs : 0) * 100}%`
  const first = observation.time_to_first_token_ms
  return (
    <span className={styles.track}>
      <span
        className={styles.bar}
        data-instant={durationMs === 0 || undefined}
        style={{ left: percent(offsetMs - zoom.from * traceMs), width: percent(durationMs) }}
      >
        {first !== null && durationMs > 0 && (
          <span className={styles.waiting} style={{ width: `${Math.min(1, first / durationMs) * 100}%` }} />
        )}
      </span>
    </span>
  )
}
