/** What a chart over time is made of. */
export interface Series {
  name: string
  values: (number | null)[]
}

export type TimeChartKind = 'line' | 'area' | 'bar' | 'stacked'

export interface TimeData {
  /** Seconds since 1970, in order. */
  times: number[]
  series: Series[]
}

/** Rows of `time`, perhaps a name, and a value, as one series for each name. The largest come first. */
export function toSeries(
  rows: readonly { time: string; name: string; value: number | null }[],
  seriesMax = 8,
): TimeData {
  const times = [...new Set(rows.map(({ time }) => Date.parse(time) / 1000))].sort((a, b) => a - b)
  const place = new Map(times.map((time, index) => [time, index]))
  const byName = new Map<string, (number | null)[]>()
  for (const { time, name, value } of rows) {
    const values = byName.get(name) ?? times.map(() => null)
    values[place.get(Date.parse(time) / 1000) ?? 0] = value
    byName.set(name, values)
  }
  const total = (values: readonly (number | null)[]) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  const series = [...byName]
    .map(([name, values]) => ({ name, values }))
    .sort((a, b) => total(b.values) - total(a.values))
  return { times, series: series.slice(0, seriesMax) }
}

/** Each series on top of those before it, the last one highest. */
export function stack(series: readonly Series[]): Series[] {
  const below: number[] = []
  return series.map(({ name, values }) => ({
    name,
    values: values.map((value, index) => {
      below[index] = (below[index] ?? 0) + (value ?? 0)
      return below[index] ?? 0
    }),
  }))
}

/** Places of the values without a neighbour: no line goes through them, so that each needs a point of its own. */
export function alone(values: ArrayLike<number | null | undefined>): number[] {
  const isEmpty = (index: number) => values[index] === null || values[index] === undefined
  return Array.from(values).flatMap((_, index) =>
    !isEmpty(index) && isEmpty(index - 1) && isEmpty(index + 1) ? [index] : [],
  )
}

export interface Bin {
  from: number
  to: number
  count: number
}

/** Equal parts between the least and the greatest value. One value alone has one bin. */
export function histogram(values: readonly number[], bins: number): Bin[] {
  if (values.length === 0) return []
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (low === high) return [{ from: low, to: high, count: values.length }]
  const width = (high - low) / bins
  const counts = Array.from({ length: bins }, (_, index) => ({
    from: low + index * width,
    to: low + (index + 1) * width,
    count: 0,
  }))
  for (const value of values) {
    const bin = counts[Math.min(bins - 1, Math.floor((value - low) / width))]
    if (bin) bin.count += 1
  }
  return counts
}
