import { useCallback, useEffect, useRef, useState } from 'react'

const FRESH_MS = 3000
const NO_IDS: ReadonlySet<string> = new Set()

/**
 * What becomes of newly arrived traces: shown and marked fresh for a moment, or kept waiting until they are asked
 * for. All is forgotten when `listKey` changes, and arrivals for another list are ignored.
 */
export function useArrivals(listKey: string) {
  const [fresh, setFresh] = useState(NO_IDS)
  const [waiting, setWaiting] = useState(NO_IDS)
  const [seenKey, setSeenKey] = useState(listKey)
  if (seenKey !== listKey) {
    setSeenKey(listKey)
    setFresh(NO_IDS)
    setWaiting(NO_IDS)
  }
  const latestKey = useRef(listKey)
  useEffect(() => {
    latestKey.current = listKey
  }, [listKey])
  useEffect(() => {
    if (fresh.size === 0) return
    const timer = setTimeout(() => setFresh(NO_IDS), FRESH_MS)
    return () => clearTimeout(timer)
  }, [fresh])

  const arrive = useCallback((forKey: string, ids: readonly string[], isShownAtOnce: boolean) => {
    if (ids.length === 0 || forKey !== latestKey.current) return
    if (isShownAtOnce) setFresh(new Set(ids))
    else setWaiting((before) => new Set([...before, ...ids]))
  }, [])
  const release = useCallback(() => {
    setFresh(waiting)
    setWaiting(NO_IDS)
  }, [waiting])
  return { fresh, waiting, arrive, release }
}
