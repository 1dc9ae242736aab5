import { useEffect, useRef } from 'react'

export type PollResult = 'changed' | 'same' | 'failed'

export interface PollLimits {
  minMs: number
  maxMs: number
}

/** Quick while things change, slower while they don't, slowest while the server is away. */
export function nextDelay(result: PollResult, lastMs: number, limits: PollLimits): number {
  switch (result) {
    case 'changed':
      return limits.minMs
    case 'same':
      return Math.min(limits.maxMs, Math.round(lastMs * 1.25))
    case 'failed':
      return Math.min(limits.maxMs * 4, Math.round(lastMs * 2))
  }
}

/** Polls while the page is seen, and at once when it is seen again. One request at a time; ends with the component. */
export function usePolling(poll: (signal: AbortSignal) => Promise<PollResult>, limits: PollLimits, enabled: boolean) {
  const latest = useRef(poll)
  useEffect(() => {
    latest.current = poll
  })
  const { minMs, maxMs } = limits
  useEffect(() => {
    if (!enabled) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let running = false
    let delay = minMs
    const run = async () => {
      if (running || stop.signal.aborted || document.hidden) return
      running = true
      clearTimeout(timer)
      const result = await latest.current(stop.signal).catch((): PollResult => 'failed')
      running = false
      if (stop.signal.aborted) return
      delay = nextDelay(result, delay, { minMs, maxMs })
      timer = setTimeout(run, delay)
    }
    const onVisible = () => {
      if (document.hidden) clearTimeout(timer)
      else {
        delay = minMs
        void run()
      }
    }
    timer = setTimeout(run, minMs)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      stop.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [enabled, minMs, maxMs])
}
