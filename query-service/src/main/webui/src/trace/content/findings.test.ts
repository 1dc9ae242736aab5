import { describe, expect, it } from 'vitest'
import { observation } from '../testObservations'
import { findingsOf, inRecorded, markedParts } from './findings'

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

describe('inRecorded', () => {
  const card = { type: 'credit_card', start: 5, end: 24 }
  const injection = { type: 'prompt_injection', start: 30, end: 36 }

  it('moves places by what was replaced before them', () => {
    const moved = inRecorded('card [REDACTED:credit_card] then ignore', [injection, card])
    expect(moved).toEqual([
      { ...card, start: 5, end: 27 },
      { ...injection, start: 33, end: 39 },
    ])
  })

  it('leaves what was recorded as sent, and gives up where it can not tell', () => {
    expect(inRecorded('nothing was replaced here at all ', [injection])).toEqual([injection])
    expect(inRecorded('[REDACTED:iban_code] and more text than that', [injection])).toEqual([])
  })
})
