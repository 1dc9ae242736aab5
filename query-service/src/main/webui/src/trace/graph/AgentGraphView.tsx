import { graphlib, layout } from '@dagrejs/dagre'
import { type CSSProperties, useId, useMemo } from 'react'
import { DataTable } from '../../ui/DataTable'
import { formatCost, formatCount, formatDuration } from '../../ui/format'
import { TypeIcon } from '../../ui/TypeIcon'
import type { Tree } from '../tree/buildTree'
import styles from './AgentGraphView.module.css'
import { type AgentGraph, agentGraph, GRAPH_NODES_MAX, type GraphEdge, type GraphNode } from './agentGraph'

const NODE = { width: 190, height: 46 }

interface AgentGraphViewProps {
  tree: Tree
  selected: string | undefined
  onOpen: (spanId: string) => void
}

/** The path through agents and tools at a glance. A click goes to a step's first run, the next click to its next. */
export default function AgentGraphView({ tree, selected, onOpen }: AgentGraphViewProps) {
  const graph = useMemo(() => agentGraph(tree), [tree])
  const drawn = useMemo(() => draw(graph), [graph])
  const marker = useId()
  const open = (node: GraphNode) => {
    const at = selected === undefined ? -1 : node.spanIds.indexOf(selected)
    const next = node.spanIds[(at + 1) % node.spanIds.length]
    if (next) onOpen(next)
  }
  return (
    <div className={styles.frame}>
      {drawn ? (
        <div className={styles.canvas} style={{ '--natural': `${drawn.width + 24}px` } as CSSProperties}>
          <svg
            viewBox={`0 0 ${drawn.width} ${drawn.height}`}
            role="group"
            aria-label={`Graph of ${formatCount(graph.nodes.length)} steps`}
          >
            <defs>
              <marker id={marker} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                <path d="M0 0L8 4L0 8z" fill="context-stroke" />
              </marker>
            </defs>
            {drawn.edges.map(({ edge, path, label }) => (
              <g key={`${edge.kind} ${edge.from} ${edge.to}`} aria-hidden="true">
                <path d={path} className={styles.edge} data-kind={edge.kind} markerEnd={`url(#${marker})`} />
                {edge.count > 1 && (
                  <text x={label.x} y={label.y} className={styles.count}>
                    ×{edge.count}
                  </text>
                )}
              </g>
            ))}
            {drawn.nodes.map(({ node, x, y }) => (
              <foreignObject key={node.id} x={x} y={y} {...NODE} data-type={node.type}>
                <button
                  type="button"
                  className={styles.node}
                  aria-pressed={selected !== undefined && node.spanIds.includes(selected)}
                  onClick={() => open(node)}
                  title={node.name}
                >
                  <TypeIcon type={node.type} />
                  <strong>{node.name}</strong>
                  {node.spanIds.length > 1 && <span>×{formatCount(node.spanIds.length)}</span>}
                  <small>
                    {formatDuration(node.durationMs)}
                    {node.cost !== null && ` · ${formatCost(node.cost)}`}
                    {node.errors > 0 && (
                      <span className={styles.errors}>
                        {' '}
                        · {node.errors} {node.errors === 1 ? 'error' : 'errors'}
                      </span>
                    )}
                  </small>
                </button>
              </foreignObject>
            ))}
          </svg>
        </div>
      ) : (
        <p className={styles.legend}>
          {graph.nodes.length === 0
            ? 'This trace has no steps to draw.'
            : `${formatCount(graph.nodes.length)} different steps are too many to draw; the table has them.`}
        </p>
      )}
      <p className={styles.legend}>
        <span>—▸ runs inside</span>
        <span>- -▸ comes next</span>
        <span>×n how often</span>
      </p>
      <details className={styles.table} open={!drawn}>
        <summary>As a table</summary>
        <StepTable graph={graph} />
      </details>
    </div>
  )
}

function StepTable({ graph }: { graph: AgentGraph }) {
  const nameOf = (id: string) => graph.nodes.find((node) => node.id === id)?.name ?? id
  const after = (node: GraphNode, kind: GraphEdge['kind']) =>
    graph.edges
      .filter((edge) => edge.from === node.id && edge.kind === kind)
      .map((edge) => `${nameOf(edge.to)} ×${edge.count}`)
      .join(', ')
  return (
    <DataTable
      label="Steps of the graph"
      rows={graph.nodes}
      rowKey={({ id }) => id}
      columns={[
        { id: 'name', header: 'Step', cell: ({ name, type }) => `${name} (${type})`, sortBy: ({ name }) => name },
        {
          id: 'runs',
          header: 'Runs',
          align: 'end',
          cell: ({ spanIds }) => formatCount(spanIds.length),
          sortBy: ({ spanIds }) => spanIds.length,
        },
        {
          id: 'time',
          header: 'Time',
          align: 'end',
          cell: ({ durationMs }) => formatDuration(durationMs),
          sortBy: ({ durationMs }) => durationMs,
        },
        { id: 'cost', header: 'Cost', align: 'end', cell: ({ cost }) => formatCost(cost), sortBy: ({ cost }) => cost },
        { id: 'errors', header: 'Errors', align: 'end', cell: ({ errors }) => formatCount(errors) },
        { id: 'calls', header: 'Runs inside it', cell: (node) => after(node, 'call') || '–' },
        { id: 'next', header: 'Comes next', cell: (node) => after(node, 'next') || '–' },
      ]}
    />
  )
}

interface Point {
  x: number
  y: number
}

function draw(graph: AgentGraph) {
  if (graph.nodes.length === 0 || graph.nodes.length > GRAPH_NODES_MAX) return undefined
  const plan = new graphlib.Graph({ multigraph: true })
  plan.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 48, marginx: 8, marginy: 8 })
  plan.setDefaultEdgeLabel(() => ({}))
  for (const { id } of graph.nodes) plan.setNode(id, { ...NODE })
  for (const { from, to, kind } of graph.edges) plan.setEdge(from, to, { width: 20, height: 14 }, kind)
  layout(plan)
  const { width = 0, height = 0 } = plan.graph() as { width?: number; height?: number }
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: graph.nodes.map((node) => {
      const at = plan.node(node.id) as Point
      return { node, x: at.x - NODE.width / 2, y: at.y - NODE.height / 2 }
    }),
    edges: graph.edges.map((edge) => {
      const { points = [] } = plan.edge(edge.from, edge.to, edge.kind) as { points?: Point[] }
      return { edge, path: curve(points), label: points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 } }
    }),
  }
}

/** Through the layout's points, rounded. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M${first.x} ${first.y}`
  rest.forEach((point, index) => {
    const next = rest[index + 1]
    path += next
      ? `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`
      : `L${point.x} ${point.y}`
  })
  return path
}
