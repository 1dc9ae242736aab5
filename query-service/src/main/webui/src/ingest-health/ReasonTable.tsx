import type { IngestReason } from '../api/types'
import { DataTable } from '../ui/DataTable'
import { formatAgo, formatBytes, formatCount, formatTimestamp } from '../ui/format'
import styles from './IngestHealthPage.module.css'
import { OutcomeMark } from './OutcomeMark'

/** Why spans did not simply go through. */
export function ReasonTable({ reasons, now }: { reasons: readonly IngestReason[]; now: Date }) {
  return (
    <DataTable
      label="Reasons, most often first"
      rows={reasons}
      rowKey={({ outcome, reason }) => `${outcome}/${reason}`}
      columns={[
        { id: 'reason', header: 'Reason', cell: ({ reason }) => <code>{reason}</code> },
        { id: 'outcome', header: 'Outcome', cell: ({ outcome }) => <OutcomeMark outcome={outcome} /> },
        { id: 'count', header: 'Count', align: 'end', cell: ({ count }) => formatCount(count) },
        { id: 'size', header: 'Size', align: 'end', cell: ({ bytes }) => formatBytes(bytes) },
        {
          id: 'last',
          header: 'Last',
          cell: ({ last_minute }) => (
            <time className={styles.when} dateTime={last_minute} title={formatTimestamp(last_minute)}>
              {formatAgo(last_minute, now)}
            </time>
          ),
        },
        {
          id: 'words',
          header: 'What it means, and what the client was told last',
          cell: ({ advice, example }) => (
            <div className={styles.words}>
              {advice && <p>{advice}</p>}
              {example && example !== advice && <p className={styles.example}>{example}</p>}
            </div>
          ),
        },
      ]}
    />
  )
}
