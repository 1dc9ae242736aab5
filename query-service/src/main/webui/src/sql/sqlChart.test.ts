import { describe, expect, it } from 'vitest'
import { chartOf, toCsv } from './sqlChart'

describe('chartOf', () => {
  it('draws numbers over time', () => {
    const columns = [
      { name: 'hour', type: 'DateTime' },
      { name: 'n', type: 'UInt64' },
    ]
    const chart = chartOf({
      columns,
      data: [
        ['2026-11-26 11:00:00', '2'],
        ['2026-11-26 10:00:00', 1],
      ],
    })
    expect(chart).toEqual({
      kind: 'time',
      data: { times: [1795687200, 1795690800], series: [{ name: 'n', values: [1, 2] }] },
    })
  })

  it('draws names as bars, and nothing without numbers', () => {
    const columns = [
      { name: 'model', type: 'LowCardinality(String)' },
      { name: 'cost', type: 'Float64' },
    ]
    expect(chartOf({ columns, data: [['a', 0.5]] })).toMatchObject({ kind: 'bars', items: [{ name: 'a', value: 0.5 }] })
    expect(chartOf({ columns: columns.slice(0, 1), data: [['a']] })).toBeUndefined()
    expect(chartOf({ columns, data: [] })).toBeUndefined()
  })
})

it('writes CSV that a spreadsheet does not run', () => {
  const columns = [
    { name: 'a', type: 'String' },
    { name: 'b', type: 'Float64' },
  ]
  expect(
    toCsv({
      columns,
      data: [
        ['=1+1', -2],
        ['say "hi", you', null],
      ],
    }),
  ).toBe(`a,b\n'=1+1,-2\n"say ""hi"", you",`)
})
