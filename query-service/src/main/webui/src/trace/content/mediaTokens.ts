import { isObject, type Media, type Part } from './conversation'

/** Langfuse's token for a medium that is kept apart from the trace: its type and its id. */
const TOKEN = /@@@langfuseMedia:type=([^|@]{1,200})\|id=([A-Za-z0-9_-]{22})\|source=[^|@]{0,200}@@@/g
const FOUND_MAX = 50

/** The medium that the text stands for, when it is a token and nothing else. */
export function mediaOfToken(text: string): Media | undefined {
  const [part, ...more] = splitTokens(text)
  return part?.kind === 'media' && more.length === 0 ? part.media : undefined
}

/** A text with tokens in it, as texts and media in turn. */
export function splitTokens(text: string): Part[] {
  const parts: Part[] = []
  let read = 0
  const addText = (end: number) => {
    if (text.slice(read, end).trim() !== '') parts.push({ kind: 'text', text: text.slice(read, end) })
  }
  for (const match of text.matchAll(TOKEN)) {
    const [token, mimeType = '', storedId] = match
    addText(match.index)
    parts.push({ kind: 'media', media: { modality: modalityOf(mimeType), mimeType, storedId } })
    read = match.index + token.length
  }
  if (read === 0) return [{ kind: 'text', text }]
  addText(text.length)
  return parts
}

/** The media that a value of any shape refers to, each once, in the order they stand. */
export function mediaIn(value: unknown): Media[] {
  const found = new Map<string, Media>()
  const look = (each: unknown): void => {
    if (found.size >= FOUND_MAX) return
    if (typeof each === 'string') {
      for (const part of each.includes('@@@langfuseMedia:') ? splitTokens(each) : [])
        if (part.kind === 'media') found.set(part.media.storedId ?? '', part.media)
    } else if (Array.isArray(each)) each.forEach(look)
    else if (isObject(each)) Object.values(each).forEach(look)
  }
  look(value)
  return [...found.values()].slice(0, FOUND_MAX)
}

export function modalityOf(mimeType: string | undefined, hint?: unknown): Media['modality'] {
  const known = `${mimeType ?? ''} ${typeof hint === 'string' ? hint : ''}`
  if (known.includes('image')) return 'image'
  if (known.includes('audio')) return 'audio'
  return known.includes('video') ? 'video' : 'file'
}
