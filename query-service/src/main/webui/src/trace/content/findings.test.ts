import { describe, expect, it } from 'vitest'
import { observation } from '../testObservations'
import { findingsOf, markedParts } from './findings'

describe('markedParts', () => {
  it('counts code points and splits what overlaps', () => {
    const parts = markedParts('😀 mail a@b.c now', [
      { type: 'email_address', start: 7, end: 12 },
      { type: 'secret', start: 9, end: 99 },
    ])
    expect(parts.map(({ text, findings }) => [text, findings.map(({ type }) => type).join()])).toEqual([
      ['😀 mail ', ''],
      ['a@', 'email_address'],
      ['b.c', 'email_address,secret'],
      [' now', 'secret'],
    ])
    expect(markedParts('plain', [])).toEqual([{ text: 'plain', findings: [] }])
    expect(markedParts('', [])).toEqual([])
  })
})

describe('findingsOf', () => {
  it('reads what a guard said, and nothing else', () => {
    const findings = [
      { type: 'iban_code', start: 0, end: 4 },
      { type: 'broken', start: 4, end: 1 },
    ]
    const said = { type: 'guardrail', input: 'DE12', output: JSON.stringify({ action: 'block', findings }) } as const
    expect(findingsOf(observation('a', said))).toEqual({ text: 'DE12', findings: [findings[0]], action: 'block' })
    expect(findingsOf(observation('b', { ...said, type: 'span' }))).toBeUndefined()
    expect(findingsOf(observation('c', { type: 'guardrail', output: 'ok' }))).toBeUndefined()
  })
})
