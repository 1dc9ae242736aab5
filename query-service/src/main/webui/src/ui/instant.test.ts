import { expect, it } from 'vitest'
import { compareInstants, toEpochMs } from './instant'

it('keeps what is finer than a millisecond', () => {
  const start = toEpochMs('2026-11-23T12:00:00.123456789Z')
  expect(start - Date.parse('2026-11-23T12:00:00.123Z')).toBeCloseTo(0.456789, 3)
  expect(toEpochMs('2026-11-23T12:00:00Z')).toBe(Date.parse('2026-11-23T12:00:00Z'))
  expect(toEpochMs('2026-11-23T12:00:00.5Z')).toBe(Date.parse('2026-11-23T12:00:00.500Z'))
})

it('orders times of different precision', () => {
  const ordered = ['2026-11-23T12:00:00Z', '2026-11-23T12:00:00.000000001Z', '2026-11-23T12:00:00.5Z']
  expect([...ordered].reverse().sort(compareInstants)).toEqual(ordered)
  expect(compareInstants('2026-11-23T12:00:00Z', '2026-11-23T12:00:00Z')).toBe(0)
})
