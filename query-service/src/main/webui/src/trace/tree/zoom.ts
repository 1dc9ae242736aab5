import type { Tree } from './buildTree'

/** A part of the trace's time, from 0 to 1. */
export interface Zoom {
  from: number
  to: number
}

export const WHOLE: Zoom = { from: 0, to: 1 }
const NARROWEST = 1e-6

/** Half as wide or twice as wide around its middle, and never beyond the trace. */
export function zoomBy({ from, to }: Zoom, factor: number): Zoom {
  const width = Math.min(1, Math.max(NARROWEST, (to - from) * factor))
  const start = Math.min(1 - width, Math.max(0, (from + to - width) / 2))
  return { from: start, to: start + width }
}

/** The time of one step with a little around it. */
export function zoomTo(tree: Tree, spanId: string): Zoom {
  const node = tree.byId.get(spanId)
  if (!node || tree.durationMs <= 0) return WHOLE
  const width = Math.min(1, Math.max(NARROWEST, (node.durationMs / tree.durationMs) * 1.2))
  const start = Math.min(1 - width, Math.max(0, node.offsetMs / tree.durationMs - width / 12))
  return { from: start, to: start + width }
}
