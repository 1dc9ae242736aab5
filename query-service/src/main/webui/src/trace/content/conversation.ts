/**
 * The one shape that chats are shown in, whatever wrote them. `recognise` (recogniseContent.ts) reads the formats
 * found in the wild into it; the components know nothing else.
 */

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'other'

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'tool_call'; id?: string; name: string; arguments: unknown }
  | { kind: 'tool_result'; id?: string; name?: string; result: unknown; failed: boolean }
  | { kind: 'media'; media: Media }
  | { kind: 'other'; value: unknown }

export interface Media {
  modality: 'image' | 'audio' | 'video' | 'file'
  mimeType?: string
  /** Where it is; never loaded by itself, since whoever wrote the trace chose the address. */
  uri?: string
  /** The bytes, base64. */
  data?: string
  /** The id under which Sightline keeps the bytes. */
  storedId?: string
  name?: string
}

export interface Message {
  role: Role
  /** As it was written, when it is not one of the known roles. */
  roleName?: string
  name?: string
  parts: Part[]
  finishReason?: string
}

export interface Tool {
  name: string
  description?: string
  parameters?: unknown
}

export interface RetrievedDocument {
  id?: string
  title?: string
  text: string
  score?: number
  source?: string
  metadata: Record<string, unknown>
}

export type Content =
  | { kind: 'empty' }
  | { kind: 'conversation'; messages: Message[]; tools: Tool[]; settings: Record<string, unknown> }
  | { kind: 'documents'; documents: RetrievedDocument[] }
  | { kind: 'text'; text: string }
  | { kind: 'value'; value: unknown }

export type Json = Record<string, unknown>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first of the named fields that holds a non-empty string. */
export function textField(object: Json, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = object[key]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** The first of the named fields that holds anything. */
export function anyField(object: Json, ...keys: string[]): unknown {
  for (const key of keys) {
    if (object[key] !== undefined && object[key] !== null) return object[key]
  }
  return undefined
}

const PARSED_CHARS_MAX = 2_000_000

/** JSON inside a string, as many clients send it; undefined when it is no object or array. */
export function parseJson(text: string): unknown {
  const start = text.trimStart()[0]
  if ((start !== '{' && start !== '[') || text.length > PARSED_CHARS_MAX) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
