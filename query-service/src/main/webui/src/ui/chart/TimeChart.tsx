import { type CSSProperties, useEffect, useMemo, useRef, useState } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { DataTable } from '../DataTable'
import { formatTimestamp, formatUnit } from '../format'
import { useTheme } from '../theme'
import { useMediaQuery } from '../useMediaQuery'
import { alone, type Series, stack, type TimeChartKind } from './series'
import styles from './TimeChart.module.css'

interface TimeChartProps {
  /** What is shown, for those who do not see it. */
  label: string
  times: readonly number[]
  series: readonly Series[]
  unit: string | null | undefined
  kind?: TimeChartKind
  height?: number
  /** A part that was marked with the pointer, as ISO times. */
  onRange?: (from: string, to: string) => void
}

const SERIES_COLOURS = 8
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const DASHES = [undefined, [6, 3], [2, 2], [8, 3, 2, 3]]

/** Values over time with their table behind. Colours come from the tokens, and lines differ in their dashes too. */
export default function TimeChart({
  label,
  times,
  series,
  unit,
  kind = 'line',
  height = 180,
  onRange,
}: TimeChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<number>()
  const [theme] = useTheme()
  const dark = useMediaQuery('(prefers-color-scheme: dark)')
  const range = useRef(onRange)
  useEffect(() => {
    range.current = onRange
  })
  const shown = useMemo(() => (kind === 'stacked' ? stack(series) : series), [series, kind])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas keeps its colours, so another theme draws anew
  useEffect(() => {
    const element = frame.current
    if (!element || times.length === 0) return
    const colour = reader(element)
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 }, drag: { x: true, y: false, setScale: false } },
        padding: [8, 4, 0, 0],
        scales: { x: { time: true }, y: { range: (_, low, high) => [Math.min(0, low ?? 0), niceTop(high)] } },
        axes: [
          { ...axis(colour), values: (_, ticks, __, ___, step) => ticks.map((tick, at) => tickText(tick, step, at)) },
          { ...axis(colour), size: 62, values: (_, ticks) => ticks.map((tick) => formatUnit(tick, unit)) },
        ],
        series: [{}, ...lines(shown, kind, colour)],
        hooks: {
          setCursor: [({ cursor }) => setAt(cursor.idx ?? undefined)],
          setSelect: [
            (self) => {
              const { left, width } = self.select
              if (width < 4) return
              const iso = (px: number) => new Date(self.posToVal(px, 'x') * 1000).toISOString()
              range.current?.(iso(left), iso(left + width))
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            },
          ],
        },
      },
      [[...times], ...drawOrder(shown, kind).map(({ values }) => values)] as UPlot.AlignedData,
      element,
    )
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [times, shown, kind, unit, height, theme, dark])

  if (times.length === 0) return <p className={styles.nothing}>Nothing in this time range.</p>
  const iso = (index: number) => new Date((times[index] ?? 0) * 1000).toISOString()
  return (
    <figure className={styles.figure} aria-label={label}>
      <div ref={frame} className={styles.plot} style={{ height }} aria-hidden="true" />
      <ul className={styles.legend}>
        {at !== undefined && <li className={styles.when}>{formatTimestamp(iso(at)).replace(/:00\.000/, '')}</li>}
        {(series.length > 1 || at !== undefined) &&
          series.map(({ name, values }, index) => (
            <li key={name} style={{ '--series': `var(${token(index)})` } as CSSProperties}>
              <i aria-hidden="true" />
              <span title={name}>{name}</span>
              {at !== undefined && <b>{formatUnit(values[at], unit)}</b>}
            </li>
          ))}
      </ul>
      <details className={styles.table}>
        <summary>As a table</summary>
        <DataTable
          label={label}
          rows={times.map((_, index) => index)}
          rowKey={String}
          columns={[
            { id: 'time', header: 'Time', cell: (index) => formatTimestamp(iso(index)) },
            ...series.map(({ name, values }) => ({
              id: name,
              header: name,
              align: 'end' as const,
              cell: (index: number) => formatUnit(values[index], unit),
            })),
          ]}
        />
      </details>
    </figure>
  )
}

function token(index: number): string {
  return `--chart-${(index % SERIES_COLOURS) + 1}`
}

/** Resolves a token to a colour a canvas understands, in the theme that is shown. */
function reader(element: HTMLElement): (name: string) => string {
  const probe = document.createElement('span')
  element.append(probe)
  const style = getComputedStyle(probe)
  const read = (name: string) => {
    probe.style.color = `var(${name})`
    return style.color
  }
  const known = new Map<string, string>()
  for (let index = 0; index < SERIES_COLOURS; index++) known.set(token(index), read(token(index)))
  for (const name of ['--text-3', '--border', '--surface']) known.set(name, read(name))
  probe.remove()
  return (name) => known.get(name) ?? '#888'
}

function axis(colour: (name: string) => string): UPlot.Axis {
  return {
    stroke: colour('--text-3'),
    grid: { stroke: colour('--border'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  }
}

/** Of what is stacked the highest is drawn first, so that the lower ones lie on it. */
function drawOrder(series: readonly Series[], kind: TimeChartKind): readonly Series[] {
  return kind === 'stacked' ? [...series].reverse() : series
}

function lines(series: readonly Series[], kind: TimeChartKind, colour: (name: string) => string): UPlot.Series[] {
  const bars = UPlot.paths.bars?.({ size: [0.8, 60], align: 1 })
  return drawOrder(series, kind).map(({ name }, index) => {
    const place = kind === 'stacked' ? series.length - 1 - index : index
    const stroke = colour(token(place))
    const isBar = kind === 'bar' || kind === 'stacked'
    return {
      label: name,
      stroke,
      width: isBar ? 0 : 1.75,
      fill: isBar ? stroke : kind === 'area' ? stroke.replace('rgb(', 'rgba(').replace(')', ', 0.16)') : undefined,
      dash: isBar ? undefined : DASHES[Math.floor(place / 2) % DASHES.length],
      spanGaps: false,
      points: {
        show: !isBar && series.length <= 3 ? undefined : false,
        size: 4,
        filter: (chart, place, show) => (show || isBar ? null : alone(chart.data[place] ?? [])),
      },
      ...(isBar && bars && { paths: bars }),
    }
  })
}

/** `09:00`, with the day at its beginning and at the axis's; days alone where ticks are days apart. */
function tickText(seconds: number, step: number, index: number): string {
  const at = new Date(seconds * 1000)
  if (step >= 86_400) return day.format(at)
  const isFirst = index === 0 || (at.getHours() === 0 && at.getMinutes() === 0)
  return isFirst ? `${time.format(at)}\n${day.format(at)}` : time.format(at)
}

function niceTop(high: number | null): number {
  return !high || high <= 0 ? 1 : high * 1.08
}
