import { describe, expect, it } from 'vitest'
import type { ScoreSummary, TraceSummary } from '../api/types'
import { agreementOf, type Pair, pairsOf, pearson, ranks } from './agreement'

const bool = (name: string, yes: boolean): ScoreSummary => ({
  name,
  data_type: 'BOOLEAN',
  value: yes ? 1 : 0,
  string_value: null,
  source: 'evaluator',
})
const pair = (a: boolean, b: boolean, index: number): Pair => ({
  traceId: `${index}`,
  a: bool('a', a),
  b: bool('b', b),
})

describe('agreementOf', () => {
  it('counts pairs and corrects for chance', () => {
    const said = [
      ...Array(20).fill([true, true]),
      ...Array(5).fill([true, false]),
      ...Array(10).fill([false, true]),
      ...Array(15).fill([false, false]),
    ]
    const result = agreementOf(said.map(([a, b], index) => pair(a, b, index)))
    expect(result.rows).toEqual(['no', 'yes'])
    expect(result.matrix).toEqual([
      [15, 10],
      [5, 20],
    ])
    expect(result.agreed).toBeCloseTo(0.7)
    expect(result.kappa).toBeCloseTo(0.4)
    expect(result.pearson).toBeCloseTo(0.408, 3)
  })

  it('bins numbers, and has no kappa for different kinds', () => {
    const numeric = (value: number): ScoreSummary => ({ ...bool('n', true), data_type: 'NUMERIC', value })
    const result = agreementOf(
      [0.1, 0.6, 1].map((value, i) => ({ traceId: `${i}`, a: numeric(value), b: bool('b', value > 0.5) })),
    )
    expect(result.rows).toEqual(['0–0.25', '0.25–0.5', '0.5–0.75', '0.75–1'])
    expect(result.matrix.map(([no = 0, yes = 0]) => [no, yes])).toEqual([
      [1, 0],
      [0, 0],
      [0, 1],
      [0, 1],
    ])
    expect(result.kappa).toBeNull()
    expect(agreementOf([]).count).toBe(0)
  })
})

it('pairs scores of the same trace', () => {
  const trace = (id: string, scores: ScoreSummary[]) => ({ trace_id: id, scores }) as TraceSummary
  const failed = { ...bool('b', true), value: null }
  expect(
    pairsOf(
      [
        trace('1', [bool('a', true), bool('b', false)]),
        trace('2', [bool('a', true)]),
        trace('3', [bool('a', true), failed]),
      ],
      'a',
      'b',
    ),
  ).toHaveLength(1)
})

it('correlates', () => {
  expect(pearson([1, 2, 3], [2, 4, 6])).toBeCloseTo(1)
  expect(pearson([1, 1, 1], [1, 2, 3])).toBeNull()
  expect(ranks([10, 30, 10, 20])).toEqual([1.5, 4, 1.5, 3])
})
