import { type Tree, type TreeRow, visibleRows } from './buildTree'

const EVERYTHING_OPEN: ReadonlySet<string> = new Set()

/** The rows that match every word of a text by name, type or model, with what lies above them. */
export function matchingRows(tree: Tree, text: string): TreeRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const rows = visibleRows(tree.roots, EVERYTHING_OPEN)
  const shown = new Set<TreeRow>()
  const above: TreeRow[] = []
  for (const row of rows) {
    above.length = row.depth
    above[row.depth] = row
    const { name, type, model, level } = row.node.observation
    const searched = `${name} ${type} ${model ?? ''} ${level}`.toLowerCase()
    if (words.every((word) => searched.includes(word))) for (const each of above) shown.add(each)
  }
  return rows.filter((row) => shown.has(row))
}
