import { expect, it } from 'vitest'
import { alone, histogram, stack, toSeries } from './series'

it('makes one series of each name, with gaps where nothing was said', () => {
  const data = toSeries([
    { time: '2026-11-26T01:00:00Z', name: 'a', value: 1 },
    { time: '2026-11-26T00:00:00Z', name: 'a', value: 2 },
    { time: '2026-11-26T01:00:00Z', name: 'b', value: 9 },
  ])
  expect(data.times).toEqual([1795651200, 1795654800])
  expect(data.series).toEqual([
    { name: 'b', values: [null, 9] },
    { name: 'a', values: [2, 1] },
  ])
  expect(toSeries([])).toEqual({ times: [], series: [] })
})

it('stacks', () => {
  const stacked = stack([
    { name: 'a', values: [1, null] },
    { name: 'b', values: [2, 3] },
  ])
  expect(stacked.map(({ values }) => values)).toEqual([
    [1, 0],
    [3, 3],
  ])
})

it('finds the values that no line goes through', () => {
  expect(alone([1, null, 0, null, 2, 3, null])).toEqual([0, 2])
  expect(alone([undefined, 5])).toEqual([1])
  expect(alone([])).toEqual([])
})

it('counts in bins', () => {
  expect(histogram([0, 0.1, 1], 2)).toEqual([
    { from: 0, to: 0.5, count: 2 },
    { from: 0.5, to: 1, count: 1 },
  ])
  expect(histogram([3, 3], 5)).toEqual([{ from: 3, to: 3, count: 2 }])
  expect(histogram([], 5)).toEqual([])
})
