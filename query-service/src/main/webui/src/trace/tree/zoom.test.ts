import { expect, it } from 'vitest'
import { observation } from '../testObservations'
import { buildTree } from './buildTree'
import { WHOLE, zoomBy, zoomTo } from './zoom'

it('stays within the trace', () => {
  expect(zoomBy(WHOLE, 0.5)).toEqual({ from: 0.25, to: 0.75 })
  expect(zoomBy({ from: 0.75, to: 1 }, 2)).toEqual({ from: 0.5, to: 1 })
  expect(zoomBy({ from: 0, to: 0.6 }, 9)).toEqual(WHOLE)
})

it('goes to a step', () => {
  const tree = buildTree([
    observation('root', { start_time: '2026-11-23T00:00:00.000Z', latency_ms: 1000 }),
    observation('step', { parent_span_id: 'root', start_time: '2026-11-23T00:00:00.500Z', latency_ms: 100 }),
  ])
  const { from, to } = zoomTo(tree, 'step')
  expect(from).toBeCloseTo(0.49)
  expect(to).toBeCloseTo(0.61)
  expect(zoomTo(tree, 'gone')).toEqual(WHOLE)
})
