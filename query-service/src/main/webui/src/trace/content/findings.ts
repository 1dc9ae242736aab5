import type { Finding } from '../../api/evaluate'
import type { Observation } from '../../api/types'
import { isObject, parseJson } from './conversation'

/** What a guardrail found in a text, and where. */
export interface Found {
  text: string
  findings: Finding[]
  action?: string
}

/** The findings of a guard's run: in its output, as the guard answers, or in its metadata. */
export function findingsOf({ type, input, output, metadata }: Observation): Found | undefined {
  if (type !== 'guardrail') return undefined
  const text = textIn(input)
  for (const place of [output, metadata]) {
    const said = typeof place === 'string' ? parseJson(place) : place
    const found = isObject(said) ? (said.findings ?? said['sightline.guard.findings']) : undefined
    const list = typeof found === 'string' ? parseJson(found) : found
    if (!isObject(said) || !Array.isArray(list)) continue
    const findings = inRecorded(
      text,
      list.filter(isFinding).filter(({ in_context }) => !in_context),
    )
    if (findings.length > 0) return { text, findings, ...(typeof said.action === 'string' && { action: said.action }) }
  }
  return undefined
}

const PLACEHOLDER = /\[REDACTED:([a-z0-9_]+)(?::[0-9a-f]+)?\]/g

/**
 * Findings speak of the text as it was sent, while personal data in what is recorded has been replaced. Their places
 * are moved by what the placeholders before them are longer or shorter. After a placeholder that no finding explains
 * nothing more can be placed.
 */
export function inRecorded(text: string, findings: readonly Finding[]): Finding[] {
  const ordered = [...findings].sort((a, b) => a.start - b.start)
  const moved: Finding[] = []
  const take = (before: number, shift: number) => {
    for (const next = () => ordered[0]; next() && (next()?.start ?? 0) < before; ) {
      const finding = ordered.shift()
      if (finding) moved.push({ ...finding, start: finding.start + shift, end: finding.end + shift })
    }
  }
  let shift = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    const at = [...text.slice(0, match.index)].length
    take(at - shift, shift)
    const index = ordered.findIndex(({ type, start }) => type === match[1] && start === at - shift)
    const [finding] = index < 0 ? [] : ordered.splice(index, 1)
    if (!finding) return moved
    moved.push({ ...finding, start: at, end: at + match[0].length })
    shift += match[0].length - (finding.end - finding.start)
  }
  take(Number.POSITIVE_INFINITY, shift)
  return moved
}

function textIn(input: unknown): string {
  const value = typeof input === 'string' ? (parseJson(input) ?? input) : input
  if (isObject(value) && typeof value.text === 'string') return value.text
  return typeof value === 'string' ? value : JSON.stringify(value ?? '', null, 2)
}

function isFinding(value: unknown): value is Finding {
  return (
    isObject(value) &&
    typeof value.type === 'string' &&
    typeof value.start === 'number' &&
    typeof value.end === 'number' &&
    value.end > value.start
  )
}

export interface MarkedPart {
  text: string
  /** What was found here; empty for plain text. */
  findings: Finding[]
}

/** Cuts a text at the borders of its findings, which count code points and may overlap. */
export function markedParts(text: string, findings: readonly Finding[]): MarkedPart[] {
  const points = [...text]
  const clamp = (at: number) => Math.max(0, Math.min(points.length, Math.floor(at)))
  const borders = new Set([0, points.length])
  for (const { start, end } of findings) borders.add(clamp(start)).add(clamp(end))
  const ordered = [...borders].sort((a, b) => a - b)
  return ordered.slice(1).map((end, index) => {
    const start = ordered[index] ?? 0
    return {
      text: points.slice(start, end).join(''),
      findings: findings.filter((each) => clamp(each.start) < end && clamp(each.end) > start),
    }
  })
}
