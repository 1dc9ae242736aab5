import { X } from 'lucide-react'
import { Button } from '../ui/Button'
import { classes } from '../ui/classes'
import { EnvironmentFilter } from './filters/EnvironmentFilter'
import { LevelFilter } from './filters/LevelFilter'
import { SearchBox } from './filters/SearchBox'
import { TimeRangePicker } from './filters/TimeRangePicker'
import styles from './TracesToolbar.module.css'
import { isFiltered, type TracesSearch } from './tracesSearch'

interface TracesToolbarProps {
  search: TracesSearch
  onChange: (search: TracesSearch) => void
  environments: readonly string[]
  live: boolean
  onLive: (live: boolean) => void
  canChange: boolean
  away: boolean
}

export function TracesToolbar({ search, onChange, environments, live, onLive, canChange, away }: TracesToolbarProps) {
  const { range, from, to } = search
  return (
    <div className={styles.bar}>
      <h1 className={styles.title}>Traces</h1>
      <search className={styles.filters}>
        <SearchBox text={search.search ?? ''} onChange={(text) => onChange({ ...search, search: text || undefined })} />
        <LevelFilter level={search.level} onChange={(level) => onChange({ ...search, level })} />
        <EnvironmentFilter
          environment={search.environment}
          known={environments}
          onChange={(environment) => onChange({ ...search, environment })}
        />
        {isFiltered(search) && (
          <Button look="quiet" onClick={() => onChange({ range, from, to })}>
            <X size={14} aria-hidden="true" />
            Clear
          </Button>
        )}
      </search>
      <div className={styles.when}>
        <TimeRangePicker search={search} onChange={onChange} />
        <LiveButton live={live} onLive={onLive} canChange={canChange} away={away} />
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
