import { expect, it } from 'vitest'
import { axisTicks } from './axisTicks'

it('marks round times up to the end', () => {
  expect(axisTicks(14_320, 5)).toEqual([0, 5000, 10_000])
  expect(axisTicks(1000, 5)).toEqual([0, 200, 400, 600, 800])
  expect(axisTicks(730, 1)).toEqual([730])
  expect(axisTicks(0, 5)).toEqual([])
})
