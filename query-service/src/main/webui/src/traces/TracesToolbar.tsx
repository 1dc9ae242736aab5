import { Download, PanelLeft, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button'
import { classes } from '../ui/classes'
import { QueryBar } from '../ui/QueryBar'
import { ExportDialog } from '../ui/Work'
import { ColumnPicker } from './ColumnPicker'
import { EnvironmentFilter } from './filters/EnvironmentFilter'
import { TimeRangePicker } from './filters/TimeRangePicker'
import { SavedViews } from './SavedViews'
import styles from './TracesToolbar.module.css'
import { rangeOf, resolveRange } from './timeRange'
import { isFiltered, shownQuery, type TracesSearch } from './tracesSearch'

interface TracesToolbarProps {
  projectId: string
  search: TracesSearch
  onChange: (search: TracesSearch) => void
  error: unknown
  environments: readonly string[]
  columns: readonly string[]
  onColumns: (columns: string | undefined) => void
  facets: boolean
  onFacets: (shown: boolean) => void
  live: boolean
  onLive: (live: boolean) => void
  canChange: boolean
  away: boolean
}

export function TracesToolbar(props: TracesToolbarProps) {
  const { projectId, search, onChange, environments, live, onLive, canChange, away, facets, onFacets } = props
  const [exporting, setExporting] = useState(false)
  return (
    <div className={styles.bar}>
      <h1 className={styles.title}>Traces</h1>
      <Button
        icon
        className={styles.facets}
        aria-label="Filters with counts"
        title="Filters with counts"
        aria-pressed={facets}
        onClick={() => onFacets(!facets)}
      >
        <PanelLeft size={15} />
      </Button>
      <search className={styles.filters}>
        <QueryBar
          projectId={projectId}
          query={search.query}
          onChange={(query) => onChange({ ...search, query })}
          error={props.error}
          offset={shownQuery(search).offset}
          label="Search traces"
        />
        <EnvironmentFilter
          environment={search.environment}
          known={environments}
          onChange={(environment) => onChange({ ...search, environment })}
        />
        {isFiltered(search) && (
          <Button look="quiet" onClick={() => onChange({ ...search, query: undefined, environment: undefined })}>
            <X size={14} aria-hidden="true" />
            Clear
          </Button>
        )}
      </search>
      <div className={styles.when}>
        <TimeRangePicker search={search} onChange={(range) => onChange({ ...search, ...range })} />
        <LiveButton live={live} onLive={onLive} canChange={canChange} away={away} />
        <ColumnPicker shown={props.columns} onChange={props.onColumns} />
        <SavedViews projectId={projectId} search={search} onChange={onChange} />
        <Button icon aria-label="Export what matches" title="Export what matches" onClick={() => setExporting(true)}>
          <Download size={15} />
        </Button>
        {exporting && (
          <ExportDialog
            projectId={projectId}
            what="what matches"
            request={{ table: 'traces', query: shownQuery(search).query, ...resolveRange(rangeOf(search), new Date()) }}
            onClose={() => setExporting(false)}
          />
        )}
      </div>
    </div>
  )
}

function LiveButton({
  live,
  onLive,
  canChange,
  away,
}: Pick<TracesToolbarProps, 'live' | 'onLive' | 'canChange' | 'away'>) {
  const on = live && canChange
  const word = !canChange ? 'Ended' : away && live ? 'No answer' : live ? 'Live' : 'Paused'
  const title = !canChange
    ? 'This time range has ended: no new traces can come'
    : away && live
      ? 'Sightline does not answer. Trying again by itself.'
      : live
        ? 'New traces come in by themselves. Click to pause.'
        : 'Click to let new traces come in again.'
  return (
    <Button
      className={styles.live}
      aria-pressed={on}
      aria-label={`Live updates: ${word}`}
      title={title}
      disabled={!canChange}
      onClick={() => onLive(!live)}
    >
      <span className={classes(styles.dot, on && (away ? styles.away : styles.on))} aria-hidden="true" />
      {word}
    </Button>
  )
}
