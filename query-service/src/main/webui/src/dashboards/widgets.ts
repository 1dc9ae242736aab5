import { CHARTS, type Dashboard, type Widget } from '../api/metrics'

export const GRID_COLUMNS = 12
const HEIGHT_MAX = 40

export const FIRST_WIDGET: Omit<Widget, 'id' | 'x' | 'y'> = {
  title: 'Traces over time',
  chart: 'line',
  query: { view: 'traces', measures: [{ measure: 'count' }], granularity: 'auto' },
  w: 6,
  h: 6,
}

/** The row below everything. */
export function bottomOf(widgets: readonly Widget[]): number {
  return widgets.reduce((bottom, { y, h }) => Math.max(bottom, y + h), 0)
}

export function newWidgetId(widgets: readonly Pick<Widget, 'id'>[]): string {
  for (let number = widgets.length + 1; ; number++) {
    if (!widgets.some(({ id }) => id === `w${number}`)) return `w${number}`
  }
}

/** One step by keyboard: moved or resized, and kept within the grid. */
export function stepped(widget: Widget, change: Partial<Pick<Widget, 'x' | 'y' | 'w' | 'h'>>): Widget {
  const w = clamp(widget.w + (change.w ?? 0), 2, GRID_COLUMNS)
  return {
    ...widget,
    w,
    h: clamp(widget.h + (change.h ?? 0), 2, HEIGHT_MAX),
    x: clamp(widget.x + (change.x ?? 0), 0, GRID_COLUMNS - w),
    y: Math.max(0, widget.y + (change.y ?? 0)),
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

/** A dashboard as a file, without what belongs to this server. */
export function toFile({ name, description, widgets }: Dashboard): string {
  return JSON.stringify({ name, ...(description && { description }), widgets }, null, 2)
}

/** Reads such a file. Throws an error that says what is wrong; whether the queries hold is the server's to say. */
export function fromFile(text: string): Dashboard {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw new Error('This is not JSON.')
  }
  if (!isObject(raw) || typeof raw.name !== 'string' || !Array.isArray(raw.widgets)) {
    throw new Error('A dashboard has a name and a list of widgets.')
  }
  const widgets = raw.widgets.map((widget: unknown, index): Widget => {
    if (!isObject(widget) || !isObject(widget.query) || !Array.isArray(widget.query.measures)) {
      throw new Error(`Widget ${index + 1} has no query with measures.`)
    }
    if (!CHARTS.some((kind) => kind === widget.chart)) {
      throw new Error(`Widget ${index + 1}: chart must be one of ${CHARTS.join(', ')}.`)
    }
    const number = (key: string, usual: number) => (typeof widget[key] === 'number' ? Math.floor(widget[key]) : usual)
    return stepped(
      {
        id: typeof widget.id === 'string' ? widget.id : `w${index + 1}`,
        title: typeof widget.title === 'string' ? widget.title : `Widget ${index + 1}`,
        chart: widget.chart as Widget['chart'],
        query: widget.query as unknown as Widget['query'],
        x: number('x', 0),
        y: number('y', index * 6),
        w: number('w', 6),
        h: number('h', 6),
      },
      {},
    )
  })
  return {
    name: raw.name,
    widgets,
    ...(typeof raw.description === 'string' && { description: raw.description }),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
