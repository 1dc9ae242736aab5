/**
 * The search bar's text, as far as this page has to understand it: which word the caret is in, and which terms
 * `field:value` stand in it. The grammar itself is the server's.
 */

export interface Word {
  text: string
  start: number
  end: number
}

/** Words are parted by spaces outside of quotes; brackets stand alone. */
export function wordsOf(query: string): Word[] {
  const words: Word[] = []
  let start = -1
  let quoted = false
  const close = (end: number) => {
    if (start >= 0) words.push({ text: query.slice(start, end), start, end })
    start = -1
  }
  for (let at = 0; at < query.length; at++) {
    const char = query[at] ?? ''
    if (char === '\\' && quoted) at++
    else if (char === '"') {
      quoted = !quoted
      if (start < 0) start = at
    } else if (!quoted && (/\s/.test(char) || char === '(' || char === ')')) close(at)
    else if (start < 0) start = at
  }
  close(query.length)
  return words
}

/** The word that the caret is in or at the end of; an empty one between words. */
export function wordAt(query: string, caret: number): Word {
  const inside = wordsOf(query).find(({ start, end }) => caret >= start && caret <= end)
  return inside ?? { text: '', start: caret, end: caret }
}

/** What to complete: a field's name, or a value of the field that stands before the colon. */
export type Completing =
  | { kind: 'field'; prefix: string; start: number; end: number }
  | { kind: 'value'; field: string; prefix: string; start: number; end: number }

export function completingAt(query: string, caret: number): Completing {
  const word = wordAt(query, caret)
  const text = word.text.slice(0, caret - word.start)
  const sign = text.startsWith('-') || text.startsWith('!') ? 1 : 0
  const colon = text.indexOf(':')
  if (colon < 0 || text.startsWith('"')) {
    return { kind: 'field', prefix: text.slice(sign), start: word.start + sign, end: word.end }
  }
  const operator = /^(>=|<=|>|<|=|~|!=)?"?/.exec(text.slice(colon + 1))?.[0] ?? ''
  const valueStart = colon + 1 + operator.replace('"', '').length
  return {
    kind: 'value',
    field: text.slice(sign, colon),
    prefix: text.slice(colon + 1 + operator.length),
    start: word.start + valueStart,
    end: word.end,
  }
}

/** A value as it stands in a query: quoted when it has to be. */
export function quote(value: string): string {
  return /^[\p{L}\p{N}_.@/+-]+$/u.test(value) && !/^[-+]/.test(value) ? value : `"${value.replace(/(["\\])/g, '\\$1')}"`
}

export function termOf(field: string, value: string): string {
  return `${field}:${quote(value)}`
}

export function hasTerm(query: string | undefined, term: string): boolean {
  return wordsOf(query ?? '').some(({ text }) => text === term)
}

/** Adds a term, or takes it out when it is there. Undefined when nothing is left. */
export function toggleTerm(query: string | undefined, term: string): string | undefined {
  const text = query ?? ''
  const word = wordsOf(text).find((known) => known.text === term)
  const next = word ? `${text.slice(0, word.start)}${text.slice(word.end)}` : `${text} ${term}`
  return next.replace(/\s+/g, ' ').trim() || undefined
}

/** Both must hold. */
export function bothQueries(a: string | null | undefined, b: string | null | undefined): string | undefined {
  return [a, b].filter(Boolean).join(' ') || undefined
}

/** An offset in code points, as the server counts, as one in UTF-16 units, as the page does. */
export function toUnits(text: string, codePoints: number): number {
  let units = 0
  let seen = 0
  for (const char of text) {
    if (seen >= codePoints) break
    units += char.length
    seen += 1
  }
  return units
}
