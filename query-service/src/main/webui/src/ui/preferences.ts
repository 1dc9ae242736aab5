import { useCallback, useSyncExternalStore } from 'react'

/**
 * Small choices that stay in this browser: theme, pane widths, how content is shown. Never anything of the project's
 * data. Works for the visit when the browser keeps nothing.
 */
const PREFIX = 'sightline.'
const values = new Map<string, string>()
const listeners = new Set<() => void>()

function read(key: string): string | undefined {
  const held = values.get(key)
  if (held !== undefined) return held
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined
  } catch {
    return undefined
  }
}

export function setPreference(key: string, value: string): void {
  values.set(key, value)
  try {
    localStorage.setItem(PREFIX + key, value)
  } catch {
    // Kept for this visit only.
  }
  for (const listener of listeners) listener()
}

export function getPreference(key: string): string | undefined {
  return read(key)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreference<T extends string>(
  key: string,
  fallback: T,
  allowed?: readonly T[],
): [T, (value: T) => void] {
  const held = useSyncExternalStore(subscribe, () => read(key))
  const known = held !== undefined && (!allowed || allowed.includes(held as T))
  const set = useCallback((value: T) => setPreference(key, value), [key])
  return [known ? (held as T) : fallback, set]
}
