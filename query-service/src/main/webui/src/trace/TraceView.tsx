import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import type { Score, TraceDetail } from '../api/types'
import { lastSearch } from '../traces/lastSearch'
import { useHotkeys } from '../ui/useHotkeys'
import { NARROW, useMediaQuery } from '../ui/useMediaQuery'
import { ObservationDetail } from './details/ObservationDetail'
import { TraceOverview } from './details/TraceOverview'
import { Splitter } from './Splitter'
import { TraceHeader } from './TraceHeader'
import styles from './TraceView.module.css'
import { TraceContext } from './traceContext'
import type { TraceSearch } from './traceSearch'
import { buildTree } from './tree/buildTree'
import { type Rest, TreePane } from './tree/TreePane'
import { useSelection } from './useSelection'

interface TraceViewProps {
  projectId: string
  detail: TraceDetail
  /** Of the steps after the first, while they are not there. */
  rest: Rest | undefined
  onRetry: () => void
}

/** The trace page once its data is there: header, tree on the left, what is selected on the right. */
export function TraceView({ projectId, detail, rest, onRetry }: TraceViewProps) {
  const { trace, observations, scores, truncated } = detail
  const search = useSearch({ from: '/session/project/$projectId/traces/$traceId' })
  const navigate = useNavigate({ from: '/project/$projectId/traces/$traceId' })
  const narrow = useMediaQuery(NARROW)
  const [pane, setPane] = useState<'tree' | 'detail'>(search.observation ? 'detail' : 'tree')
  const change = useCallback(
    (part: TraceSearch) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true }),
    [navigate],
  )
  const [selected, select] = useSelection(search.observation, change)
  const tree = useMemo(() => buildTree(observations), [observations])
  const scoresOf = useMemo(() => groupScores(scores), [scores])
  const node = selected === undefined ? undefined : tree.byId.get(selected)
  const open = useCallback(
    (spanId: string | undefined) => {
      select(spanId)
      setPane('detail')
    },
    [select],
  )
  useHotkeys({
    u: () => void navigate({ to: '/project/$projectId/traces', params: { projectId }, search: lastSearch(projectId) }),
    t: () =>
      change({ view: search.view === undefined ? 'timeline' : search.view === 'timeline' ? 'graph' : undefined }),
  })
  const context = useMemo(
    () => ({ projectId, detail, tree, scoresOf, open }),
    [projectId, detail, tree, scoresOf, open],
  )
  const treePane = (
    <TreePane
      tree={tree}
      trace={trace}
      scoresOf={scoresOf}
      selected={selected}
      onSelect={select}
      onOpen={open}
      view={search.view}
      onView={(view) => change({ view })}
      truncated={truncated}
      rest={rest}
      onRetry={onRetry}
    />
  )
  const detailPane = (
    <section className={styles.detail} aria-label="Selected step">
      {narrow && (
        <button type="button" className={styles.back} onClick={() => setPane('tree')}>
          ← All steps
        </button>
      )}
      {node ? (
        <ObservationDetail
          key={node.observation.span_id}
          node={node}
          tab={search.tab}
          onTab={(tab) => change({ tab })}
        />
      ) : (
        <TraceOverview missing={rest === 'coming' ? undefined : selected} />
      )}
    </section>
  )
  return (
    <TraceContext value={context}>
      <div className={styles.page}>
        <TraceHeader projectId={projectId} trace={trace} observation={node?.observation.span_id} />
        {narrow ? (
          <div className={styles.single}>{pane === 'tree' ? treePane : detailPane}</div>
        ) : (
          <Splitter
            preference={search.view === undefined ? 'split-tree' : `split-${search.view}`}
            initialShare={search.view === undefined ? 0.42 : 0.58}
            label="Width of the tree"
            start={treePane}
            end={detailPane}
          />
        )}
      </div>
    </TraceContext>
  )
}

function groupScores(scores: readonly Score[]): ReadonlyMap<string, Score[]> {
  const groups = new Map<string, Score[]>()
  for (const score of scores) {
    if (!score.observation_id) continue
    const group = groups.get(score.observation_id)
    if (group) group.push(score)
    else groups.set(score.observation_id, [score])
  }
  return groups
}
