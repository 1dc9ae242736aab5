/** Round times along an axis, about `count` of them, the start included and never beyond the end. */
export function axisTicks(durationMs: number, count: number): number[] {
  if (durationMs <= 0) return []
  if (count <= 1) return [durationMs]
  const rough = durationMs / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  return Array.from({ length: Math.floor((durationMs * 0.97) / step) + 1 }, (_, index) => index * step)
}
