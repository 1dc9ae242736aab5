import { describe, expect, it } from 'vitest'
import { bottomOf, FIRST_WIDGET, fromFile, newWidgetId, stepped, toFile } from './widgets'

const widget = { ...FIRST_WIDGET, id: 'w1', x: 0, y: 2 }

describe('a dashboard as a file', () => {
  it('comes back as it went', () => {
    const text = toFile({ id: 'd', name: 'Mine', shipped: false, widgets: [widget] })
    expect(text).not.toContain('shipped')
    expect(fromFile(text)).toEqual({ name: 'Mine', widgets: [widget] })
  })

  it('says what is wrong', () => {
    expect(() => fromFile('{')).toThrow('not JSON')
    expect(() => fromFile('[]')).toThrow('a name')
    expect(() => fromFile('{"name": "x", "widgets": [{}]}')).toThrow('Widget 1')
    const odd = JSON.stringify({ name: 'x', widgets: [{ ...widget, chart: 'spider' }] })
    expect(() => fromFile(odd)).toThrow('chart must be one of')
  })
})

it('keeps widgets in the grid', () => {
  expect(stepped(widget, { x: -1, y: -9 })).toMatchObject({ x: 0, y: 0 })
  expect(stepped({ ...widget, x: 6 }, { w: 20 })).toMatchObject({ x: 0, w: 12 })
  expect(stepped(widget, { h: -5 }).h).toBe(2)
  expect(bottomOf([widget])).toBe(8)
  expect(newWidgetId([{ id: 'w2' }])).toBe('w3')
})
