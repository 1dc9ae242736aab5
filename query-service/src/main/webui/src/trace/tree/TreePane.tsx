import { ChartGantt, ChevronsDownUp, ChevronsUpDown, Focus, ListTree, Workflow, ZoomIn, ZoomOut } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import type { Score, TraceSummary } from '../../api/types'
import { Button } from '../../ui/Button'
import { formatCount } from '../../ui/format'
import { slowestPath } from '../details/summarise'
import type { TraceSearch } from '../traceSearch'
import { ancestorsOf, type Tree, visibleRows } from './buildTree'
import { matchingRows } from './matchingRows'
import { ObservationTree } from './ObservationTree'
import styles from './TreePane.module.css'
import { WHOLE, type Zoom, zoomBy, zoomTo } from './zoom'

const AgentGraphView = lazy(() => import('../graph/AgentGraphView'))

interface TreePaneProps {
  tree: Tree
  trace: TraceSummary
  scoresOf: ReadonlyMap<string, Score[]>
  selected: string | undefined
  /** Moving through the tree by keyboard. */
  onSelect: (spanId: string | undefined) => void
  /** A click: on a narrow screen it goes to the detail too. */
  onOpen: (spanId: string | undefined) => void
  view: TraceSearch['view']
  onView: (view: TraceSearch['view']) => void
  truncated: boolean
  rest: Rest | undefined
  onRetry: () => void
}

/** What is known of the steps after the first: they are on their way, or could not be read. */
export type Rest = 'coming' | 'failed'

/** Beyond this a trace opens with only its first levels: the whole is a search or a click away. */
const OPEN_ROWS_MAX = 500

