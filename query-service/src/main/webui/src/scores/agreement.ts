import type { ScoreSummary, TraceSummary } from '../api/types'

/** Two scores of the same trace. */
export interface Pair {
  traceId: string
  a: ScoreSummary
  b: ScoreSummary
}

export function pairsOf(traces: readonly TraceSummary[], a: string, b: string): Pair[] {
  return traces.flatMap(({ trace_id: traceId, scores }) => {
    const left = scores.find(({ name }) => name === a)
    const right = scores.findLast(({ name }) => name === b)
    return left && right && isGiven(left) && isGiven(right) ? [{ traceId, a: left, b: right }] : []
  })
}

function isGiven({ value, string_value }: ScoreSummary): boolean {
  return value !== null || (string_value ?? '') !== ''
}

export interface Agreement {
  count: number
  /** Labels of a (rows) and b (columns), and how often each pair came. */
  rows: string[]
  columns: string[]
  matrix: number[][]
  /** Pearson's and Spearman's, where both are numbers and vary. */
  pearson: number | null
  spearman: number | null
  /** Where both speak of the same labels: how often they agree, and Cohen's kappa. */
  agreed: number | null
  kappa: number | null
}

const BINS = 4

export function agreementOf(pairs: readonly Pair[]): Agreement {
  const label = { a: labeller(pairs.map(({ a }) => a)), b: labeller(pairs.map(({ b }) => b)) }
  const rows = label.a.labels
  const columns = label.b.labels
  const matrix = rows.map(() => columns.map(() => 0))
  for (const { a, b } of pairs) {
    const row = matrix[rows.indexOf(label.a.of(a))]
    const column = columns.indexOf(label.b.of(b))
    if (row) row[column] = (row[column] ?? 0) + 1
  }
  const numbers = pairs.flatMap(({ a, b }) =>
    isNumber(a) && isNumber(b) ? [[a.value ?? 0, b.value ?? 0] as const] : [],
  )
  const x = numbers.map(([value]) => value)
  const y = numbers.map(([, value]) => value)
  const same = isSameKind(pairs)
  return {
    count: pairs.length,
    rows,
    columns,
    matrix,
    pearson: pearson(x, y),
    spearman: pearson(ranks(x), ranks(y)),
    agreed: same ? observed(pairs, label) : null,
    kappa: same ? kappa(pairs, label) : null,
  }
}

interface Labeller {
  labels: string[]
  of: (score: ScoreSummary) => string
}

function isNumber({ data_type, value }: ScoreSummary): boolean {
  return (data_type === 'NUMERIC' || data_type === 'BOOLEAN') && value !== null
}

function labeller(scores: readonly ScoreSummary[]): Labeller {
  if (!scores.every(({ data_type }) => data_type === 'NUMERIC')) {
    const of = (score: ScoreSummary) =>
      score.data_type === 'BOOLEAN'
        ? (score.value ?? 0) >= 0.5
          ? 'yes'
          : 'no'
        : (score.string_value ?? String(score.value))
    return { labels: [...new Set(scores.map(of))].sort(), of }
  }
  const values = scores.map(({ value }) => value ?? 0)
  const low = Math.min(0, ...values)
  const high = Math.max(1, ...values)
  const width = (high - low) / BINS
  const name = (bin: number) => `${round(low + bin * width)}–${round(low + (bin + 1) * width)}`
  return {
    labels: Array.from({ length: BINS }, (_, bin) => name(bin)),
    of: ({ value }) => name(Math.min(BINS - 1, Math.floor(((value ?? 0) - low) / width))),
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function isSameKind(pairs: readonly Pair[]): boolean {
  return pairs.length > 0 && pairs.every(({ a, b }) => a.data_type === b.data_type)
}

type Labels = { a: Labeller; b: Labeller }

function observed(pairs: readonly Pair[], label: Labels): number {
  return pairs.filter(({ a, b }) => label.a.of(a) === label.b.of(b)).length / pairs.length
}

/** How much more often they agree than by chance; null where chance alone would make them agree always. */
function kappa(pairs: readonly Pair[], label: Labels): number | null {
  const share = (name: string, of: (pair: Pair) => string) =>
    pairs.filter((pair) => of(pair) === name).length / pairs.length
  const names = new Set([...label.a.labels, ...label.b.labels])
  let chance = 0
  for (const name of names) {
    chance += share(name, ({ a }) => label.a.of(a)) * share(name, ({ b }) => label.b.of(b))
  }
  return chance >= 1 ? null : (observed(pairs, label) - chance) / (1 - chance)
}

export function pearson(x: readonly number[], y: readonly number[]): number | null {
  const n = x.length
  if (n < 3) return null
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n
  const [mx, my] = [mean(x), mean(y)]
  let [xy, xx, yy] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const dx = (x[i] ?? 0) - mx
    const dy = (y[i] ?? 0) - my
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy)
}

/** Equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value)
  const result = values.map(() => 0)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end + 1 < order.length && order[end + 1]?.value === order[start]?.value) end++
    for (let at = start; at <= end; at++) result[order[at]?.index ?? 0] = (start + end) / 2 + 1
    start = end + 1
  }
  return result
}
