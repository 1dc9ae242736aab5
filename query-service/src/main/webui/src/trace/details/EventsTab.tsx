import type { ObservationEvent } from '../../api/types'
import { CopyButton } from '../../ui/CopyButton'
import { formatDuration, formatTimestamp } from '../../ui/format'
import { toEpochMs } from '../../ui/instant'
import styles from './EventsTab.module.css'
import { KeyValueTable } from './KeyValueTable'

export interface ExceptionEvent {
  time: string
  type: string
  message: string
  stackTrace: string
}

/** What OpenTelemetry records as the event `exception`. */
export function exceptionsOf(events: readonly ObservationEvent[]): ExceptionEvent[] {
  return events
    .filter((event) => event.name === 'exception')
    .map(({ time, attributes }) => ({
      time,
      type: String(attributes['exception.type'] ?? 'Exception'),
      message: String(attributes['exception.message'] ?? ''),
      stackTrace: String(attributes['exception.stacktrace'] ?? ''),
    }))
}

/** `told` is a message that stands above already and need not be told again. */
export function ExceptionView({ exception, told }: { exception: ExceptionEvent; told?: string | null }) {
  return (
    <details className={styles.exception}>
      <summary>
        <span>
          <strong>{exception.type}</strong> {exception.message === told ? 'stack trace' : exception.message}
        </span>
      </summary>
      {exception.stackTrace ? (
        <div className={styles.trace}>
          <pre tabIndex={0}>{exception.stackTrace}</pre>
          <CopyButton text={exception.stackTrace} what="stack trace" />
        </div>
      ) : (
        <p className="muted">No stack trace was recorded.</p>
      )}
    </details>
  )
}

export function EventsTab({ events, startTime }: { events: readonly ObservationEvent[]; startTime: string }) {
  const start = toEpochMs(startTime)
  return (
    <ol className={styles.events}>
      {events.map((event, index) => (
        <li key={index}>
          <div className={styles.event}>
            <strong>{event.name}</strong>
            <time dateTime={event.time} title={formatTimestamp(event.time)}>
              +{formatDuration(toEpochMs(event.time) - start)}
            </time>
          </div>
          {event.name === 'exception' ? (
            exceptionsOf([event]).map((exception) => <ExceptionView key={exception.time} exception={exception} />)
          ) : (
            <KeyValueTable values={event.attributes ?? {}} label={`Attributes of ${event.name}`} />
          )}
        </li>
      ))}
    </ol>
  )
}
