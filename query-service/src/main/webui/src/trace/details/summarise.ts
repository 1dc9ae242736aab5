import type { Observation } from '../../api/types'
import { addKnown, type Tree, type TreeNode } from '../tree/buildTree'

/** In order of their start. */
export function errorsOf(tree: Tree): TreeNode[] {
  return [...tree.byId.values()].filter(({ observation }) => observation.level === 'ERROR')
}

/**
 * What went into the trace and what came out: of its root, which comes first, or, where the root carries none, of the
 * first generation with an input and the last one with an output.
 */
export function mainContent(all: readonly Observation[]): { input: unknown; output: unknown } {
  const [root] = all
  const generations = all.filter(({ type }) => type === 'generation')
  return {
    input: root?.input ?? generations.find(({ input }) => (input ?? null) !== null)?.input ?? null,
    output: root?.output ?? generations.findLast(({ output }) => (output ?? null) !== null)?.output ?? null,
  }
}

/** The chain of steps that the trace's end waited for: from the root, always the child that ended last. */
export function slowestPath(tree: Tree): TreeNode[] {
  const path: TreeNode[] = []
  const endOf = ({ offsetMs, durationMs }: TreeNode) => offsetMs + durationMs
  const latest = (nodes: readonly TreeNode[]) =>
    nodes.reduce<TreeNode | undefined>((last, node) => (last && endOf(last) >= endOf(node) ? last : node), undefined)
  for (let node = latest(tree.roots); node; node = latest(node.children)) path.push(node)
  return path
}

export interface CostlyStep {
  node: TreeNode
  cost: number
  /** Of what all steps cost, 0 to 1. */
  share: number
}

/** The steps that cost most by themselves. */
export function costliestSteps(tree: Tree, count: number): CostlyStep[] {
  const priced = [...tree.byId.values()].flatMap((node) => {
    const cost = node.observation.total_cost
    return cost && node.observation.type !== 'agent' ? [{ node, cost }] : []
  })
  const whole = priced.reduce((sum, { cost }) => sum + cost, 0)
  return priced
    .sort((a, b) => b.cost - a.cost)
    .slice(0, count)
    .map((step) => ({ ...step, share: step.cost / whole }))
}

export interface ModelTotal {
  model: string
  calls: number
  inputTokens: number | null
  outputTokens: number | null
  usageEstimated: boolean
  latencyMs: number
  cost: number | null
}

/** The costliest model first, then the one most called. */
export function modelTotals(observations: readonly Observation[]): ModelTotal[] {
  const totals = new Map<string, ModelTotal>()
  for (const each of observations) {
    if (!each.model) continue
    const total = totals.get(each.model) ?? newTotal(each.model)
    total.calls += 1
    total.inputTokens = addKnown(total.inputTokens, each.input_tokens)
    total.outputTokens = addKnown(total.outputTokens, each.output_tokens)
    total.usageEstimated ||= each.usage_estimated
    total.latencyMs += each.latency_ms ?? 0
    total.cost = addKnown(total.cost, each.total_cost)
    totals.set(each.model, total)
  }
  return [...totals.values()].sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0) || b.calls - a.calls)
}

function newTotal(model: string): ModelTotal {
  return { model, calls: 0, inputTokens: null, outputTokens: null, usageEstimated: false, latencyMs: 0, cost: null }
}

export interface SlowStep {
  node: TreeNode
  /** Time of its own: its duration without the time its children cover. */
  selfMs: number
  /** Of the whole trace, 0 to 1. */
  share: number
}

/** The steps that took most time of their own. */
export function slowestSteps(tree: Tree, count: number): SlowStep[] {
  return [...tree.byId.values()]
    .map((node) => ({ node, selfMs: selfTime(node) }))
    .filter(({ selfMs }) => selfMs > 0)
    .sort((a, b) => b.selfMs - a.selfMs)
    .slice(0, count)
    .map((step) => ({ ...step, share: tree.durationMs > 0 ? Math.min(1, step.selfMs / tree.durationMs) : 0 }))
}

/** Children that ran side by side are counted once: what matters is how long anything below was running. */
function selfTime(node: TreeNode): number {
  const end = node.offsetMs + node.durationMs
  let covered = 0
  let until = node.offsetMs
  for (const child of node.children) {
    const from = Math.max(until, child.offsetMs)
    const to = Math.min(end, child.offsetMs + child.durationMs)
    if (to > from) {
      covered += to - from
      until = to
    }
  }
  return Math.max(0, node.durationMs - covered)
}
