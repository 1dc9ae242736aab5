import type { ObservationType } from '../../api/types'
import type { Tree, TreeNode } from '../tree/buildTree'

/** The steps of a trace as a graph: the same step once, however often it ran, and who called or followed whom. */
export interface AgentGraph {
  nodes: GraphNode[]
  edges: GraphEdge[]
}

export interface GraphNode {
  id: string
  name: string
  type: ObservationType
  /** Every time it ran, by start. */
  spanIds: string[]
  durationMs: number
  cost: number | null
  errors: number
}

export interface GraphEdge {
  from: string
  to: string
  count: number
  /** `call`: the one ran inside the other. `next`: the one came after the other under the same parent. */
  kind: 'call' | 'next'
}

/** Steps that only wrap others, or only mark a moment, would hide the path. */
const SHOWN: ReadonlySet<ObservationType> = new Set([
  'agent',
  'tool',
  'generation',
  'retriever',
  'guardrail',
  'evaluator',
  'embedding',
  'chain',
])

export const GRAPH_NODES_MAX = 120

export function agentGraph(tree: Tree): AgentGraph {
  const nodes = new Map<string, GraphNode>()
  const edges = new Map<string, GraphEdge>()
  // A trace of plain spans alone is shown by its spans.
  const hasKinds = [...tree.byId.values()].some(({ observation }) => SHOWN.has(observation.type))
  const isShown = (node: TreeNode) => (hasKinds ? SHOWN.has(node.observation.type) : node.observation.type !== 'event')
  const open: { node: TreeNode; above: string | undefined }[] = []
  const last = new Map<string, { id: string; type: ObservationType }>()
  const push = (children: readonly TreeNode[], above: string | undefined) => {
    for (let index = children.length - 1; index >= 0; index--) {
      const node = children[index]
      if (node) open.push({ node, above })
    }
  }
  push(tree.roots, undefined)
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, above } = next
    let parent = above
    if (isShown(node)) {
      const { id, type } = addNode(nodes, node)
      const key = above ?? ''
      const before = last.get(key)
      if (above !== undefined) addEdge(edges, above, id, 'call')
      // Hand-offs are between agents, and between the steps at the top.
      if (before && (above === undefined || (before.type === 'agent' && type === 'agent'))) {
        addEdge(edges, before.id, id, 'next')
      }
      last.set(key, { id, type })
      parent = id
    }
    push(node.children, parent)
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] }
}

function addNode(nodes: Map<string, GraphNode>, { observation, durationMs }: TreeNode): GraphNode {
  const { type } = observation
  const name =
    (type === 'agent' && observation.agent_name) || (type === 'tool' && observation.tool_name) || observation.name
  const id = `${type} ${name}`
  const node = nodes.get(id) ?? { id, name, type, spanIds: [], durationMs: 0, cost: null, errors: 0 }
  node.spanIds.push(observation.span_id)
  node.durationMs += durationMs
  if (observation.total_cost !== null) node.cost = (node.cost ?? 0) + observation.total_cost
  if (observation.level === 'ERROR') node.errors += 1
  nodes.set(id, node)
  return node
}

function addEdge(edges: Map<string, GraphEdge>, from: string, to: string, kind: GraphEdge['kind']): void {
  const key = `${kind} ${from} → ${to}`
  const edge = edges.get(key)
  if (edge) edge.count += 1
  else edges.set(key, { from, to, count: 1, kind })
}
