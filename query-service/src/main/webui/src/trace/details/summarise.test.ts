import { expect, it } from 'vitest'
import { observation } from '../testObservations'
import { buildTree } from '../tree/buildTree'
import { costliestSteps, errorsOf, mainContent, modelTotals, slowestPath, slowestSteps } from './summarise'

const at = (ms: number) => new Date(Date.UTC(2026, 10, 23) + ms).toISOString()

it('counts the time that a step took itself, and children side by side once', () => {
  const tree = buildTree([
    observation('root', { start_time: at(0), latency_ms: 100 }),
    observation('a', { parent_span_id: 'root', start_time: at(10), latency_ms: 50 }),
    observation('b', { parent_span_id: 'root', start_time: at(20), latency_ms: 60 }),
    observation('late', { parent_span_id: 'root', start_time: at(95), latency_ms: 50 }),
  ])
  const steps = Object.fromEntries(slowestSteps(tree, 9).map((step) => [step.node.observation.name, step.selfMs]))
  expect(steps).toEqual({ b: 60, a: 50, late: 50, root: 25 })
  expect(slowestSteps(tree, 1)[0]?.share).toBeCloseTo(60 / 145)
})

it('takes the input and output of the root, or of the generations', () => {
  const generation = { type: 'generation', parent_span_id: 'root' } as const
  const calls = [
    observation('1', { ...generation, input: 'first', output: 'x', start_time: at(1) }),
    observation('2', { ...generation, input: 'second', output: 'last', start_time: at(2) }),
    observation('3', { ...generation, input: 'third', start_time: at(3) }),
  ]
  expect(mainContent([observation('root'), ...calls])).toEqual({ input: 'first', output: 'last' })
  const withInput = observation('root', { input: 'asked' })
  expect(mainContent([withInput, ...calls])).toEqual({ input: 'asked', output: 'last' })
  expect(mainContent([])).toEqual({ input: null, output: null })
})

it('adds up by model and finds errors', () => {
  const all = [
    observation('a', { model: 'm', input_tokens: 5, total_cost: 0.1, level: 'ERROR' }),
    observation('b', { model: 'm', output_tokens: 7 }),
    observation('c', { model: 'local', usage_estimated: true }),
  ]
  expect(modelTotals(all)).toEqual([
    { model: 'm', calls: 2, inputTokens: 5, outputTokens: 7, usageEstimated: false, latencyMs: 2, cost: 0.1 },
    { model: 'local', calls: 1, inputTokens: null, outputTokens: null, usageEstimated: true, latencyMs: 1, cost: null },
  ])
  expect(errorsOf(buildTree(all)).map(({ observation: { name } }) => name)).toEqual(['a'])
})

it('finds the path that the end waited for, and what cost most', () => {
  const tree = buildTree([
    observation('root', { start_time: at(0), latency_ms: 100 }),
    observation('quick', { parent_span_id: 'root', start_time: at(0), latency_ms: 20, total_cost: 3 }),
    observation('slow', { parent_span_id: 'root', start_time: at(10), latency_ms: 80, total_cost: 1 }),
    observation('inner', { parent_span_id: 'slow', start_time: at(20), latency_ms: 10 }),
  ])
  expect(slowestPath(tree).map(({ observation: { name } }) => name)).toEqual(['root', 'slow', 'inner'])
  expect(costliestSteps(tree, 1).map(({ node, share }) => [node.observation.name, share])).toEqual([['quick', 0.75]])
  expect(costliestSteps(buildTree([]), 1)).toEqual([])
})
