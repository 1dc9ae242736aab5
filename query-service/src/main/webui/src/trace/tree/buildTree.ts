import type { Observation } from '../../api/types'
import { toEpochMs } from '../../ui/instant'

/** An observation in its place, with what lies below it summed up. */
export interface TreeNode {
  observation: Observation
  children: TreeNode[]
  /** Milliseconds from the start of the trace to the start of this observation. */
  offsetMs: number
  durationMs: number
  /**
   * Of this observation and everything below it; null when nothing was recorded. Where the trace's calls report usage,
   * what an agent reports is their sum once more: it counts only where there is nothing below the agent.
   */
  totalCost: number | null
  totalTokens: number | null
  /** Some of those tokens are estimated. */
  usageEstimated: boolean
  /** Errors below this observation, itself not counted. */
  errorsBelow: number
  /** The recorded parent is not in the trace: it is late, was lost, or was cut off. */
  orphan: boolean
}

export interface Tree {
  roots: TreeNode[]
  byId: Map<string, TreeNode>
  durationMs: number
}

/** Children by start time. Never recurses: a trace may be thousands of levels deep. */
export function buildTree(observations: readonly Observation[]): Tree {
  const starts = new Map(observations.map((observation) => [observation, toEpochMs(observation.start_time)]))
  const startOf = (observation: Observation) => starts.get(observation) ?? 0
  const origin = observations.reduce((least, each) => Math.min(least, startOf(each)), Number.POSITIVE_INFINITY)
  const ordered = [...observations].sort((a, b) => startOf(a) - startOf(b))
  const byId = new Map<string, TreeNode>()
  for (const observation of ordered) byId.set(observation.span_id, nodeOf(observation, startOf(observation) - origin))
  const roots: TreeNode[] = []
  for (const node of byId.values()) {
    const parentId = node.observation.parent_span_id
    const parent = parentId ? byId.get(parentId) : undefined
    if (parent && !isBelow(node, parent, byId)) parent.children.push(node)
    else {
      node.orphan = Boolean(parentId)
      roots.push(node)
    }
  }
  sumUp(roots)
  let durationMs = 0
  for (const node of byId.values()) durationMs = Math.max(durationMs, node.offsetMs + node.durationMs)
  return { roots, byId, durationMs }
}

function nodeOf(observation: Observation, offsetMs: number): TreeNode {
  return {
    observation,
    children: [],
    offsetMs,
    durationMs: Math.max(0, observation.latency_ms ?? 0),
    totalCost: observation.total_cost,
    totalTokens: observation.total_tokens,
    usageEstimated: observation.usage_estimated,
    errorsBelow: 0,
    orphan: false,
  }
}

/** True when making `node` a child of `parent` would close a circle, which only broken clients send. */
function isBelow(node: TreeNode, parent: TreeNode, byId: ReadonlyMap<string, TreeNode>): boolean {
  if (node === parent) return true
  // A parent that started before its child, as nearly all do, cannot be below it: only the others are walked.
  if (parent.offsetMs < node.offsetMs) return false
  const seen = new Set<TreeNode>()
  let above: TreeNode | undefined = parent
  while (above && !seen.has(above)) {
    if (above === node) return true
    seen.add(above)
    const next: string | null = above.observation.parent_span_id
    above = next ? byId.get(next) : undefined
  }
  return false
}

function sumUp(roots: readonly TreeNode[]): void {
  const order: TreeNode[] = []
  const open = [...roots]
  while (open.length > 0) {
    const node = open.pop()
    if (!node) break
    order.push(node)
    open.push(...node.children)
  }
  const callsReport = order.some(({ observation }) => isCallWithUsage(observation))
  // What a node adds to the one above it: not what an agent alone says where calls report.
  const counted = new Map<TreeNode, { cost: number | null; tokens: number | null }>()
  for (const node of order.reverse()) {
    const repeats = callsReport && node.observation.type === 'agent'
    const sum = { cost: repeats ? null : node.totalCost, tokens: repeats ? null : node.totalTokens }
    for (const child of node.children) {
      sum.cost = addKnown(sum.cost, counted.get(child)?.cost ?? null)
      sum.tokens = addKnown(sum.tokens, counted.get(child)?.tokens ?? null)
      node.usageEstimated ||= child.usageEstimated
      node.errorsBelow += child.errorsBelow + (child.observation.level === 'ERROR' ? 1 : 0)
    }
    node.totalCost = sum.cost ?? node.totalCost
    node.totalTokens = sum.tokens ?? node.totalTokens
    counted.set(node, sum)
  }
}

function isCallWithUsage({ type, total_tokens: tokens, total_cost: cost }: Observation): boolean {
  return (type === 'generation' || type === 'embedding') && ((tokens ?? 0) > 0 || (cost ?? 0) !== 0)
}

/** The sum of two amounts, either of which may not be known. */
export function addKnown(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : a + b
}

export interface TreeRow {
  node: TreeNode
  depth: number
  /** 1-based place among its siblings, for screen readers. */
  position: number
  siblings: number
}

/** The rows that are seen: everything whose ancestors are all open. */
export function visibleRows(roots: readonly TreeNode[], collapsed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  const open: TreeRow[] = []
  const push = (nodes: readonly TreeNode[], depth: number) => {
    for (let i = nodes.length - 1; i >= 0; i--) {
      const node = nodes[i]
      if (node) open.push({ node, depth, position: i + 1, siblings: nodes.length })
    }
  }
  push(roots, 0)
  for (let row = open.pop(); row; row = open.pop()) {
    rows.push(row)
    if (!collapsed.has(row.node.observation.span_id)) push(row.node.children, row.depth + 1)
  }
  return rows
}

/** The ids of everything above an observation, so that a link to it can open the way. */
export function ancestorsOf(tree: Tree, spanId: string): string[] {
  const ids: string[] = []
  const seen = new Set<string>()
  let node = tree.byId.get(spanId)
  while (node?.observation.parent_span_id && !seen.has(node.observation.span_id)) {
    seen.add(node.observation.span_id)
    node = tree.byId.get(node.observation.parent_span_id)
    if (node) ids.push(node.observation.span_id)
  }
  return ids
}
