import { describe, expect, it } from 'vitest'
import { fromLocalInput, isOpen, rangeLabel, rangeOf, toLocalInput } from './timeRange'
import { isFiltered, listKeyOf, parseTracesSearch, shownQuery, toListQuery } from './tracesSearch'

const now = new Date('2026-11-23T12:00:00Z')

describe('parseTracesSearch', () => {
  it('keeps what it knows and drops the rest', () => {
    expect(parseTracesSearch({ range: '7d', query: 'plan level:ERROR', columns: 'name,cost', x: '1' })).toEqual({
      range: '7d',
      query: 'plan level:ERROR',
      columns: 'name,cost',
    })
    expect(parseTracesSearch({ range: '3y', query: ' ', columns: '<b>', from: 'yesterday', environment: 7 })).toEqual(
      {},
    )
    expect(parseTracesSearch({ peek: '../../etc' })).toEqual({})
  })

  it('lets a custom range win over a preset', () => {
    const search = parseTracesSearch({ range: '7d', from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' })
    expect(search).toEqual({ from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' })
    expect(rangeOf(search).kind).toBe('custom')
  })

  it('is stable: parsing what it made changes nothing', () => {
    const once = parseTracesSearch({ range: '1h', query: 'a b', environment: 'staging', peek: 'abc' })
    expect(parseTracesSearch({ ...once })).toEqual(once)
  })
})

describe('toListQuery', () => {
  it('asks for the last 24 hours without a range', () => {
    expect(toListQuery({}, now)).toMatchObject({ from: '2026-11-22T12:00:00.000Z', query: '-environment:sightline-*' })
  })

  it('passes filters on, and what only the page needs not', () => {
    const search = { range: '15m', query: 'rag', environment: 'production', peek: 'x', columns: 'name' }
    const query = { from: '2026-11-23T11:45:00.000Z', query: 'rag', environment: 'production' }
    expect(toListQuery(search, now)).toEqual(query)
    expect(listKeyOf(search)).toEqual({ range: '15m', query: 'rag', environment: 'production' })
  })
})

describe('environments', () => {
  it('leaves out the runs of evaluators until they are asked for', () => {
    expect(shownQuery({})).toEqual({ query: '-environment:sightline-*', offset: 0 })
    const { query, offset } = shownQuery({ query: 'a OR b' })
    expect(query).toBe('-environment:sightline-* (a OR b)')
    expect(query?.slice(offset)).toBe('a OR b)')
    expect(shownQuery({ environment: '*', query: 'a' })).toEqual({ query: 'a', offset: 0 })
    expect(shownQuery({ query: 'environment:staging' })).toEqual({ query: 'environment:staging', offset: 0 })
  })

  it('asks the API for all of them, or for one', () => {
    expect(toListQuery({ environment: '*' }, now).environment).toBeUndefined()
    expect(toListQuery({ environment: 'staging' }, now).environment).toBe('staging')
  })

  it('does not count the range as a filter', () => {
    expect(isFiltered({ range: '7d' })).toBe(false)
    expect(isFiltered({ environment: 'staging' })).toBe(true)
  })
})

describe('ranges', () => {
  it('are open until they end', () => {
    expect(isOpen({ kind: 'preset', preset: '1h' }, now)).toBe(true)
    expect(isOpen({ kind: 'custom', from: '2026-11-01T00:00:00Z' }, now)).toBe(true)
    expect(isOpen({ kind: 'custom', to: '2026-11-23T11:00:00Z' }, now)).toBe(false)
  })

  it('survive the local date input', () => {
    expect(fromLocalInput(toLocalInput('2026-11-23T10:30:00.000Z'))).toBe('2026-11-23T10:30:00.000Z')
    expect(toLocalInput(undefined)).toBe('')
    expect(fromLocalInput('')).toBeUndefined()
  })

  it('are named', () => {
    expect(rangeLabel({ kind: 'preset', preset: '24h' })).toBe('Last 24 hours')
    expect(rangeLabel({ kind: 'custom' })).toBe('All time')
  })
})
