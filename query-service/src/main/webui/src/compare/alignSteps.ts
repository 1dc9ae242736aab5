import type { TreeRow } from '../trace/tree/buildTree'

export interface StepPair {
  left: TreeRow | undefined
  right: TreeRow | undefined
}

const ROWS_MAX = 2000

/**
 * Two runs side by side: their steps in order, where steps of the same kind and name stand beside each other (the
 * longest common sequence), and what only one run has stands alone.
 */
export function alignSteps(left: readonly TreeRow[], right: readonly TreeRow[]): StepPair[] {
  const a = left.slice(0, ROWS_MAX)
  const b = right.slice(0, ROWS_MAX)
  const key = ({ node: { observation } }: TreeRow) => `${observation.type} ${observation.name}`
  const ka = a.map(key)
  const kb = b.map(key)
  const width = b.length + 1
  const longest = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number) => longest[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = ka[i] === kb[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: StepPair[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && ka[i] === kb[j]) pairs.push({ left: a[i++], right: b[j++] })
    else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      pairs.push({ left: a[i++], right: undefined })
    else pairs.push({ left: undefined, right: b[j++] })
  }
  return pairs
}
