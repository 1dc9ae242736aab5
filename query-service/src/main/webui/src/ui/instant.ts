/** ISO-8601 UTC times with up to nine fraction digits, which a Date cannot hold. */

/** Milliseconds since 1970 with the fraction that a Date drops: bars of a trace need the micro- and nanoseconds. */
export function toEpochMs(iso: string): number {
  const fraction = /\.\d{3}(\d{1,6})/.exec(iso)?.[1]
  return Date.parse(iso) + (fraction ? Number(`0.${fraction}`) : 0)
}

/** Negative when `a` is earlier. Without the Z a shorter fraction sorts before a longer one, as it should. */
export function compareInstants(a: string, b: string): number {
  const left = a.replace('Z', '')
  const right = b.replace('Z', '')
  if (left === right) return 0
  return left < right ? -1 : 1
}
