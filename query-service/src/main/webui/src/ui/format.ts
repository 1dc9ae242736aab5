/** Numbers, times and money as people read them: with units, never rounded to nothing. */

export const NONE = '–'

const count = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : count.format(value)
}

/** 1,204 stays; 128,400 becomes 128k; 3,400,000 becomes 3.4M. For narrow columns. */
export function formatCountShort(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE
  if (value < 10_000) return count.format(value)
  if (value < 999_500) return `${trimZeros((value / 1000).toFixed(value < 99_950 ? 1 : 0))}k`
  return `${trimZeros((value / 1e6).toFixed(value < 99.95e6 ? 1 : 0))}M`
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** 812 B, 1.4 kB, 3.2 MB: powers of a thousand. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : trimZeros(value.toFixed(1))} ${units[unit]}`
}

export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return NONE
  if (ms < 0) return `−${formatDuration(-ms)}`
  if (ms === 0) return '0 ms'
  if (ms < 0.001) return '<1 µs'
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`
  if (ms < 9.95) return `${trimZeros(ms.toFixed(1))} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`
}

/** US dollars with at least two significant digits: $12.40, $0.0042, $0.00000031. Only zero is $0. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return NONE
  if (usd === 0) return '$0'
  const sign = usd < 0 ? '−' : ''
  const value = Math.abs(usd)
  if (value >= 1000) return `${sign}$${count.format(value)}`
  if (value >= 0.995) return `${sign}$${value.toFixed(2)}`
  const digits = Math.min(12, Math.max(2, 1 - Math.floor(Math.log10(value))))
  return `${sign}$${trimToCents(value.toFixed(value >= 0.01 ? 4 : digits))}`
}

/** For narrow columns: what is below a thousandth of a cent is only said to be so. */
export function formatCostShort(usd: number | null | undefined): string {
  return usd && Math.abs(usd) < 0.00001 ? '<$0.00001' : formatCost(usd)
}

function trimToCents(text: string): string {
  return text.replace(/(\.\d{2}\d*?)0+$/, '$1')
}

/** A score's number: at most three decimals, whole numbers bare. */
export function formatScore(value: number): string {
  if (Number.isInteger(value)) return count.format(value)
  if (Math.abs(value) < 0.001) return value.toPrecision(2)
  return trimZeros(value.toFixed(Math.abs(value) < 10 ? 3 : 1))
}

/** A measured value with its unit, as `/api/v1/metrics` names units. */
export function formatUnit(value: number | null | undefined, unit: string | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE
  // So much for each of something is written like so much.
  switch (unit?.toLowerCase().replace(/\/count$/, '')) {
    case 'ms':
    case 'milliseconds':
    case 'millisecond':
      return formatDuration(value)
    case 's':
    case 'seconds':
      return formatDuration(value * 1000)
    case 'usd':
      return formatCost(value)
    case 'percent':
      return `${trimZeros(value.toFixed(value < 10 ? 2 : 1))} %`
    case 'ratio':
    case 'share':
      return `${trimZeros((value * 100).toFixed(Math.abs(value) < 0.1 ? 2 : 1))} %`
    case 'bytes':
      return formatBytes(value)
    case 'score':
      return formatScore(value)
    default:
      return Number.isInteger(value) || Math.abs(value) >= 1000 ? formatCountShort(value) : formatScore(value)
  }
}

/** How much a value changed: `+12 %`, `−3.4 %`; undefined where there is nothing to compare with. */
export function formatChange(value: number | null | undefined, before: number | null | undefined): string | undefined {
  if (value === null || value === undefined || !before) return undefined
  const percent = ((value - before) / Math.abs(before)) * 100
  if (Math.abs(percent) < 0.05) return '±0 %'
  const size = Math.abs(percent)
  if (size >= 1000) return `>${percent < 0 ? '−' : '+'}999 %`
  const text = size >= 10 ? String(Math.round(size)) : trimZeros(size.toFixed(1))
  return `${percent < 0 ? '−' : '+'}${text} %`
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayWithYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })

export function formatTime(iso: string): string {
  return time.format(new Date(iso))
}

/** Empty for today, `22 Nov` in this year, `22 Nov 2025` before. */
export function formatDay(iso: string, now: Date): string {
  const date = new Date(iso)
  if (date.toDateString() === now.toDateString()) return ''
  return (date.getFullYear() === now.getFullYear() ? day : dayWithYear).format(date)
}

export function zoneName(at: Date): string {
  return zone.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? ''
}

/** `23 Nov 2026, 14:03:22.120 CET` */
export function formatTimestamp(iso: string): string {
  const date = new Date(iso)
  const millis = String(date.getMilliseconds()).padStart(3, '0')
  return `${dayWithYear.format(date)}, ${time.format(date)}.${millis} ${zoneName(date)}`
}

export function formatAgo(iso: string, now: Date): string {
  const seconds = Math.round((now.getTime() - new Date(iso).getTime()) / 1000)
  // The clock that is shown here ticks slowly, and other machines' clocks are a little off.
  if (seconds < -60) return 'in the future'
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return days === 1 ? 'yesterday' : `${days} days ago`
}
