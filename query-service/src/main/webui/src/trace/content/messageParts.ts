import { anyField, isObject, type Json, type Media, type Part, parseJson, textField } from './conversation'
import { mediaOfToken, modalityOf, splitTokens } from './mediaTokens'

/** Reads the content of a message: a string, one part, or a list of parts of any known provider. */
export function partsOf(content: unknown): Part[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return splitTokens(content)
  if (Array.isArray(content)) return content.flatMap(partsOf)
  const part = partOf(content)
  return part.kind === 'text' ? splitTokens(part.text) : [part]
}

export function isPart(value: unknown): boolean {
  if (!isObject(value) || 'role' in value) return false
  const part = partOf(value)
  return part.kind !== 'other' && (typeof value.type === 'string' || part.kind !== 'text')
}

function partOf(value: unknown): Part {
  if (!isObject(value)) return { kind: 'other', value }
  return textPart(value) ?? toolPart(value) ?? mediaPart(value) ?? { kind: 'other', value }
}

function textPart(part: Json): Part | undefined {
  const type = part.type
  const text = textField(part, 'text', 'content', 'thinking', 'reasoning', 'refusal')
  switch (type) {
    case undefined:
      // Google's parts have no type; `thought` marks reasoning.
      if (typeof part.text !== 'string') return undefined
      return { kind: part.thought === true ? 'reasoning' : 'text', text: part.text }
    case 'text':
    case 'input_text':
    case 'output_text':
    case 'refusal':
      return { kind: 'text', text: text ?? '' }
    case 'reasoning':
    case 'thinking':
      return { kind: 'reasoning', text: text ?? summaryText(part.summary) }
    case 'redacted_thinking':
      return { kind: 'reasoning', text: '(hidden by the provider)' }
    default:
      return undefined
  }
}

function summaryText(summary: unknown): string {
  if (!Array.isArray(summary)) return typeof summary === 'string' ? summary : ''
  return summary.map((each) => (isObject(each) ? (textField(each, 'text') ?? '') : String(each))).join('\n\n')
}

function toolPart(part: Json): Part | undefined {
  switch (part.type) {
    case 'tool_call':
    case 'tool_use':
    case 'tool-call':
    case 'function_call':
    case 'server_tool_use':
      return toolCall(part)
    case 'tool_call_response':
    case 'tool_result':
    case 'tool-result':
    case 'function_call_output':
      return toolResult(part)
    default:
      break
  }
  const call = part.functionCall ?? part.function_call
  if (isObject(call)) return toolCall(call)
  const response = part.functionResponse ?? part.function_response
  return isObject(response) ? toolResult(response) : undefined
}

/** A call as any provider writes it, with its arguments parsed. */
export function toolCall(call: Json): Part {
  const target = isObject(call.function) ? call.function : call
  const given = anyField(target, 'arguments', 'args', 'input', 'parameters')
  return {
    kind: 'tool_call',
    id: textField(call, 'id', 'call_id', 'toolCallId', 'tool_call_id'),
    name: textField(target, 'name', 'toolName', 'tool_name') ?? 'tool',
    arguments: typeof given === 'string' ? (parseJson(given) ?? given) : given,
  }
}

export function toolResult(result: Json): Part {
  const given = anyField(result, 'response', 'result', 'output', 'content')
  const value = unwrapResult(given)
  return {
    kind: 'tool_result',
    id: textField(result, 'id', 'call_id', 'tool_use_id', 'toolCallId', 'tool_call_id'),
    name: textField(result, 'name', 'toolName', 'tool_name'),
    result: value,
    failed: result.is_error === true || result.isError === true || result.status === 'error' || hasError(value),
  }
}

/** A result that is only text, wrapped in parts, is that text; JSON in it is read. */
function unwrapResult(value: unknown): unknown {
  if (typeof value === 'string') return parseJson(value) ?? value
  if (Array.isArray(value) && value.length > 0 && value.every(isPart)) {
    const parts = partsOf(value)
    if (parts.every((part) => part.kind === 'text')) return unwrapResult(parts.map((part) => part.text).join('\n'))
  }
  return value
}

