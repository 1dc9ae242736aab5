import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { TraceSummary } from '../api/types'
import {
  formatAgo,
  formatCost,
  formatCount,
  formatDay,
  formatDuration,
  formatTime,
  formatTimestamp,
} from '../ui/format'
import { LevelMark } from '../ui/LevelMark'
import { ScoreChips } from '../ui/ScoreChip'
import { TokenFlow } from '../ui/TokenFlow'
import styles from './cells.module.css'

export interface CellContext {
  projectId: string
  now: Date
  latencyScaleMs: number
}

export interface Column {
  id: string
  header: string
  /** A grid track. */
  width: string
  align?: 'end'
  cell: (trace: TraceSummary, context: CellContext) => ReactNode
}

/** Offered, but not shown until chosen. */
const MORE = new Set(['errors', 'observations', 'release', 'version', 'id'])

export const COLUMNS: readonly Column[] = [
  { id: 'time', header: 'Time', width: '9.75rem', cell: (trace, { now }) => <TimeCell trace={trace} now={now} /> },
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(14rem, 1.5fr)',
    cell: (trace, context) => <NameCell trace={trace} context={context} />,
  },
  {
    id: 'latency',
    header: 'Latency',
    width: '7.75rem',
    cell: (trace, context) => <LatencyCell trace={trace} scaleMs={context.latencyScaleMs} />,
  },
  {
    id: 'tokens',
    header: 'Tokens in → out',
    width: '7.5rem',
    align: 'end',
    cell: (trace) => <TraceTokens trace={trace} />,
  },
  { id: 'cost', header: 'Cost', width: '5.25rem', align: 'end', cell: (trace) => formatCost(trace.total_cost) },
  {
    id: 'scores',
    header: 'Scores',
    width: 'minmax(17.5rem, 1.4fr)',
    cell: (trace) => <ScoreChips scores={trace.scores} max={2} />,
  },
  { id: 'models', header: 'Models', width: 'minmax(8rem, 0.7fr)', cell: (trace) => <Models models={trace.models} /> },
  { id: 'user', header: 'User', width: 'minmax(5.5rem, 0.4fr)', cell: (trace) => <Text value={trace.user_id} /> },
  {
    id: 'session',
    header: 'Session',
    width: 'minmax(6.5rem, 0.4fr)',
    cell: (trace) => <Text value={trace.session_id} />,
  },
  { id: 'tags', header: 'Tags', width: 'minmax(8rem, 0.6fr)', cell: (trace) => <TagsCell tags={trace.tags} /> },
  {
    id: 'environment',
    header: 'Environment',
    width: 'minmax(7rem, 0.4fr)',
    cell: (trace) => <Text value={trace.environment} />,
  },
  { id: 'errors', header: 'Errors', width: '5rem', align: 'end', cell: (trace) => formatCount(trace.error_count) },
  {
    id: 'observations',
    header: 'Steps',
    width: '5rem',
    align: 'end',
    cell: (trace) => formatCount(trace.observation_count),
  },
  { id: 'release', header: 'Release', width: '8rem', cell: (trace) => <Text value={trace.release} /> },
  { id: 'version', header: 'Version', width: '8rem', cell: (trace) => <Text value={trace.version} /> },
  { id: 'id', header: 'Trace id', width: '20rem', cell: (trace) => <code>{trace.trace_id}</code> },
]

export const DEFAULT_COLUMNS: readonly string[] = COLUMNS.filter(({ id }) => !MORE.has(id)).map(({ id }) => id)

/** The columns of a comma list in its order; the name is always among them. */
export function columnsOf(list: string | undefined): readonly Column[] {
  const ids = list ? list.split(',') : DEFAULT_COLUMNS
  const known = ids.flatMap((id) => COLUMNS.find((column) => column.id === id) ?? [])
  const name = COLUMNS.find(({ id }) => id === 'name')
  return known.some(({ id }) => id === 'name') || !name ? [...new Set(known)] : [name, ...new Set(known)]
}

function TimeCell({ trace, now }: { trace: TraceSummary; now: Date }) {
  const day = formatDay(trace.start_time, now)
  return (
    <time dateTime={trace.start_time} title={formatTimestamp(trace.start_time)} className="number">
      {day && <span className="muted">{day} </span>}
      {formatTime(trace.start_time)}
      {!day && <span className={styles.ago}>{formatAgo(trace.start_time, now)}</span>}
    </time>
  )
}

export function NameCell({ trace, context }: { trace: TraceSummary; context: CellContext }) {
  return (
    <>
      <LevelMark level={trace.level} />
      <Link
        to="/project/$projectId/traces/$traceId"
        params={{ projectId: context.projectId, traceId: trace.trace_id }}
        className={styles.name}
        data-trace={trace.trace_id}
        title={trace.name ?? trace.trace_id}
      >
        {trace.name || <i>unnamed</i>}
      </Link>
      <span className={styles.count} title={`${formatCount(trace.observation_count)} observations`}>
        {formatCount(trace.observation_count)}
        <span className="visually-hidden"> observations</span>
      </span>
      {trace.error_count > 1 && <span className={styles.errors}>{formatCount(trace.error_count)} errors</span>}
    </>
  )
}

function LatencyCell({ trace, scaleMs }: { trace: TraceSummary; scaleMs: number }) {
  const share = Math.min(1, (trace.latency_ms ?? 0) / scaleMs)
  return (
    <span className={styles.latency}>
      <span className="number">{formatDuration(trace.latency_ms)}</span>
      <span className={styles.track} aria-hidden="true">
        <span
          className={styles.bar}
          data-over={(trace.latency_ms ?? 0) > scaleMs || undefined}
          style={{ width: `${Math.max(share * 100, trace.latency_ms ? 3 : 0)}%` }}
        />
      </span>
    </span>
  )
}

function Text({ value }: { value: string | null }) {
  return value ? (
    <span className={styles.text} title={value}>
      {value}
    </span>
  ) : (
    <span className="muted">–</span>
  )
}

/** Chat models first: they tell more than the embeddings beside them. */
function Models({ models }: { models: readonly string[] }) {
  const sorted = [...models].sort((a, b) => Number(/embed/i.test(a)) - Number(/embed/i.test(b)))
  return <Text value={sorted.join(', ') || null} />
}

function TagsCell({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return <span className="muted">–</span>
  return (
    <span className={styles.tags} title={tags.join(', ')}>
      {tags.map((tag) => (
        <span key={tag} className={styles.tag}>
          {tag}
        </span>
      ))}
    </span>
  )
}

export function TraceTokens({ trace }: { trace: TraceSummary }) {
  return (
    <TokenFlow
      input={trace.input_tokens}
      output={trace.output_tokens}
      total={trace.total_tokens}
      estimated={trace.usage_estimated}
      short
    />
  )
}
