import { expect, it } from 'vitest'
import { fromStored, parseBrowserViews, toShare, toStored } from './savedViews'

it('keeps what the table shows, not what is looked at beside it', () => {
  const stored = toStored({ name: ' slow ', search: { query: 'latency:>2s', range: '7d', peek: 'abc' } })
  expect(stored).toEqual({ name: 'slow', search: { query: 'latency:>2s', range: '7d' } })
})

it('understands of a stored view what it can, whoever wrote it', () => {
  const search = { query: 'level:error', range: 'never', columns: '<b>', colour: 'red', environment: 5 }
  const view = { id: '1', name: 'bad', search, created_by: 'u', updated_at: '2026-01-01T00:00:00Z' }
  expect(fromStored(view)).toEqual({ id: '1', name: 'bad', search: { query: 'level:error' }, author: 'u' })
})

it('reads what an earlier version left in the browser', () => {
  const kept = [
    { name: 'slow', search: { query: 'latency:>2s' } },
    { name: 'all', search: {} },
  ]
  expect(parseBrowserViews(JSON.stringify(kept))).toEqual(kept)
  expect(parseBrowserViews('{')).toEqual([])
  expect(
    parseBrowserViews(
      '[1, null, {"name": "x"}, {"name": " ", "search": {}}, {"name": "y", "search": {"range": "no"}}]',
    ),
  ).toEqual([{ name: 'y', search: {} }])
})

it('shares a browser’s views once, each under a free name', () => {
  const slow = { name: 'slow', search: { query: 'latency:>2s', range: '7d' } }
  const bad = { name: 'bad', search: { query: 'level:error' } }
  expect(toShare([slow, bad], [])).toEqual([slow, bad])
  // The order of its parts makes no other table.
  expect(toShare([slow, bad], [{ name: 'slow', search: { range: '7d', query: 'latency:>2s' } }])).toEqual([bad])
  const theirs = { name: 'slow', search: { query: 'latency:>9s' } }
  const renamed = [{ ...slow, name: 'slow 2' }]
  expect(toShare([slow], [theirs])).toEqual(renamed)
  expect(toShare([slow], [theirs, ...renamed])).toEqual([])
  expect(toShare([slow, { ...slow, search: {} }], [theirs]).map(({ name }) => name)).toEqual(['slow 2', 'slow 3'])
})