function hasError(value: unknown): boolean {
  return isObject(value) && Boolean(value.error) && Object.keys(value).length <= 2
}

function mediaPart(part: Json): Part | undefined {
  const media =
    fromUrl(part) ?? fromSource(part) ?? fromInline(part) ?? fromAudio(part) ?? fromFile(part) ?? fromSemconv(part)
  return media && { kind: 'media', media }
}

function fromUrl(part: Json): Media | undefined {
  if (part.type !== 'image_url' && part.type !== 'input_image') return undefined
  const url = isObject(part.image_url) ? textField(part.image_url, 'url') : textField(part, 'image_url')
  return url ? { modality: 'image', ...splitDataUrl(url) } : undefined
}

function fromSource(part: Json): Media | undefined {
  if (!isObject(part.source)) return undefined
  const mimeType = textField(part.source, 'media_type', 'mimeType', 'mime_type')
  const uri = textField(part.source, 'url')
  const data = textField(part.source, 'data')
  if (!uri && !data) return undefined
  const modality = modalityOf(mimeType, part.type)
  return { modality, mimeType, uri, ...bytes(data), name: textField(part, 'title') }
}

function fromInline(part: Json): Media | undefined {
  const inline = part.inlineData ?? part.inline_data
  if (isObject(inline)) {
    const mimeType = textField(inline, 'mimeType', 'mime_type')
    return { modality: modalityOf(mimeType), mimeType, ...bytes(textField(inline, 'data')) }
  }
  const file = part.fileData ?? part.file_data
  if (!isObject(file)) return undefined
  const mimeType = textField(file, 'mimeType', 'mime_type')
  return { modality: modalityOf(mimeType), mimeType, uri: textField(file, 'fileUri', 'file_uri') }
}

function fromAudio(part: Json): Media | undefined {
  if (part.type !== 'input_audio' || !isObject(part.input_audio)) return undefined
  const format = textField(part.input_audio, 'format') ?? 'wav'
  return { modality: 'audio', mimeType: `audio/${format}`, ...bytes(textField(part.input_audio, 'data')) }
}

function fromFile(part: Json): Media | undefined {
  if (part.type !== 'file' && part.type !== 'input_file' && part.type !== 'image') return undefined
  const file = isObject(part.file) ? part.file : part
  const mimeType = textField(file, 'mediaType', 'mimeType', 'mime_type', 'media_type')
  const held = textField(file, 'file_data', 'data', 'image', 'url')
  const name = textField(file, 'filename', 'file_name', 'name', 'file_id')
  if (!held && !name) return undefined
  const where: Partial<Media> = held ? splitDataUrl(held) : {}
  return { modality: modalityOf(mimeType ?? where.mimeType, part.type), mimeType, ...where, name }
}

/** blob, uri and file parts of the GenAI semantic conventions. */
function fromSemconv(part: Json): Media | undefined {
  const mimeType = textField(part, 'mime_type')
  const modality = modalityOf(mimeType, part.modality)
  switch (part.type) {
    case 'blob':
      return { modality, mimeType, ...bytes(textField(part, 'content', 'data')) }
    case 'uri':
      return { modality, mimeType, uri: textField(part, 'uri') }
    default:
      return undefined
  }
}

const DATA_URL = /^data:([^;,]+)?(?:;[^,]*)?,(.*)$/s

function splitDataUrl(url: string): Partial<Media> {
  const match = DATA_URL.exec(url)
  if (match) return { mimeType: match[1], data: match[2] }
  return /^[a-z][a-z0-9+.-]*:/i.test(url) ? { uri: url } : bytes(url)
}

/** Bytes that are there, or the token for bytes that are kept apart. */
function bytes(data: string | undefined): Partial<Media> {
  if (data === undefined) return {}
  return mediaOfToken(data) ?? { data }
}
