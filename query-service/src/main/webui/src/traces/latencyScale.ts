import type { TraceSummary } from '../api/types'

/**
 * The latency that fills a bar: the 95th percentile of the loaded traces, so that one outlier does not flatten the
 * rest, rounded up to 1, 2 or 5 times a power of ten, so that the bars hold still while traces arrive.
 */
export function latencyScale(traces: readonly Pick<TraceSummary, 'latency_ms'>[]): number {
  const sorted = traces
    .map((trace) => trace.latency_ms)
    .filter((ms) => ms > 0)
    .sort((a, b) => a - b)
  const p95 = sorted[Math.floor((sorted.length - 1) * 0.95)]
  if (!p95) return 1
  const power = 10 ** Math.floor(Math.log10(p95))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= p95 * 0.999) ?? 10
  return step * power
}
