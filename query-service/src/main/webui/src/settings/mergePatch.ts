/** What turns `before` into `after` by RFC 7396: fields that differ, objects field by field, null for what is gone. */
export function mergePatch<T extends object>(before: T, after: T): Partial<T> {
  const patch: Record<string, unknown> = {}
  const old = before as Record<string, unknown>
  const next = after as Record<string, unknown>
  for (const name of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (next[name] === undefined) patch[name] = null
    else if (isObject(old[name]) && isObject(next[name])) {
      const inner = mergePatch(old[name], next[name])
      if (Object.keys(inner).length > 0) patch[name] = inner
    } else if (JSON.stringify(old[name]) !== JSON.stringify(next[name])) patch[name] = next[name]
  }
  return patch as Partial<T>
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
