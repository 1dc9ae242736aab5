import { ChartGantt, ChevronsDownUp, ChevronsUpDown, ListTree } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { Score, TraceSummary } from '../../api/types'
import { Button } from '../../ui/Button'
import { formatCount } from '../../ui/format'
import { ancestorsOf, type Tree, visibleRows } from './buildTree'
import { matchingRows } from './matchingRows'
import { ObservationTree } from './ObservationTree'
import styles from './TreePane.module.css'

interface TreePaneProps {
  tree: Tree
  trace: TraceSummary
  scoresOf: ReadonlyMap<string, Score[]>
  selected: string | undefined
  /** Moving through the tree by keyboard. */
  onSelect: (spanId: string | undefined) => void
  /** A click: on a narrow screen it goes to the detail too. */
  onOpen: (spanId: string | undefined) => void
  timeline: boolean
  onTimeline: (on: boolean) => void
  truncated: boolean
}

/** Beyond this a trace opens with only its first levels: the whole is a search or a click away. */
const OPEN_ROWS_MAX = 500

export function TreePane({
  tree,
  trace,
  scoresOf,
  selected,
  onSelect,
  onOpen,
  timeline,
  onTimeline,
  truncated,
}: TreePaneProps) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(() =>
    tree.byId.size > OPEN_ROWS_MAX ? branches(tree, 2) : new Set(),
  )
  const [filter, setFilter] = useState('')
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
          <button type="button" aria-pressed={!timeline} onClick={() => onTimeline(false)}>
            <ListTree size={14} aria-hidden="true" />
            Tree
          </button>
          <button type="button" aria-pressed={timeline} onClick={() => onTimeline(true)}>
            <ChartGantt size={14} aria-hidden="true" />
            Timeline
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
      {truncated && (
        <p className={styles.note}>
          This trace has more observations than are shown ({formatCount(tree.byId.size)} of{' '}
          {formatCount(trace.observation_count)}).
        </p>
      )}
      {filter.trim() && rows.length === 0 ? (
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
          onToggle={toggle}
          onSelect={onSelect}
          onOpen={onOpen}
        />
      )}
    </section>
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
