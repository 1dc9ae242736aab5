import { tags as t } from '@lezer/highlight'

/** Colours of SQL, from the tokens. */
export const tags = [
  { tag: t.keyword, color: 'var(--json-word)', fontWeight: '600' },
  { tag: [t.string, t.special(t.string)], color: 'var(--json-string)' },
  { tag: [t.number, t.bool, t.null], color: 'var(--json-number)' },
  { tag: [t.typeName, t.standard(t.name)], color: 'var(--json-key)' },
  { tag: t.comment, color: 'var(--text-3)', fontStyle: 'italic' },
]
