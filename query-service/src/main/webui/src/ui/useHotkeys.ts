import { useEffect, useRef } from 'react'
import { getPreference } from './preferences'

export type Hotkeys = Record<string, (event: KeyboardEvent) => void>

const TYPING = 'input, textarea, select, [contenteditable="true"]'
const OVERLAY = '[role="dialog"], [role="menu"], [role="listbox"]'

/**
 * Single-key shortcuts of a page. They are quiet while someone types or an overlay is open, and can be turned off
 * (WCAG 2.1.4) in the help.
 */
export function useHotkeys(keys: Hotkeys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      const target = event.target instanceof Element ? event.target : undefined
      if (target?.closest(TYPING) || document.querySelector(OVERLAY)) return
      const act = latest.current[event.key]
      if (!act || (hotkeysAreOff() && event.key.length === 1)) return
      act(event)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

function hotkeysAreOff(): boolean {
  return getPreference('hotkeys') === 'off'
}
