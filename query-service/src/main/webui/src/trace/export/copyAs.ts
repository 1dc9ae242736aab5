import type { Observation } from '../../api/types'
import { isObject, type Message, type Part } from '../content/conversation'
import { recognise } from '../content/recogniseContent'

/** The call again, against any server that speaks OpenAI's chat completions; undefined for what is no chat. */
export function asCurl(observation: Observation): string | undefined {
  const content = recognise(observation.input, 'input')
  if (observation.type !== 'generation' || content.kind !== 'conversation') return undefined
  const body = {
    model: observation.model ?? 'MODEL',
    messages: content.messages.map(toOpenAi),
    ...numbers(observation.model_parameters),
    ...(content.tools.length > 0 && {
      tools: content.tools.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, description, parameters },
      })),
    }),
  }
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''")
  return `curl -fsS "$OPENAI_BASE_URL/chat/completions" \\
  -H "Authorization: Bearer $OPENAI_API_KEY" -H 'Content-Type: application/json' -d '${json}'`
}

const PARAMETERS = ['temperature', 'top_p', 'max_tokens', 'seed', 'frequency_penalty', 'presence_penalty']

function numbers(parameters: Record<string, unknown> | null): Record<string, number> {
  const known: Record<string, number> = {}
  for (const name of PARAMETERS) {
    const value = Number(parameters?.[name] ?? Number.NaN)
    if (Number.isFinite(value)) known[name] = value
  }
  return known
}

function toOpenAi({ role, parts }: Message): object {
  const text = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')
  const calls = parts.flatMap((part) => (part.kind === 'tool_call' ? [toCall(part)] : []))
  const result = parts.find((part) => part.kind === 'tool_result')
  if (result) {
    return { role: 'tool', tool_call_id: result.id ?? 'call', content: textOf(result.result) }
  }
  const known = role === 'other' ? 'user' : role
  return { role: known, content: text, ...(calls.length > 0 && { tool_calls: calls }) }
}

function toCall(part: Extract<Part, { kind: 'tool_call' }>): object {
  return { id: part.id ?? 'call', type: 'function', function: { name: part.name, arguments: textOf(part.arguments) } }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** What a test or a dataset needs of the step: what went in, what came out, and where it came from. */
export function asTestCase(traceId: string, observation: Observation): string {
  const { name, span_id, model, input, output, metadata } = observation
  return JSON.stringify(
    {
      name,
      input: input ?? null,
      expected_output: output ?? null,
      metadata: {
        trace_id: traceId,
        observation_id: span_id,
        ...(model && { model }),
        ...(isObject(metadata) && Object.keys(metadata).length > 0 && { recorded: metadata }),
      },
    },
    null,
    2,
  )
}
