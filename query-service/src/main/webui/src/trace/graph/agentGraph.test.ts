import { expect, it } from 'vitest'
import { observation } from '../testObservations'
import { buildTree } from '../tree/buildTree'
import { agentGraph } from './agentGraph'

const at = (second: number) => `2026-11-23T00:00:${String(second).padStart(2, '0')}.000Z`

it('shows the same step once, with loops and hand-offs', () => {
  const under = (parent: string, second: number) => ({ parent_span_id: parent, start_time: at(second) })
  const graph = agentGraph(
    buildTree([
      observation('root', { type: 'agent', name: 'supervisor', start_time: at(0) }),
      observation('wrap', { ...under('root', 1) }),
      observation('r1', { type: 'agent', name: 'researcher', ...under('wrap', 2) }),
      observation('t1', { type: 'tool', tool_name: 'search', ...under('r1', 3), level: 'ERROR' }),
      observation('t2', { type: 'tool', tool_name: 'search', ...under('r1', 4), total_cost: 0.1 }),
      observation('w1', { type: 'agent', name: 'writer', ...under('root', 5) }),
      observation('r2', { type: 'agent', name: 'researcher', ...under('root', 6) }),
    ]),
  )
  expect(graph.nodes.map(({ name, spanIds, errors, cost }) => [name, spanIds.length, errors, cost])).toEqual([
    ['supervisor', 1, 0, null],
    ['researcher', 2, 0, null],
    ['search', 2, 1, 0.1],
    ['writer', 1, 0, null],
  ])
  const edges = graph.edges.map(({ from, to, count, kind }) => `${kind} ${from} > ${to} ${count}`)
  expect(edges).toContain('call agent supervisor > agent researcher 2')
  expect(edges).toContain('call agent researcher > tool search 2')
  expect(edges).toContain('next agent researcher > agent writer 1')
  expect(edges).toContain('next agent writer > agent researcher 1')
})

it('shows plain spans when there is nothing else', () => {
  const graph = agentGraph(buildTree([observation('a'), observation('b', { parent_span_id: 'a' })]))
  expect(graph.nodes.map(({ name }) => name)).toEqual(['a', 'b'])
})
