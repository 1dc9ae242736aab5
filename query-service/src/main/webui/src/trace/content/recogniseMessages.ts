import { anyField, isObject, type Json, type Message, type Part, type Role, textField } from './conversation'
import { isPart, partsOf, toolCall, toolResult } from './messageParts'

const ROLES: Record<string, Role> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  tool: 'tool',
  function: 'tool',
}

/** Messages, if every item of the list is one; a list of anything else is not a chat. */
export function messagesOf(list: readonly unknown[]): Message[] | undefined {
  if (list.length === 0) return undefined
  const messages: Message[] = []
  for (const item of list) {
    const message = messageOf(item)
    if (!message) return undefined
    messages.push(message)
  }
  nameResults(messages)
  return messages
}

export function messageOf(value: unknown): Message | undefined {
  if (!isObject(value)) return undefined
  if (isObject(value.message)) return messageOf(value.message)
  // LangChain's serialised messages: {lc, type: "constructor", id: [..., "HumanMessage"], kwargs: {content}}.
  if (value.type === 'constructor' && isObject(value.kwargs))
    return messageOf({ role: classRole(value), ...value.kwargs })
  const given = roleOf(value)
  if (!given) return responsesItem(value)
  const known = ROLES[given.toLowerCase()]
  const role = known ?? 'other'
  const parts = withTools(value, role)
  if (parts.length === 0 && !('content' in value) && !('parts' in value)) return undefined
  return {
    role: resultOnly(parts) ? 'tool' : role,
    roleName: known ? undefined : given,
    name: textField(value, 'name', 'agent_name'),
    parts,
    finishReason: textField(value, 'finish_reason', 'stop_reason', 'finishReason'),
  }
}

function roleOf(value: Json): string | undefined {
  const role = textField(value, 'role')
  if (role) return role
  const hasContent = 'content' in value || 'text' in value
  const type = textField(value, 'type', '_type')
  return type && type.toLowerCase() in ROLES && hasContent ? type : undefined
}

function classRole(value: Json): string {
  const name = Array.isArray(value.id) ? String(value.id.at(-1)) : ''
  return name.replace(/Message(Chunk)?$/, '').toLowerCase()
}

function withTools(value: Json, role: Role): Part[] {
  const content = anyField(value, 'parts', 'content', 'text')
  const parts: Part[] = []
  const reasoning = textField(value, 'reasoning_content', 'reasoning', 'thinking')
  if (reasoning) parts.push({ kind: 'reasoning', text: reasoning })
  const result = role === 'tool' && !Array.isArray(value.parts) && !holdsResults(content)
  if (result) parts.push(toolResult(value))
  else parts.push(...partsOf(content))
  const more = isObject(value.additional_kwargs) ? value.additional_kwargs : {}
  const calls = anyField(value, 'tool_calls', 'toolCalls') ?? more.tool_calls
  const hasCalls = parts.some((part) => part.kind === 'tool_call')
  if (Array.isArray(calls) && !hasCalls) parts.push(...calls.filter(isObject).map(toolCall))
  if (isObject(value.function_call)) parts.push(toolCall(value.function_call))
  return parts
}

function holdsResults(content: unknown): boolean {
  return Array.isArray(content) && content.length > 0 && partsOf(content).some((part) => part.kind === 'tool_result')
}

/** Anthropic and Google send tool results in the user's name. */
function resultOnly(parts: readonly Part[]): boolean {
  return parts.length > 0 && parts.every((part) => part.kind === 'tool_result')
}

/** Items of OpenAI's Responses API that stand beside messages: calls, their outputs, reasoning. */
function responsesItem(value: Json): Message | undefined {
  if (!isPart(value)) return undefined
  const parts = partsOf(value)
  const first = parts[0]
  if (first?.kind === 'tool_call' || first?.kind === 'reasoning') return { role: 'assistant', parts }
  return first?.kind === 'tool_result' ? { role: 'tool', parts } : undefined
}

/** A result names its call by id only: give it the name of the tool too. */
function nameResults(messages: readonly Message[]): void {
  const names = new Map<string, string>()
  for (const part of messages.flatMap((message) => message.parts)) {
    if (part.kind === 'tool_call' && part.id) names.set(part.id, part.name)
    if (part.kind === 'tool_result' && part.id && !part.name) part.name = names.get(part.id)
  }
}

/** What one choice, candidate or generation of a completion holds. */
export function choiceMessage(choice: unknown): Message | undefined {
  if (!isObject(choice)) return undefined
  const inner = anyField(choice, 'message', 'delta', 'content')
  const finishReason = textField(choice, 'finish_reason', 'finishReason')
  const message = isObject(inner) ? messageOf({ role: 'assistant', ...inner }) : undefined
  if (message) return { ...message, finishReason: finishReason ?? message.finishReason }
  const text = textField(choice, 'text')
  return text ? { role: 'assistant', parts: partsOf(text), finishReason } : undefined
}
