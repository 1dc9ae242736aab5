import { expect, it } from 'vitest'
import type { ScoreDataType } from '../api/types'
import { byName, fillOf, toneOf } from './scoreTone'

const score = (
  name: string,
  value: number | null,
  data_type: ScoreDataType = 'NUMERIC',
  string_value: string | null = null,
) => ({
  name,
  value,
  data_type,
  string_value,
})

it.each([
  ['answer_relevance', 0.9, 'good'],
  ['Faithfulness', 0.6, 'fair'],
  ['faithfulness', 0.2, 'bad'],
  ['toxicity', 0.02, 'good'],
  ['toxicity', 0.9, 'bad'],
  ['length', 0.9, 'neutral'],
  ['quality', 87, 'neutral'],
  ['quality', null, 'failed'],
] as const)('%s %s is %s', (name, value, tone) => expect(toneOf(score(name, value))).toBe(tone))

it('judges yes and no by the name, and words not at all', () => {
  expect(toneOf(score('task_completed', 1, 'BOOLEAN'))).toBe('good')
  expect(toneOf(score('pii_leak', 1, 'BOOLEAN'))).toBe('bad')
  expect(toneOf(score('quality', null, 'CATEGORICAL', 'poor'))).toBe('neutral')
})

it('fills only known scales', () => {
  expect(fillOf(score('x', 0.4))).toBe(0.4)
  expect(fillOf(score('x', 4))).toBeNull()
  expect(fillOf(score('x', 1, 'BOOLEAN'))).toBeNull()
})

it('sorts by name and leaves those of one name as they were given', () => {
  const given = [score('tone', 1), score('accuracy', 0.2), score('tone', 0), score('accuracy', 0.1)]
  expect(byName(given).map(({ name, value }) => [name, value])).toEqual([
    ['accuracy', 0.2],
    ['accuracy', 0.1],
    ['tone', 1],
    ['tone', 0],
  ])
})
