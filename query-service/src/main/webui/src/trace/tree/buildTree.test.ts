import { describe, expect, it } from 'vitest'
import { observation } from '../testObservations'
import { ancestorsOf, buildTree, visibleRows } from './buildTree'

const at = (ms: number) => new Date(Date.UTC(2026, 10, 23) + ms).toISOString()
const names = (rows: ReturnType<typeof visibleRows>) =>
  rows.map((row) => `${'.'.repeat(row.depth)}${row.node.observation.name}`)

describe('buildTree', () => {
  it('orders children by start time and sums up cost, tokens and errors', () => {
    const tree = buildTree([
      observation('c', { parent_span_id: 'a', start_time: at(20), total_cost: 0.2, total_tokens: 5, level: 'ERROR' }),
      observation('a', { start_time: at(0), latency_ms: 100 }),
      observation('b', { parent_span_id: 'a', start_time: at(10), total_cost: 0.1, latency_ms: 5 }),
      observation('d', { parent_span_id: 'b', start_time: at(12), level: 'ERROR' }),
    ])
    expect(names(visibleRows(tree.roots, new Set()))).toEqual(['a', '.b', '..d', '.c'])
    const root = tree.roots[0]
    expect(root?.totalCost).toBeCloseTo(0.3)
    expect(root?.totalTokens).toBe(5)
    expect(root?.errorsBelow).toBe(2)
    expect(tree.byId.get('b')?.offsetMs).toBe(10)
    expect(tree.durationMs).toBe(100)
  })

  it('does not count the tokens of an agent and of its calls', () => {
    const call = (id: string, parent: string, tokens: number, estimated = false) =>
      observation(id, { type: 'generation', parent_span_id: parent, total_tokens: tokens, usage_estimated: estimated })
    const agent = (id: string, parent: string | null, tokens: number) =>
      observation(id, { type: 'agent', parent_span_id: parent, total_tokens: tokens })
    const tree = buildTree([
      observation('root'),
      agent('a', 'root', 100),
      call('b', 'a', 60),
      agent('c', 'a', 40),
      call('d', 'c', 41, true),
      agent('opaque', 'root', 7),
    ])
    const tokens = (id: string) => tree.byId.get(id)?.totalTokens
    expect([tokens('c'), tokens('a'), tokens('opaque'), tokens('root')]).toEqual([41, 101, 7, 101])
    expect(tree.byId.get('root')?.usageEstimated).toBe(true)
    expect(tree.byId.get('opaque')?.usageEstimated).toBe(false)
    const alone = buildTree([observation('root'), agent('a', 'root', 100)])
    expect(alone.byId.get('root')?.totalTokens).toBe(100)
  })

  it('hides what is below a collapsed row', () => {
    const tree = buildTree([observation('a'), observation('b', { parent_span_id: 'a' })])
    expect(names(visibleRows(tree.roots, new Set(['a'])))).toEqual(['a'])
  })

  it('makes a root of an observation whose parent is missing', () => {
    const tree = buildTree([observation('a'), observation('b', { parent_span_id: 'gone' })])
    expect(tree.roots.map((root) => [root.observation.name, root.orphan])).toEqual([
      ['a', false],
      ['b', true],
    ])
  })

  it('breaks circles and shows every observation of them', () => {
    const tree = buildTree([
      observation('a', { parent_span_id: 'b' }),
      observation('b', { parent_span_id: 'a' }),
      observation('c', { parent_span_id: 'c' }),
    ])
    expect(visibleRows(tree.roots, new Set())).toHaveLength(3)
  })

  it('places a child that starts before its parent, as skewed clocks make them', () => {
    const tree = buildTree([
      observation('parent', { start_time: at(10) }),
      observation('child', { start_time: at(5), parent_span_id: 'parent' }),
    ])
    expect(names(visibleRows(tree.roots, new Set()))).toEqual(['parent', '.child'])
    expect(tree.byId.get('parent')?.offsetMs).toBe(5)
  })

  it('takes a trace of 20,000 levels', () => {
    const deep = Array.from({ length: 20_000 }, (_, i) =>
      observation(`s${i}`, { parent_span_id: i === 0 ? null : `s${i - 1}`, start_time: at(i), total_cost: 1 }),
    )
    const tree = buildTree(deep)
    expect(tree.roots[0]?.totalCost).toBe(20_000)
    expect(visibleRows(tree.roots, new Set())).toHaveLength(20_000)
    expect(ancestorsOf(tree, 's19999')).toHaveLength(19_999)
  })
})
