import { expect, it } from 'vitest'
import { latencyScale } from './latencyScale'

const of = (...ms: number[]) => latencyScale(ms.map((latency_ms) => ({ latency_ms })))

it('is a round number at or above the 95th percentile', () => {
  expect(of()).toBe(1)
  expect(of(0)).toBe(1)
  expect(of(1200)).toBe(2000)
  expect(of(1000)).toBe(1000)
  expect(of(...Array.from({ length: 99 }, () => 400), 90_000)).toBe(500)
})
