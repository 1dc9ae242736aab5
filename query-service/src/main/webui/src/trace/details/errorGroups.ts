import type { TreeNode } from '../tree/buildTree'

export interface ErrorGroup {
  first: TreeNode
  reason: string
  count: number
}

/** Errors of the same step for the same reason are told once, in the order in which they first came. */
export function errorGroups(errors: readonly TreeNode[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>()
  for (const node of errors) {
    const { name, status_message: message, error_type: type } = node.observation
    const reason = message || type || 'failed without a message'
    const key = `${name}\n${reason}`
    const group = groups.get(key)
    if (group) group.count += 1
    else groups.set(key, { first: node, reason, count: 1 })
  }
  return [...groups.values()]
}
