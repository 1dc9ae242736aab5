import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { RangeSearch } from '../traces/timeRange'
import { type PageSearch, periodOf } from './pageSearch'

/** How a page reads its period and writes its state into the URL. */
export function usePageState(search: PageSearch) {
  const navigate = useNavigate()
  const change = useCallback(
    (part: PageSearch) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...part }), replace: true } as never),
    [navigate],
  )
  const { range, from, to } = search
  const key = useMemo(() => ({ range, from, to }), [range, from, to])
  const period = useCallback(() => periodOf(key, new Date()), [key])
  const setRange = useCallback((next: RangeSearch) => change(next), [change])
  return { change, period, key, setRange }
}
