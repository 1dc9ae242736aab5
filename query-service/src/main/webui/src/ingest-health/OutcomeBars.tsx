import type { IngestHealth } from '../api/types'
import { formatCount, formatDay, formatTime } from '../ui/format'
import styles from './OutcomeBars.module.css'
import { OutcomeMark } from './OutcomeMark'
import { pointText, STACK, stackBars } from './outcomes'

const HEIGHT = 100
const GAP = 0.15

/** How many spans came to what, over time. The tables below say the same in numbers. */
export function OutcomeBars({ series, now }: { series: IngestHealth['series']; now: Date }) {
  const { points, step_seconds } = series
  const bars = stackBars(points)
  const first = points[0]
  const last = points.at(-1)
  const busy = points.filter((point) => Object.keys(point.counts).length > 0).length
  const step =
    step_seconds === 60 ? 'minute' : step_seconds % 3600 === 0 ? `${step_seconds / 3600} h` : `${step_seconds / 60} min`
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${points.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Spans for each ${step}: something came in ${busy} of ${points.length} steps`}
      >
        {bars.map((segments, index) => {
          const point = points[index]
          if (!point || segments.length === 0) return null
          return (
            <g key={point.time}>
              <title>{`${formatDay(point.time, now)} ${formatTime(point.time)}: ${pointText(point, formatCount)}`}</title>
              {segments.map(({ outcome, from, to }) => (
                <rect
                  key={outcome}
                  className={styles[outcome]}
                  x={index + GAP / 2}
                  width={1 - GAP}
                  y={(1 - to) * HEIGHT}
                  height={(to - from) * HEIGHT}
                />
              ))}
            </g>
          )
        })}
      </svg>
      <figcaption className={styles.caption}>
        <span>{first && `${formatDay(first.time, now)} ${formatTime(first.time)}`}</span>
        <ul className={styles.legend} aria-label="Colours">
          {STACK.map((outcome) => (
            <li key={outcome}>
              <OutcomeMark outcome={outcome} />
            </li>
          ))}
        </ul>
        <span>{last && `${formatDay(last.time, now)} ${formatTime(last.time)}`}</span>
      </figcaption>
    </figure>
  )
}
