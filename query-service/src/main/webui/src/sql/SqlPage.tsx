import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { Play, Square } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { type SqlAnswer, type SqlView, sql, sqlViews } from '../api/manage'
import { retryUnlessRefused } from '../api/queries'
import { usePageState } from '../app/usePage'
import { Button } from '../ui/Button'
import { CopyButton } from '../ui/CopyButton'
import { BarList } from '../ui/chart/BarList'
import { Chart } from '../ui/chart/Chart'
import { DataTable } from '../ui/DataTable'
import { Buttons, Segments } from '../ui/Field'
import { formatCount, formatDuration, formatUnit } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Card, Page } from '../ui/Page'
import styles from './SqlPage.module.css'
import { chartOf, toCsv } from './sqlChart'

const SqlEditor = lazy(() => import('./SqlEditor'))

const FIRST = `SELECT model, count() AS calls, sum(total_cost) AS cost
FROM observations
WHERE start_time > now() - INTERVAL 7 DAY AND model != ''
GROUP BY model
ORDER BY cost DESC`
const NO_VIEWS: SqlView[] = []
const ROWS_SHOWN = 1000

/** Read-only SQL over the project's views, as a table or a chart. */
export function SqlPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/sql' })
  const search = useSearch({ from: '/session/project/$projectId/sql' })
  const { change } = usePageState(search)
  const [text, setText] = useState(search.query ?? FIRST)
  const stop = useRef<AbortController>(undefined)
  const views = useQuery({
    queryKey: ['sql-views', projectId],
    queryFn: ({ signal }) => sqlViews(projectId, signal),
    staleTime: 10 * 60_000,
    retry: retryUnlessRefused,
  })
  const run = useMutation({
    mutationFn: () => {
      stop.current = new AbortController()
      return sql(projectId, text, stop.current.signal)
    },
  })
  const start = () => {
    change({ query: text })
    run.mutate()
  }
  const stopped = run.error instanceof DOMException && run.error.name === 'AbortError'
  return (
    <Page title="SQL" lead="ClickHouse SQL over this project, read only.">
      <div className={styles.layout}>
        <div className={styles.main}>
          <Suspense fallback={<textarea aria-label="SQL" value={text} readOnly rows={7} />}>
            <SqlEditor initial={text} views={views.data ?? NO_VIEWS} onChange={setText} onRun={start} />
          </Suspense>
          <Buttons>
            {run.isPending ? (
              <Button onClick={() => stop.current?.abort()}>
                <Square size={14} aria-hidden="true" /> Stop
              </Button>
            ) : (
              <Button look="primary" disabled={!text.trim()} onClick={start}>
                <Play size={14} aria-hidden="true" /> Run
              </Button>
            )}
            <span className="muted">Ctrl or ⌘ with Enter</span>
            <span role="status">{run.isPending && 'Running…'}</span>
          </Buttons>
          {run.error && !stopped && (
            <p className={styles.problem} role="alert">
              {run.error.message}
            </p>
          )}
          {run.data && <Answer answer={run.data} />}
        </div>
        <Card title="What can be asked">
          <Loaded query={views} what="The views">
            {(list) => <Views views={list} />}
          </Loaded>
        </Card>
      </div>
    </Page>
  )
}

function Views({ views }: { views: readonly SqlView[] }) {
  return (
    <div className={styles.views} tabIndex={0} role="region" aria-label="Views and their columns">
      {views.map(({ name, description, columns }) => (
        <details key={name}>
          <summary title={description}>
            <code>{name}</code>
          </summary>
          <ul>
            {columns.map((column) => (
              <li key={column.name} title={column.description}>
                <code>{column.name}</code>
                <span className="muted">{column.type}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  )
}

function Answer({ answer }: { answer: SqlAnswer }) {
  const [shown, setShown] = useState<'table' | 'chart'>('table')
  const chart = chartOf(answer)
  const { columns, data, truncated, elapsed_ms: elapsed } = answer
  return (
    <Card
      title="Answer"
      note={`${formatCount(data.length)} rows${truncated ? ', more were cut off' : ''}${elapsed === undefined ? '' : `, ${formatDuration(elapsed)}`}`}
      actions={
        <>
          {chart && (
            <Segments
              label="Show as"
              value={shown}
              choices={[
                { value: 'table', label: 'Table' },
                { value: 'chart', label: 'Chart' },
              ]}
              onChange={setShown}
            />
          )}
          <CopyButton text={() => toCsv(answer)} what="the answer as CSV" withWord />
        </>
      }
    >
      {chart && shown === 'chart' ? (
        chart.kind === 'time' ? (
          <Chart label="The answer over time" {...chart.data} unit={null} height={280} />
        ) : (
          <BarList
            label="The answer as bars"
            nameHeader={chart.header}
            valueHeader={chart.value}
            items={chart.items.map(({ name, value }, index) => ({
              key: `${index}`,
              name,
              value,
              text: formatUnit(value, null),
            }))}
          />
        )
      ) : (
        <>
          <DataTable<unknown[]>
            label="Answer"
            rows={data.slice(0, ROWS_SHOWN)}
            rowKey={(_, index) => String(index)}
            columns={columns.map(({ name, type }, index) => ({
              id: `${index}`,
              header: <span title={type}>{name}</span>,
              align: /^(Nullable\()?(U?Int|Float|Decimal)/.test(type) ? ('end' as const) : undefined,
              cell: (row) => <span className={styles.cell}>{cellText(row[index])}</span>,
              sortBy: (row) => sortable(row[index]),
            }))}
          />
          {data.length > ROWS_SHOWN && (
            <p className="muted">The first {formatCount(ROWS_SHOWN)} are shown; copy for all.</p>
          )}
        </>
      )}
    </Card>
  )
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function sortable(value: unknown): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : value === null ? null : cellText(value)
}
