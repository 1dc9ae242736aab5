/** Time ranges of the table: moving presets, and fixed custom ones. */

export const PRESETS = [
  { preset: '15m', label: 'Last 15 minutes', short: '15 min', ms: 15 * 60_000 },
  { preset: '1h', label: 'Last hour', short: '1 h', ms: 3_600_000 },
  { preset: '24h', label: 'Last 24 hours', short: '24 h', ms: 86_400_000 },
  { preset: '7d', label: 'Last 7 days', short: '7 d', ms: 7 * 86_400_000 },
  { preset: '30d', label: 'Last 30 days', short: '30 d', ms: 30 * 86_400_000 },
] as const

export type Preset = (typeof PRESETS)[number]['preset']

export type TimeRange = { kind: 'preset'; preset: Preset } | { kind: 'custom'; from?: string; to?: string }

/** A time range as it stands in the URL: `range` is a preset; ISO times of a custom range win over it. */
export interface RangeSearch {
  range?: string
  from?: string
  to?: string
}

export function rangeOf(search: RangeSearch): TimeRange {
  if (search.from || search.to) return { kind: 'custom', from: search.from, to: search.to }
  return { kind: 'preset', preset: isPreset(search.range) ? search.range : '24h' }
}

export function isPreset(value: string | undefined): value is Preset {
  return PRESETS.some(({ preset }) => preset === value)
}

export function presetOf(preset: Preset): (typeof PRESETS)[number] {
  return PRESETS.find((known) => known.preset === preset) ?? PRESETS[2]
}

export function resolveRange(range: TimeRange, now: Date): { from?: string; to?: string } {
  if (range.kind === 'custom') return { from: range.from, to: range.to }
  return { from: new Date(now.getTime() - presetOf(range.preset).ms).toISOString() }
}

/** A range that has ended gets no new traces, so there is nothing to poll for. */
export function isOpen(range: TimeRange, now: Date): boolean {
  return range.kind === 'preset' || !range.to || new Date(range.to) > now
}

const sameDay = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const full = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

export function rangeLabel(range: TimeRange): string {
  if (range.kind === 'preset') return presetOf(range.preset).label
  const from = range.from ? new Date(range.from) : undefined
  const to = range.to ? new Date(range.to) : undefined
  if (from && to) {
    const end = from.toDateString() === to.toDateString() ? sameDay.format(to) : full.format(to)
    return `${full.format(from)} – ${end}`
  }
  if (from) return `Since ${full.format(from)}`
  return to ? `Until ${full.format(to)}` : 'All time'
}

/** For `<input type="datetime-local">`, which speaks the browser's zone without naming it. */
export function toLocalInput(iso: string | undefined): string {
  if (!iso) return ''
  const at = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`
}

export function fromLocalInput(value: string): string | undefined {
  const at = new Date(value)
  return value === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