export function TreePane({
  tree,
  trace,
  scoresOf,
  selected,
  onSelect,
  onOpen,
  view,
  onView,
  truncated,
  rest,
  onRetry,
}: TreePaneProps) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(() =>
    tree.byId.size > OPEN_ROWS_MAX ? branches(tree, 2) : new Set(),
  )
  const [known, setKnown] = useState(tree)
  if (known !== tree) {
    setKnown(tree)
    // Branches that have come since are closed, as they would have been at first, unless all were opened.
    if (tree.byId.size > OPEN_ROWS_MAX) {
      const before = branches(known, 2)
      const later = [...branches(tree, 2)].filter((id) => !before.has(id))
      setCollapsed((collapsed) => (collapsed.size > 0 ? new Set([...collapsed, ...later]) : collapsed))
    }
  }
  const [filter, setFilter] = useState('')
  const [zoom, setZoom] = useState<Zoom>(WHOLE)
  const timeline = view === 'timeline'
  const slow = useMemo(() => new Set(slowestPath(tree).map(({ observation }) => observation.span_id)), [tree])
  const rows = useMemo(
    () => (filter.trim() ? matchingRows(tree, filter) : visibleRows(tree.roots, collapsed)),
    [tree, collapsed, filter],
  )
  // Whatever is selected is seen: a link or the next error may point into a closed branch.
  useEffect(() => {
    if (selected === undefined) return
    const above = ancestorsOf(tree, selected)
    setCollapsed((before) =>
      above.some((id) => before.has(id)) ? new Set([...before].filter((id) => !above.includes(id))) : before,
    )
  }, [selected, tree])
  const toggle = (spanId: string, open: boolean) =>
    setCollapsed((before) => {
      const after = new Set(before)
      if (open) after.delete(spanId)
      else after.add(spanId)
      return after
    })
  return (
    <section className={styles.pane} aria-label="Steps">
      <div className={styles.bar}>
        <fieldset className={styles.views}>
          <legend className="visually-hidden">View</legend>
          <button type="button" aria-pressed={view === undefined} onClick={() => onView(undefined)}>
            <ListTree size={14} aria-hidden="true" />
            Tree
          </button>
          <button type="button" aria-pressed={timeline} onClick={() => onView('timeline')}>
            <ChartGantt size={14} aria-hidden="true" />
            Timeline
          </button>
          <button type="button" aria-pressed={view === 'graph'} onClick={() => onView('graph')}>
            <Workflow size={14} aria-hidden="true" />
            Graph
          </button>
        </fieldset>
        <input
          type="search"
          className={styles.filter}
          placeholder={`Find in ${formatCount(tree.byId.size)}`}
          aria-label="Find observations by name, type or model"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && setFilter('')}
        />
        {timeline && (
          <ZoomButtons
            zoom={zoom}
            onZoom={setZoom}
            onSelected={selected === undefined ? undefined : () => setZoom(zoomTo(tree, selected))}
          />
        )}
        <Button
          look="quiet"
          icon
          aria-label="Open all branches"
          title="Open all branches"
          onClick={() => setCollapsed(new Set())}
        >
          <ChevronsUpDown size={15} />
        </Button>
        <Button
          look="quiet"
          icon
          aria-label="Close all branches"
          title="Close all branches"
          onClick={() => setCollapsed(branches(tree, 1))}
        >
          <ChevronsDownUp size={15} />
        </Button>
      </div>
      {rest === 'coming' && (
        <p className={styles.note} role="status">
          The first {formatCount(tree.byId.size)} of {formatCount(trace.observation_count)} steps; the others are
          coming…
        </p>
      )}
      {rest === 'failed' && (
        <p className={styles.note} role="alert">
          Only the first {formatCount(tree.byId.size)} of {formatCount(trace.observation_count)} steps could be read.{' '}
          <Button onClick={onRetry}>Try again</Button>
        </p>
      )}
      {truncated && !rest && (
        <p className={styles.note}>
          This trace has more observations than are shown ({formatCount(tree.byId.size)} of{' '}
          {formatCount(trace.observation_count)}).
        </p>
      )}
      {view === 'graph' ? (
        <Suspense fallback={<p className={styles.note}>Drawing…</p>}>
          <AgentGraphView tree={tree} selected={selected} onOpen={onOpen} />
        </Suspense>
      ) : filter.trim() && rows.length === 0 ? (
        <p className={styles.note}>No observation matches “{filter.trim()}”.</p>
      ) : (
        <ObservationTree
          rows={rows}
          tree={tree}
          trace={trace}
          scoresOf={scoresOf}
          collapsed={filter.trim() ? NONE_COLLAPSED : collapsed}
          selected={selected}
          timeline={timeline}
          zoom={timeline ? zoom : WHOLE}
          onZoom={setZoom}
          slow={slow}
          onToggle={toggle}
          onSelect={onSelect}
          onOpen={onOpen}
        />
      )}
    </section>
  )
}

function ZoomButtons({
  zoom,
  onZoom,
  onSelected,
}: {
  zoom: Zoom
  onZoom: (zoom: Zoom) => void
  onSelected?: () => void
}) {
  const isWhole = zoom.from === 0 && zoom.to === 1
  return (
    <>
      <Button look="quiet" icon aria-label="Zoom in" title="Zoom in" onClick={() => onZoom(zoomBy(zoom, 0.5))}>
        <ZoomIn size={15} />
      </Button>
      <Button
        look="quiet"
        icon
        aria-label="Zoom out"
        title="Zoom out"
        disabled={isWhole}
        onClick={() => onZoom(zoomBy(zoom, 2))}
      >
        <ZoomOut size={15} />
      </Button>
      <Button
        look="quiet"
        icon
        aria-label="Zoom to the selected step"
        title="Zoom to the selected step"
        disabled={!onSelected}
        onClick={onSelected}
      >
        <Focus size={15} />
      </Button>
    </>
  )
}

const NONE_COLLAPSED: ReadonlySet<string> = new Set()

/** The ids of all nodes with children from a depth on. */
function branches(tree: Tree, fromDepth: number): Set<string> {
  const ids = new Set<string>()
  for (const { node, depth } of visibleRows(tree.roots, NONE_COLLAPSED)) {
    if (depth >= fromDepth - 1 && node.children.length > 0) ids.add(node.observation.span_id)
  }
  return ids
}
