import { describe, expect, it } from 'vitest'
import { bySource, OUTCOMES, outcomeName, pointText, STACK, stackBars } from './outcomes'

const at = (counts: Record<string, number>) => ({ time: '2026-11-25T10:00:00Z', counts })

describe('outcomes', () => {
  it('has a name for each outcome once', () => {
    expect(new Set(OUTCOMES.map(({ outcome }) => outcome)).size).toBe(7)
    expect(outcomeName('dead_lettered')).toBe('Dead-lettered')
    for (const outcome of STACK) expect(OUTCOMES.some((known) => known.outcome === outcome)).toBe(true)
  })
})

describe('stackBars', () => {
  it('stacks shares of the highest bar, and leaves findings out', () => {
    expect(stackBars([at({ accepted: 60, rejected: 40, flagged: 1000 }), at({ accepted: 50 }), at({})])).toEqual([
      [
        { outcome: 'accepted', from: 0, to: 0.6 },
        { outcome: 'rejected', from: 0.6, to: 1 },
      ],
      [{ outcome: 'accepted', from: 0, to: 0.5 }],
      [],
    ])
  })

  it('shows one bad span among a million', () => {
    const [bar] = stackBars([at({ accepted: 1_000_000, rejected: 1 })])
    const bad = bar?.find(({ outcome }) => outcome === 'rejected')
    expect(bad && bad.to - bad.from).toBeCloseTo(0.03)
    for (const { from, to } of bar ?? []) {
      expect(from).toBeGreaterThanOrEqual(0)
      expect(to).toBeLessThanOrEqual(1)
    }
  })

  it('has no bars where nothing came', () => {
    expect(stackBars([at({}), at({})])).toEqual([[], []])
    expect(stackBars([])).toEqual([])
  })
})

describe('pointText', () => {
  it('says what happened', () => {
    expect(pointText(at({ rejected: 3, accepted: 12 }), String)).toBe('12 accepted, 3 rejected')
    expect(pointText(at({}), String)).toBe('nothing')
  })
})

describe('bySource', () => {
  it('adds up each source, the busiest first', () => {
    expect(
      bySource([
        { source: 'otlp-http', outcome: 'accepted', count: 2, bytes: 20 },
        { source: 'otlp-grpc', outcome: 'accepted', count: 5, bytes: 50 },
        { source: 'otlp-grpc', outcome: 'rejected', count: 1, bytes: 10 },
      ]),
    ).toEqual([
      { source: 'otlp-grpc', counts: { accepted: 5, rejected: 1 }, total: 6, bytes: 60 },
      { source: 'otlp-http', counts: { accepted: 2 }, total: 2, bytes: 20 },
    ])
  })
})
