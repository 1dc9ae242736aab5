import { expect, it } from 'vitest'
import { observation } from '../trace/testObservations'
import { buildTree, visibleRows } from '../trace/tree/buildTree'
import { alignSteps } from './alignSteps'

const rows = (...names: string[]) =>
  visibleRows(
    buildTree(names.map((name, index) => observation(`${index}`, { name, start_time: `2026-11-23T00:00:0${index}Z` })))
      .roots,
    new Set(),
  )

it('puts the same steps side by side and leaves the others alone', () => {
  const pairs = alignSteps(rows('plan', 'search', 'search', 'answer'), rows('plan', 'search', 'check', 'answer'))
  expect(pairs.map(({ left, right }) => [left?.node.observation.name, right?.node.observation.name])).toEqual([
    ['plan', 'plan'],
    ['search', 'search'],
    ['search', undefined],
    [undefined, 'check'],
    ['answer', 'answer'],
  ])
  expect(alignSteps([], [])).toEqual([])
})
