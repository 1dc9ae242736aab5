import {
  anyField,
  type Content,
  isObject,
  type Json,
  type Message,
  parseJson,
  type Tool,
  textField,
} from './conversation'
import { mediaIn } from './mediaTokens'
import { isPart, partsOf } from './messageParts'
import { documentsOf } from './recogniseDocuments'
import { choiceMessage, messageOf, messagesOf } from './recogniseMessages'

export type Side = 'input' | 'output'

/**
 * Finds out what an observation's input or output is: a chat in one of the formats that providers, frameworks and
 * the GenAI conventions use, retrieved documents, a text, or any other value. Never fails; what it does not know is
 * a value. `side` says who speaks when a format does not.
 */
export function recognise(value: unknown, side: Side): Content {
  if (value === null || value === undefined || value === '') return { kind: 'empty' }
  if (typeof value === 'string') {
    const inner = parseJson(value)
    const content = inner === undefined ? undefined : recogniseStructure(inner, side)
    return content ?? (inner === undefined ? textOrMedia(value, side) : { kind: 'value', value: inner })
  }
  return recogniseStructure(value, side) ?? { kind: 'value', value }
}

function textOrMedia(text: string, side: Side): Content {
  return mediaIn(text).length > 0 ? conversation([spoken([text], side)]) : { kind: 'text', text }
}

function recogniseStructure(value: unknown, side: Side): Content | undefined {
  if (Array.isArray(value)) return recogniseList(value, side)
  return isObject(value) ? recogniseObject(value, side) : undefined
}

function recogniseList(list: readonly unknown[], side: Side): Content | undefined {
  // A batch of one chat, as LangChain sends it.
  const batch = list.length === 1 && Array.isArray(list[0]) ? list[0] : list
  const messages = messagesOf(batch)
  if (messages) return conversation(messages)
  if (list.length > 0 && list.every(isPart)) return conversation([spoken(list, side)])
  const documents = documentsOf(list)
  return documents && { kind: 'documents', documents }
}

function recogniseObject(value: Json, side: Side): Content | undefined {
  return (
    recogniseRequest(value) ??
    recogniseResponse(value) ??
    recogniseMessage(value, side) ??
    recogniseRetrieval(value) ??
    recogniseWrapper(value, side)
  )
}

/** A chat request: messages or contents, with instructions, tools and settings around them. */
function recogniseRequest(value: Json): Content | undefined {
  const key = ['messages', 'contents', 'chat_history', 'input', 'prompt'].find((name) => Array.isArray(value[name]))
  const list = key ? (value[key] as unknown[]) : []
  const messages = messagesOf(list.length === 1 && Array.isArray(list[0]) ? list[0] : list)
  if (!key || !messages) return undefined
  const instructions = ['system', 'instructions', 'systemInstruction', 'system_instruction', 'system_instructions']
  const system = anyField(value, ...instructions)
  const parts = partsOf(isObject(system) && system.parts ? system.parts : system)
  const all: Message[] = parts.length > 0 ? [{ role: 'system', parts }, ...messages] : messages
  const rest = Object.entries(value).filter(
    ([name]) => name !== key && name !== 'tools' && !instructions.includes(name),
  )
  return conversation(all, toolsOf(value.tools), Object.fromEntries(rest))
}

/** A completion: choices, candidates, generations, or the output items of OpenAI's Responses API. */
function recogniseResponse(value: Json): Content | undefined {
  const key = ['choices', 'candidates', 'generations', 'output'].find((name) => Array.isArray(value[name]))
  if (!key) return undefined
  const list = (value[key] as unknown[]).flat()
  const messages = key === 'output' ? messagesOf(list) : all(list.map(choiceMessage))
  return messages && conversation(messages)
}

function all(messages: readonly (Message | undefined)[]): Message[] | undefined {
  const found = messages.filter((message) => message !== undefined)
  return found.length > 0 && found.length === messages.length ? found : undefined
}

function recogniseMessage(value: Json, side: Side): Content | undefined {
  const message = messageOf(value)
  if (message) return conversation([message])
  if (isPart(value)) return conversation([spoken([value], side)])
  // Anthropic's answer without its role, or an assistant message that only calls tools.
  const parts = Array.isArray(value.content) && value.content.length > 0 && value.content.every(isPart)
  const calls = Array.isArray(value.tool_calls) && value.tool_calls.length > 0
  if (!parts && !calls) return undefined
  const assumed = messageOf({ role: side === 'input' ? 'user' : 'assistant', content: null, ...value })
  return assumed && conversation([assumed])
}

function recogniseRetrieval(value: Json): Content | undefined {
  for (const key of ['documents', 'docs', 'matches', 'results', 'chunks', 'context', 'contexts', 'sources', 'hits']) {
    const list = value[key]
    const documents = Array.isArray(list) ? documentsOf(list) : undefined
    // Only when nothing else of weight would be hidden.
    if (documents && Object.keys(value).length <= 2) return { kind: 'documents', documents }
  }
  return undefined
}

/** {"input": …}, {"output": …}: a wrapper of one field is shown as what it wraps. */
function recogniseWrapper(value: Json, side: Side): Content | undefined {
  const entries = Object.entries(value)
  const [key, held] = entries[0] ?? []
  if (entries.length !== 1 || key === undefined) return undefined
  if (typeof held === 'string' && TEXT_FIELDS.has(key)) return textOrMedia(held, side)
  return recogniseStructure(held, side)
}

const TEXT_FIELDS = new Set(['input', 'output', 'text', 'content', 'question', 'query', 'prompt', 'answer', 'response'])

function spoken(parts: readonly unknown[], side: Side): Message {
  return { role: side === 'input' ? 'user' : 'assistant', parts: partsOf(parts) }
}

function conversation(messages: Message[], tools: Tool[] = [], settings: Json = {}): Content {
  return { kind: 'conversation', messages, tools, settings }
}

/** Tool definitions as OpenAI, Anthropic, Google and the GenAI conventions write them. */
export function toolsOf(value: unknown): Tool[] {
  if (!Array.isArray(value)) return []
  return value.filter(isObject).flatMap((tool) => {
    const declared = tool.functionDeclarations ?? tool.function_declarations
    if (Array.isArray(declared)) return toolsOf(declared)
    const target = isObject(tool.function) ? tool.function : tool
    const name = textField(target, 'name') ?? textField(tool, 'type')
    if (!name) return []
    const parameters = anyField(target, 'parameters', 'input_schema', 'inputSchema')
    return [{ name, description: textField(target, 'description'), parameters }]
  })
}
