import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ingestHealthQuery } from '../api/queries'
import type { IngestHealth } from '../api/types'
import { PRESETS, type Preset, presetOf } from '../traces/timeRange'
import { Segments } from '../ui/Field'
import { formatBytes, formatCount, formatDuration, formatTimestamp } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Card, Page } from '../ui/Page'
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
  const choose = (preset: Preset) =>
    void navigate({ search: preset === DEFAULT_RANGE ? {} : { range: preset }, replace: true })
  return (
    <Page
      title="Ingest health"
      lead="What became of everything that was sent to this project."
      actions={
        <Segments
          label="Time range"
          value={range}
          choices={PRESETS.map(({ preset, label, short }) => ({
            value: preset,
            label: short,
            spoken: `${short}: ${label}`,
          }))}
          onChange={choose}
        />
      }
    >
      <Loaded query={health} what="Ingest health">
        {(data) => <Health health={data} now={now} />}
      </Loaded>
    </Page>
  )
}

function Health({ health, now }: { health: IngestHealth; now: Date }) {
  const { hints, totals, reasons, sources, series, storage } = health
  return (
    <>
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
        <Card title="Reasons">
          <ReasonTable reasons={reasons} now={now} />
        </Card>
      )}
      {sources.length > 0 && (
        <Card title="Sources">
          <SourceTable sources={sources} />
        </Card>
      )}
    </>
  )
}
