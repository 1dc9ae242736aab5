import { Link } from '@tanstack/react-router'
import { ArrowLeft, GitCompareArrows } from 'lucide-react'
import type { ReactNode } from 'react'
import type { TraceSummary } from '../api/types'
import { lastSearch } from '../traces/lastSearch'
import { CopyButton } from '../ui/CopyButton'
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
import { NARROW, useMediaQuery } from '../ui/useMediaQuery'
import { useNow } from '../ui/useNow'
import styles from './TraceHeader.module.css'

interface TraceHeaderProps {
  projectId: string
  trace: TraceSummary
  observation: string | undefined
}

export function TraceHeader({ projectId, trace, observation }: TraceHeaderProps) {
  const narrow = useMediaQuery(NARROW)
  return (
    <div className={styles.header}>
      <div className={styles.first}>
        <Link
          to="/project/$projectId/traces"
          params={{ projectId }}
          search={lastSearch(projectId)}
          className={styles.back}
          title="Back to the traces (u)"
        >
          <ArrowLeft size={15} aria-hidden="true" />
          Traces
        </Link>
        <h1 className={styles.name}>
          {trace.level !== 'DEFAULT' && <LevelMark level={trace.level} size={17} />}
          <span title={trace.name ?? undefined}>{trace.name || <i>unnamed trace</i>}</span>
        </h1>
        <span className={styles.id}>
          <code title={trace.trace_id}>{trace.trace_id}</code>
          <CopyButton text={trace.trace_id} what="trace id" />
        </span>
        <div className={styles.scores}>
          <ScoreChips scores={trace.scores} max={5} />
        </div>
        <Link
          to="/project/$projectId/compare"
          params={{ projectId }}
          search={{ left: trace.trace_id, left_observation: observation }}
          className={styles.back}
          title="Side by side with another run"
        >
          <GitCompareArrows size={15} aria-hidden="true" />
          Compare
        </Link>
      </div>
      <div className={styles.second} tabIndex={narrow ? 0 : undefined} role="group" aria-label="Facts of the trace">
        <dl className={styles.facts}>
          <Fact name="Time">
            <StartTime iso={trace.start_time} />
          </Fact>
          <Fact name="Latency">{formatDuration(trace.latency_ms)}</Fact>
          <Fact name="Tokens">
            <TokenFlow
              input={trace.input_tokens}
              output={trace.output_tokens}
              total={trace.total_tokens}
              estimated={trace.usage_estimated}
            />
          </Fact>
          <Fact name="Cost">{formatCost(trace.total_cost)}</Fact>
          <Fact name="Observations">{formatCount(trace.observation_count)}</Fact>
          {trace.error_count > 0 && (
            <Fact name="Errors">
              <span className={styles.errors}>{formatCount(trace.error_count)}</span>
            </Fact>
          )}
          {trace.user_id && (
            <Fact name="User">
              <Link to="/project/$projectId/users/$userId" params={{ projectId, userId: trace.user_id }}>
                {trace.user_id}
              </Link>
            </Fact>
          )}
          {trace.session_id && (
            <Fact name="Session">
              <Link to="/project/$projectId/sessions/$sessionId" params={{ projectId, sessionId: trace.session_id }}>
                {trace.session_id}
              </Link>
            </Fact>
          )}
          {trace.environment && <Fact name="Environment">{trace.environment}</Fact>}
          {trace.release && <Fact name="Release">{trace.release}</Fact>}
          {trace.tags.length > 0 && (
            <Fact name="Tags">
              <span className={styles.tags}>
                {trace.tags.map((tag) => (
                  <span key={tag}>{tag}</span>
                ))}
              </span>
            </Fact>
          )}
        </dl>
      </div>
    </div>
  )
}

function StartTime({ iso }: { iso: string }) {
  const now = useNow(10_000)
  return (
    <time dateTime={iso} title={formatTimestamp(iso)}>
      {formatDay(iso, now)} {formatTime(iso)} <span className="muted">{formatAgo(iso, now)}</span>
    </time>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
