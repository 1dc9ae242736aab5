import { describe, expect, it } from 'vitest'
import { completingAt, hasTerm, quote, termOf, toggleTerm, toUnits, wordsOf } from './queryText'

describe('words', () => {
  it('keep quoted texts together', () => {
    expect(wordsOf('model:gpt-4o "two words" (user:"a \\" b")').map(({ text }) => text)).toEqual([
      'model:gpt-4o',
      '"two words"',
      'user:"a \\" b"',
    ])
    expect(wordsOf('  ')).toEqual([])
  })
})

describe('completingAt', () => {
  it('tells a field from a value', () => {
    expect(completingAt('mod', 3)).toEqual({ kind: 'field', prefix: 'mod', start: 0, end: 3 })
    expect(completingAt('-mod', 4)).toEqual({ kind: 'field', prefix: 'mod', start: 1, end: 4 })
    expect(completingAt('a model:gp', 10)).toEqual({ kind: 'value', field: 'model', prefix: 'gp', start: 8, end: 10 })
    expect(completingAt('name:"two w', 11)).toMatchObject({ kind: 'value', field: 'name', prefix: 'two w', start: 5 })
    expect(completingAt('latency:>2', 10)).toMatchObject({ field: 'latency', prefix: '2', start: 9 })
    expect(completingAt('a ', 2)).toEqual({ kind: 'field', prefix: '', start: 2, end: 2 })
  })
})

describe('terms', () => {
  it('are quoted when they have to be', () => {
    expect(quote('gpt-4o')).toBe('gpt-4o')
    expect(quote('two words')).toBe('"two words"')
    expect(quote('say "hi"')).toBe('"say \\"hi\\""')
    expect(quote('-x')).toBe('"-x"')
    expect(quote('')).toBe('""')
  })

  it('come and go', () => {
    const term = termOf('model', 'gpt-4o')
    expect(toggleTerm(undefined, term)).toBe('model:gpt-4o')
    expect(toggleTerm('refund model:gpt-4o level:ERROR', term)).toBe('refund level:ERROR')
    expect(toggleTerm('model:gpt-4o', term)).toBeUndefined()
    expect(hasTerm('model:gpt-4o-mini', term)).toBe(false)
  })
})

it('counts code points', () => {
  expect(toUnits('a😀b', 2)).toBe(3)
  expect(toUnits('ab', 9)).toBe(2)
})
