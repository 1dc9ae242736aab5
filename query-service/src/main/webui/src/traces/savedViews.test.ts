import { expect, it } from 'vitest'
import { parseViews, VIEWS_MAX, withView } from './savedViews'

it('keeps views under their names, the newest first', () => {
  const slow = { name: 'slow', search: { query: 'latency:>2s', peek: 'abc' } }
  const one = withView([], slow)
  expect(one).toEqual([{ name: 'slow', search: { query: 'latency:>2s' } }])
  const two = withView(one, { name: 'bad', search: {} })
  expect(withView(two, { name: 'slow', search: { range: '7d' } }).map(({ name }) => name)).toEqual(['slow', 'bad'])
  expect(parseViews(JSON.stringify(two))).toEqual(two)
  const many = Array.from({ length: 40 }, (_, n) => ({ name: `v${n}`, search: {} }))
  expect(withView(many, slow)).toHaveLength(VIEWS_MAX)
})

it('reads nothing from nonsense', () => {
  expect(parseViews('{')).toEqual([])
  expect(parseViews('[1, null, {"name": "x"}, {"name": "y", "search": {"range": "never"}}]')).toEqual([
    { name: 'y', search: {} },
  ])
})
