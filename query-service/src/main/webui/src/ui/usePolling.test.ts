import { expect, it } from 'vitest'
import { nextDelay } from './usePolling'

const limits = { minMs: 2000, maxMs: 15_000 }

it('backs off while nothing changes, further on failure, and returns at once on change', () => {
  expect(nextDelay('same', 2000, limits)).toBe(2500)
  expect(nextDelay('same', 14_000, limits)).toBe(15_000)
  expect(nextDelay('failed', 15_000, limits)).toBe(30_000)
  expect(nextDelay('failed', 60_000, limits)).toBe(60_000)
  expect(nextDelay('changed', 60_000, limits)).toBe(2000)
})
