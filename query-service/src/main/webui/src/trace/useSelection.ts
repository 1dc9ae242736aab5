import { useCallback, useEffect, useRef, useState } from 'react'
import type { TraceSearch } from './traceSearch'

const URL_PAUSE_MS = 150

/**
 * The selected observation. Moving through the tree with a held key changes it at once and the URL after a pause:
 * browsers refuse hundreds of URL changes a minute.
 */
export function useSelection(inUrl: string | undefined, change: (part: TraceSearch) => void) {
  const [selected, setSelected] = useState(inUrl)
  const [seen, setSeen] = useState(inUrl)
  if (inUrl !== seen) {
    // The URL changed: by us, or by a link or the back button.
    setSeen(inUrl)
    setSelected(inUrl)
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const select = useCallback(
    (spanId: string | undefined) => {
      setSelected(spanId)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => change({ observation: spanId }), URL_PAUSE_MS)
    },
    [change],
  )
  return [selected, select] as const
}
