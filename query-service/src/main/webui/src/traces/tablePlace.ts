/** Where the reader was in each list of this visit. Kept in memory only, for the last few lists. */
export interface Place {
  scrollTop: number
  traceId?: string
}

const PLACES_MAX = 50
const places = new Map<string, Place>()

export function takePlace(key: string): Place {
  return places.get(key) ?? { scrollTop: 0 }
}

export function leavePlace(key: string, place: Place): void {
  const before = places.get(key)
  places.delete(key)
  places.set(key, { ...before, ...place })
  const oldest = places.keys().next().value
  if (places.size > PLACES_MAX && oldest !== undefined) places.delete(oldest)
}
