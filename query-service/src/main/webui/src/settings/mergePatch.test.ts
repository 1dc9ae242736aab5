import { expect, test } from 'vitest'
import { mergePatch } from './mergePatch'

test('only what differs is named, lists as a whole, null for what is gone', () => {
  const before = {
    redaction: { mode: 'redact', kinds: ['iban_code'], patterns: [] as string[] },
    sampling: { keep_ppm: 1_000_000 },
    retention: { days: 90, content_days: 30 } as { days?: number; content_days?: number },
  }
  expect(mergePatch(before, structuredClone(before))).toEqual({})
  expect(
    mergePatch(before, {
      ...before,
      redaction: { ...before.redaction, kinds: ['iban_code', 'secret'] },
      retention: { days: 60 },
    }),
  ).toEqual({ redaction: { kinds: ['iban_code', 'secret'] }, retention: { days: 60, content_days: null } })
})

test('what was not there before is named as it is', () => {
  expect(mergePatch<{ retention?: { days?: number } }>({}, { retention: { days: 7 } })).toEqual({
    retention: { days: 7 },
  })
})
