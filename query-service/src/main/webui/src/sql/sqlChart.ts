import type { SqlAnswer } from '../api/manage'
import type { TimeData } from '../ui/chart/series'

/** Whether and how an answer can be drawn: a column of times or names, and columns of numbers. */
export type SqlChart =
  | { kind: 'time'; data: TimeData }
  | { kind: 'bars'; items: { name: string; value: number }[]; header: string; value: string }

const ITEMS_MAX = 100
const NUMBER = /^(Nullable\()?(U?Int|Float|Decimal)/
const TIME = /^(Nullable\()?(Date|DateTime)/

export function chartOf({ columns, data }: Pick<SqlAnswer, 'columns' | 'data'>): SqlChart | undefined {
  const numbers = columns.flatMap(({ type }, index) => (NUMBER.test(type) ? [index] : []))
  const time = columns.findIndex(({ type }) => TIME.test(type))
  const name = columns.findIndex(({ type }, index) => !NUMBER.test(type) && !TIME.test(type) && index !== time)
  const [first] = numbers
  if (first === undefined || data.length === 0) return undefined
  if (time >= 0) {
    const rows = data
      .map((row) => ({ at: timeOf(row[time]), row }))
      .filter(({ at }) => Number.isFinite(at))
      .sort((a, b) => a.at - b.at)
    const series = numbers.map((index) => ({
      name: columns[index]?.name ?? '',
      values: rows.map(({ row }) => numberOf(row[index])),
    }))
    return { kind: 'time', data: { times: rows.map(({ at }) => at / 1000), series } }
  }
  if (name < 0) return undefined
  const items = data
    .slice(0, ITEMS_MAX)
    .map((row) => ({ name: String(row[name] ?? '–'), value: numberOf(row[first]) ?? 0 }))
  return { kind: 'bars', items, header: columns[name]?.name ?? '', value: columns[first]?.name ?? '' }
}

/** ClickHouse writes `2026-11-26 10:00:00.123` in UTC. */
function timeOf(value: unknown): number {
  const text = String(value)
  return Date.parse(/^\d{4}-\d\d-\d\d \d/.test(text) ? `${text.replace(' ', 'T')}Z` : text)
}

function numberOf(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** An answer as CSV, for the clipboard. A leading sign that a spreadsheet would run is kept a text. */
export function toCsv({ columns, data }: Pick<SqlAnswer, 'columns' | 'data'>): string {
  const cell = (value: unknown) => {
    const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')
    const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return [columns.map(({ name }) => cell(name)), ...data.map((row) => row.map(cell))]
    .map((row) => row.join(','))
    .join('\n')
}
