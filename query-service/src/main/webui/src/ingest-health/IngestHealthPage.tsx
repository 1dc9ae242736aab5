import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ingestHealthQuery } from '../api/queries'
import type { IngestHealth } from '../api/types'
import { PRESETS, type Preset, presetOf } from '../traces/timeRange'
import { Button } from '../ui/Button'
import { Failure } from '../ui/Failure'
import { formatBytes, formatCount, formatDuration, formatTimestamp } from '../ui/format'
import { useNow } from '../ui/useNow'
import { HintList } from './HintList'
import { DEFAULT_RANGE } from './healthSearch'
import styles from './IngestHealthPage.module.css'
import { OutcomeBars } from './OutcomeBars'
import { OutcomeMark } from './OutcomeMark'
import { OUTCOMES } from './outcomes'
import { ReasonTable } from './ReasonTable'
import { SourceTable } from './SourceTable'

const CLOCK_MS = 10_000

/** Where is my trace? What became of everything that was sent, and why. */
export function IngestHealthPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/ingest-health' })
  const { range = DEFAULT_RANGE } = useSearch({ from: '/session/project/$projectId/ingest-health' })
  const navigate = useNavigate({ from: '/project/$projectId/ingest-health' })
  const now = useNow(CLOCK_MS)
  const health = useQuery(
    ingestHealthQuery(projectId, range, () => new Date(Date.now() - presetOf(range).ms).toISOString()),
  )
  useEffect(() => {
    document.title = 'Ingest health · Sightline'
  }, [])
  const choose = (preset: Preset) =>
    void navigate({ search: preset === DEFAULT_RANGE ? {} : { range: preset }, replace: true })
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <div>
          <h1 className={styles.title}>Ingest health</h1>
          <p className={styles.lead}>What became of everything that was sent to this project.</p>
        </div>
        <fieldset className={styles.ranges}>
          <legend className="visually-hidden">Time range</legend>
          {PRESETS.map(({ preset, label, short }) => (
            <Button
              key={preset}
              aria-label={`${short}: ${label}`}
              aria-pressed={preset === range}
              className={preset === range ? styles.chosen : undefined}
              onClick={() => choose(preset)}
            >
              {short}
            </Button>
          ))}
        </fieldset>
      </div>
      {health.isPending ? (
        <p className={styles.pending} role="status">
          Counting…
        </p>
      ) : health.data ? (
        <Health health={health.data} now={now} away={health.isError} />
      ) : (
        <Failure error={health.error} what="Ingest health" onRetry={() => void health.refetch()} />
      )}
    </div>
  )
}

function Health({ health, now, away }: { health: IngestHealth; now: Date; away: boolean }) {
  const { hints, totals, reasons, sources, series, storage } = health
  return (
    <div className={styles.content}>
      {away && (
        <p className={styles.away} role="alert">
          Sightline does not answer now; this is what it said last.
        </p>
      )}
      <HintList hints={hints} />
      <dl className={styles.totals}>
        {OUTCOMES.map(({ outcome, meaning }) => {
          const total = totals.find((known) => known.outcome === outcome)
          const count = total?.count ?? 0
          return (
            <div key={outcome} className={styles.total} data-none={count === 0 || undefined} title={meaning}>
              <dt>
                <OutcomeMark outcome={outcome} />
              </dt>
              <dd>
                <b>{formatCount(count)}</b>
                {total && total.bytes > 0 && <span>{formatBytes(total.bytes)}</span>}
              </dd>
            </div>
          )
        })}
      </dl>
      <OutcomeBars series={series} now={now} />
      <p className={styles.storage}>
        {storage.newest_received_at ? (
          <>
            The newest stored span came in at {formatTimestamp(storage.newest_received_at)},{' '}
            {formatDuration((storage.age_seconds ?? 0) * 1000)} before this was read.
          </>
        ) : (
          'No span of the last 24 hours is stored.'
        )}
      </p>
      {reasons.length > 0 && (
        <section className={styles.section}>
          <h2>Reasons</h2>
          <ReasonTable reasons={reasons} now={now} />
        </section>
      )}
      {sources.length > 0 && (
        <section className={styles.section}>
          <h2>Sources</h2>
          <SourceTable sources={sources} />
        </section>
      )}
    </div>
  )
}
