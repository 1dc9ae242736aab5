import { describe, expect, it } from 'vitest'
import type { TracePage, TraceSummary } from '../api/types'
import { flatten, mergeNewest, overlaps } from './mergeTraces'

const trace = (id: string, minute: number, more: Partial<TraceSummary> = {}): TraceSummary => ({
  trace_id: id,
  name: id,
  start_time: `2026-11-23T12:${String(minute).padStart(2, '0')}:00.000Z`,
  end_time: null,
  latency_ms: 1,
  level: 'DEFAULT',
  observation_count: 1,
  error_count: 0,
  input_tokens: null,
  output_tokens: null,
  total_tokens: null,
  usage_estimated: false,
  total_cost: null,
  user_id: null,
  session_id: null,
  environment: 'production',
  release: null,
  version: null,
  tags: [],
  models: [],
  scores: [],
  ...more,
})

const page = (next_cursor: string | null, ...data: TraceSummary[]): TracePage => ({ data, next_cursor })
const ids = (pages: TracePage[]) => flatten(pages).map((row) => row.trace_id)

describe('mergeNewest', () => {
  it('puts new traces where their start time says', () => {
    const { pages, added } = mergeNewest([page(null, trace('c', 30), trace('a', 10))], [trace('d', 40), trace('b', 20)])
    expect(ids(pages)).toEqual(['d', 'c', 'b', 'a'])
    expect(added).toEqual(['d', 'b'])
  })

  it('replaces a known trace where it stands, on any page', () => {
    const before = [page('x', trace('b', 20)), page(null, trace('a', 10))]
    const { pages, added, updated } = mergeNewest(before, [trace('a', 10, { observation_count: 5 })])
    expect(pages[1]?.data[0]?.observation_count).toBe(5)
    expect(added).toEqual([])
    expect(updated).toBe(true)
    expect(before[1]?.data[0]?.observation_count).toBe(1)
  })

  it('says that nothing changed when nothing did', () => {
    const { added, updated } = mergeNewest([page(null, trace('a', 10))], [trace('a', 10)])
    expect(added).toEqual([])
    expect(updated).toBe(false)
  })

  it('leaves traces beyond the last loaded page to paging', () => {
    const { pages } = mergeNewest([page('more', trace('b', 20))], [trace('a', 10)])
    expect(ids(pages)).toEqual(['b'])
    expect(ids(mergeNewest([page(null, trace('b', 20))], [trace('a', 10)]).pages)).toEqual(['b', 'a'])
  })

  it('fills an empty list', () => {
    expect(ids(mergeNewest([page(null)], [trace('a', 10)]).pages)).toEqual(['a'])
  })
})

describe('overlaps', () => {
  it('is false only when there may be unread traces between', () => {
    const loaded = [page(null, trace('a', 10))]
    expect(overlaps(loaded, page('more', trace('c', 30)))).toBe(false)
    expect(overlaps(loaded, page('more', trace('c', 30), trace('a', 10)))).toBe(true)
    expect(overlaps(loaded, page(null, trace('c', 30)))).toBe(true)
  })
})

describe('flatten', () => {
  it('shows every trace once, and none that left the range', () => {
    const pages = [page('x', trace('b', 20), trace('a', 10)), page(null, trace('a', 10), trace('z', 1))]
    expect(flatten(pages, '2026-11-23T12:05:00.000Z').map((row) => row.trace_id)).toEqual(['b', 'a'])
  })
})
