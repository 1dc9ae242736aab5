import type { ReactNode } from 'react'
import { GridLayout, type Layout, useContainerWidth } from 'react-grid-layout'
import 'react-grid-layout/css/styles.css'
import 'react-resizable/css/styles.css'
import type { Widget } from '../api/metrics'
import styles from './Dashboard.module.css'
import { GRID_COLUMNS } from './widgets'

const ROW_PX = 36
const GAP_PX = 12

interface WidgetGridProps {
  widgets: readonly Widget[]
  editing: boolean
  onLayout: (widgets: Widget[]) => void
  render: (widget: Widget, height: number) => ReactNode
}

/** Widgets in a grid that they are dragged and resized in. */
export default function WidgetGrid({ widgets, editing, onLayout, render }: WidgetGridProps) {
  const { width, containerRef, mounted } = useContainerWidth()
  const place = (layout: Layout) => {
    const next = widgets.map((widget) => {
      const at = layout.find(({ i }) => i === widget.id)
      return at ? { ...widget, x: at.x, y: at.y, w: at.w, h: at.h } : widget
    })
    const moved = next.some((widget, index) => {
      const before = widgets[index]
      return (
        before && (before.x !== widget.x || before.y !== widget.y || before.w !== widget.w || before.h !== widget.h)
      )
    })
    if (moved && editing) onLayout(next)
  }
  return (
    <div ref={containerRef} className={styles.grid}>
      {mounted && (
        <GridLayout
          width={width}
          layout={widgets.map(({ id, x, y, w, h }) => ({ i: id, x, y, w, h, minW: 2, minH: 2 }))}
          gridConfig={{ cols: GRID_COLUMNS, rowHeight: ROW_PX, margin: [GAP_PX, GAP_PX] }}
          dragConfig={{ enabled: editing, handle: '.widget-handle' }}
          resizeConfig={{ enabled: editing }}
          onLayoutChange={place}
        >
          {widgets.map((widget) => (
            <section key={widget.id} className={styles.widget} aria-label={widget.title}>
              {render(widget, widget.h * (ROW_PX + GAP_PX) - GAP_PX - 44)}
            </section>
          ))}
        </GridLayout>
      )}
    </div>
  )
}
