import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatChange,
  formatCost,
  formatCountShort,
  formatDuration,
  formatScore,
  formatUnit,
} from './format'

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.0004, '<1 µs'],
    [0.42, '420 µs'],
    [1, '1 ms'],
    [4.25, '4.3 ms'],
    [320.4, '320 ms'],
    [999.6, '1.00 s'],
    [4210, '4.21 s'],
    [59_996, '1m 0s'],
    [125_000, '2m 5s'],
    [3_723_000, '1h 2m'],
    [-5, '−5 ms'],
    [null, '–'],
  ])('%s ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [1_449, '1.4 kB'],
    [120_400, '120 kB'],
    [999_700, '1 MB'],
    [3_250_000_000, '3.3 GB'],
    [5e15, '5000 TB'],
  ])('%s is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

describe('formatCost', () => {
  it.each([
    [0, '$0'],
    [12.4, '$12.40'],
    [1234.5, '$1,235'],
    [0.5, '$0.50'],
    [0.0421, '$0.0421'],
    [0.042, '$0.042'],
    [0.0042, '$0.0042'],
    [0.00000031, '$0.00000031'],
    [0.9999, '$1.00'],
    [null, '–'],
  ])('%s is %s', (usd, text) => expect(formatCost(usd)).toBe(text))

  it('shows every positive amount as more than zero', () => {
    for (let exponent = -11; exponent < 4; exponent++) {
      const shown = Number(formatCost(3.7 * 10 ** exponent).replace(/[$,]/g, ''))
      expect(shown).toBeGreaterThan(0)
    }
  })
})

describe('formatCountShort', () => {
  it.each([
    [9999, '9,999'],
    [12_340, '12.3k'],
    [128_400, '128k'],
    [999_600, '1M'],
    [3_400_000, '3.4M'],
  ])('%s is %s', (value, text) => expect(formatCountShort(value)).toBe(text))
})

describe('formatScore', () => {
  it.each([
    [1, '1'],
    [0.9, '0.9'],
    [0.8844, '0.884'],
    [0.00042, '0.00042'],
    [87.25, '87.3'],
  ])('%s is %s', (value, text) => expect(formatScore(value)).toBe(text))
})

describe('times', () => {
  const now = new Date('2026-11-23T12:00:00Z')

  it.each([
    ['2026-11-23T12:02:00Z', 'in the future'],
    ['2026-11-23T12:00:09Z', 'just now'],
    ['2026-11-23T11:59:58Z', 'just now'],
    ['2026-11-23T11:59:20Z', '40 s ago'],
    ['2026-11-23T11:02:00Z', '58 min ago'],
    ['2026-11-23T02:00:00Z', '10 h ago'],
    ['2026-11-22T11:00:00Z', 'yesterday'],
    ['2026-11-16T11:00:00Z', '7 days ago'],
  ])('%s is %s', (iso, text) => expect(formatAgo(iso, now)).toBe(text))
})

it('shows measured values in their unit', () => {
  expect(formatUnit(1234, 'ms')).toBe('1.23 s')
  expect(formatUnit(0.00002, 'USD')).toBe('$0.00002')
  expect(formatUnit(0.0312, 'ratio')).toBe('3.12 %')
  expect(formatUnit(0.006, 'usd/count')).toBe('$0.006')
  expect(formatUnit(12_345, 'tokens')).toBe('12.3k')
  expect(formatUnit(null, 'ms')).toBe('–')
})

it('shows changes against what was before', () => {
  expect(formatChange(112, 100)).toBe('+12 %')
  expect(formatChange(96.6, 100)).toBe('−3.4 %')
  expect(formatChange(100, 100)).toBe('±0 %')
  expect(formatChange(5, 0)).toBeUndefined()
  expect(formatChange(5, null)).toBeUndefined()
  expect(formatChange(5000, 1)).toBe('>+999 %')
})
