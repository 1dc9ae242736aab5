import { expect, it } from 'vitest'
import { foldAt } from './foldAt'

const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`).join('\n')

it('leaves short texts whole, and those a little over', () => {
  expect(foldAt('short', 3, 100)).toBe(5)
  expect(foldAt(lines(12), 10, 10_000)).toBe(lines(12).length)
  expect(foldAt('x'.repeat(120), 10, 100)).toBe(120)
})

it('cuts at a line or at the end of a word', () => {
  expect(
    lines(50)
      .slice(0, foldAt(lines(50), 10, 10_000))
      .split('\n'),
  ).toHaveLength(10)
  expect('word '.repeat(100).slice(0, foldAt('word '.repeat(100), 10, 101))).toMatch(/word$/)
  expect(foldAt('x'.repeat(1000), 10, 100)).toBe(100)
})

it('takes whichever comes first', () => {
  const text = `${'y'.repeat(50)}\n`.repeat(40)
  expect(foldAt(text, 30, 100)).toBeLessThanOrEqual(100)
  expect(foldAt(text, 2, 10_000)).toBe(101)
})
