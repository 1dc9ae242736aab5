import { createContext, use } from 'react'
import type { Score, TraceDetail } from '../api/types'
import type { Tree } from './tree/buildTree'

/** What every part of the trace page may need: the trace, and how to go to one of its observations. */
export interface TraceContextValue {
  projectId: string
  detail: TraceDetail
  tree: Tree
  scoresOf: ReadonlyMap<string, Score[]>
  open: (spanId: string | undefined) => void
}

export const TraceContext = createContext<TraceContextValue | null>(null)

export function useTrace(): TraceContextValue {
  const value = use(TraceContext)
  if (!value) throw new Error('useTrace is for parts of the trace page')
  return value
}
