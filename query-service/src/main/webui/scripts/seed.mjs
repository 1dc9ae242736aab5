// Sends what a shop's assistant could have said over the last two days, so that every page has something to show:
// conversations with an agent, tools and documents, failing calls, feedback, and with --large one trace of 10,000 steps.
// node scripts/seed.mjs --url http://127.0.0.1:3000 --key PUBLIC:SECRET [--traces 300] [--hours 48] [--large]
// With --at 2026-11-24T12:00:00Z it ends then instead of now, and everything is the same each time, ids and times too.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: process.env.SIGHTLINE_URL ?? 'http://127.0.0.1:3000' },
    key: { type: 'string', default: process.env.SIGHTLINE_KEY },
    traces: { type: 'string', default: '300' },
    hours: { type: 'string', default: '48' },
    large: { type: 'boolean', default: false },
    at: { type: 'string' },
  },
})
if (!options.key) throw new Error('give --key PUBLIC:SECRET, as ./sightline up prints them')
const authorization = `Basic ${Buffer.from(options.key).toString('base64')}`

// The same shop each time: only ids and times differ.
const numbers = (seed) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
const random = numbers(20261126)
const ofIds = numbers(20261127)
const pick = (list) => list[Math.floor(random() * list.length)]
const between = (low, high) => low + random() * (high - low)
const id = (bytes) =>
  (options.at ? Buffer.from(Array.from({ length: bytes }, () => ofIds() * 256)) : randomBytes(bytes)).toString('hex')

const QUESTIONS = [
  [
    'How long may I return a pair of shoes that do not fit?',
    'You may return shoes within 30 days of delivery, unworn and in their box.',
  ],
  ['Where is my order 48213?', 'Order 48213 left our warehouse yesterday and arrives on Thursday before noon.'],
  [
    'Can I pay in three parts?',
    'Yes. Choose “Pay in parts” at the checkout; the first third is due at once, without interest.',
  ],
  [
    'Do you ship to Iceland?',
    'We do. It takes five to seven working days and costs 14 euros; duties are yours to pay.',
  ],
  [
    'The zipper of my jacket broke after a week.',
    'I am sorry. I opened a warranty case; you get a label by e-mail and a new jacket within a week.',
  ],
  [
    'Which running shoe is right for wide feet?',
    'Of ours the Terra 4 in 2E is the widest. Customers with wide feet rate it 4.7 of 5.',
  ],
  [
    'Cancel my subscription.',
    'Done: your subscription ends on the last day of this month, and nothing more is charged.',
  ],
]
const MODELS = [
  ['gpt-4o', 'openai'],
  ['gpt-4o-mini', 'openai'],
  ['claude-sonnet-4-5', 'anthropic'],
  ['gemini-2.5-flash', 'google'],
]
const USERS = ['anna', 'bjorn', 'chiara', 'dmitri', 'elif', 'farid', 'grace', 'hiro'].map(
  (name) => `${name}@example.com`,
)
const RELEASES = ['2026.11.1', '2026.11.2', '2026.11.3']

const value = (raw) =>
  typeof raw === 'number'
    ? Number.isInteger(raw)
      ? { intValue: String(raw) }
      : { doubleValue: raw }
    : Array.isArray(raw)
      ? { arrayValue: { values: raw.map(value) } }
      : { stringValue: typeof raw === 'string' ? raw : JSON.stringify(raw) }
const attributes = (map) =>
  Object.entries(map)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => ({ key, value: value(each) }))
const nanos = (ms) => `${Math.round(ms * 1000)}000`
const message = (role, content) => ({ role, parts: [{ type: 'text', content }] })

function span(trace, parent, name, start, ms, more = {}, error) {
  const each = {
    traceId: trace.id,
    spanId: id(8),
    parentSpanId: parent,
    name,
    kind: 3,
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(start + ms),
    attributes: attributes(more),
    ...(error && { status: { code: 2, message: error } }),
  }
  trace.spans.push(each)
  return each.spanId
}

function generation(trace, parent, start, [model, provider], input, output, more = {}, error) {
  const inTokens = Math.round(between(300, 4200))
  const outTokens = error ? undefined : Math.round(between(30, 420))
  const ms = error ? between(900, 30_000) : 250 + (outTokens ?? 0) * between(4, 14)
  span(
    trace,
    parent,
    `chat ${model}`,
    start,
    ms,
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': model,
      'gen_ai.request.temperature': 0.2,
      'gen_ai.usage.input_tokens': inTokens,
      'gen_ai.usage.output_tokens': outTokens,
      'gen_ai.input.messages': JSON.stringify(input),
      'gen_ai.output.messages': error ? undefined : JSON.stringify([message('assistant', output)]),
      ...more,
    },
    error,
  )
  return ms
}

function newTrace(facts) {
  return { id: id(16), spans: [], facts }
}

const common = ({ user, session, environment, release, tags, name }) => ({
  'langfuse.trace.name': name,
  'user.id': user,
  'session.id': session,
  'deployment.environment.name': environment,
  'langfuse.release': release,
  'langfuse.trace.tags': tags,
})

/** A supervisor hands over to specialists, who use tools, until an answer is good enough. */
function agentTrace(at, facts, [question, answer], history) {
  const trace = newTrace(facts)
  const model = pick(MODELS)
  const root = span(trace, '', 'shop assistant', at, 0, {
    ...common({ ...facts, name: 'shop assistant' }),
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'supervisor',
    'gen_ai.input.messages': JSON.stringify([...history, message('user', question)]),
    'gen_ai.output.messages': JSON.stringify([message('assistant', answer)]),
  })
  let now = at + 5
  const rounds = random() < 0.25 ? 4 : random() < 0.5 ? 2 : 1
  for (let round = 0; round < rounds; round++) {
    now += generation(
      trace,
      root,
      now,
      model,
      [message('system', 'Plan the next step.'), message('user', question)],
      'Ask the researcher.',
    )
    const researcher = span(trace, root, 'researcher', now, 0, {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'researcher',
    })
    const began = now
    const failing = random() < 0.08
    const tools = random() < 0.5 ? ['search_orders'] : ['search_documents', 'get_policy']
    for (const tool of tools) {
      const ms = between(20, 900)
      span(
        trace,
        researcher,
        `execute_tool ${tool}`,
        now,
        ms,
        {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': tool,
          'gen_ai.tool.call.arguments': JSON.stringify({ query: question.slice(0, 40) }),
          'gen_ai.tool.call.result': failing ? undefined : JSON.stringify({ found: 3, best: answer.slice(0, 60) }),
        },
        failing ? 'ConnectionError: the order service did not answer in 5 s' : undefined,
      )
      now += ms + 4
    }
    now += generation(trace, researcher, now, MODELS[1], [message('user', question)], answer)
    close(trace, researcher, now - began)
  }
  const writer = span(trace, root, 'writer', now, 0, {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'writer',
  })
  const began = now
  const fails = random() < 0.05
  now += generation(
    trace,
    writer,
    now,
    model,
    [message('system', 'You answer customers of a shop, kindly and briefly.'), ...history, message('user', question)],
    answer,
    {},
    fails ? '429: the model is overloaded, try again in 20 s' : undefined,
  )
  close(trace, writer, now - began)
  close(trace, root, now - at)
  return trace
}

function ragTrace(at, facts, [question, answer]) {
  const trace = newTrace(facts)
  const root = span(trace, '', 'answer from documents', at, 0, {
    ...common({ ...facts, name: 'answer from documents' }),
    'gen_ai.operation.name': 'chain',
    'langfuse.observation.type': 'chain',
    'input.value': question,
    'output.value': answer,
  })
  const found = between(30, 260)
  span(trace, root, 'find documents', at + 3, found, {
    'langfuse.observation.type': 'retriever',
    'input.value': question,
    'output.value': JSON.stringify([
      { content: answer, score: 0.91, source: 'returns.md' },
      { content: 'Opening hours: 9 to 18.', score: 0.31, source: 'hours.md' },
    ]),
  })
  span(trace, root, 'check the answer', at + found, between(1, 9), {
    'langfuse.observation.type': 'guardrail',
    'input.value': `${answer} Write to support@example.com or pay with card 4111 1111 1111 1111.`,
    'output.value': JSON.stringify({
      action: 'redact',
      findings: [
        { type: 'email_address', start: answer.length + 10, end: answer.length + 29, score: 1, rule: 'email' },
        { type: 'credit_card', start: answer.length + 47, end: answer.length + 66, score: 1, rule: 'luhn' },
      ],
    }),
  })
  const ms = generation(
    trace,
    root,
    at + found + 12,
    pick(MODELS),
    [message('system', 'Answer from the documents.'), message('user', question)],
    answer,
  )
  close(trace, root, found + 12 + ms)
  return trace
}

function close(trace, spanId, ms) {
  const each = trace.spans.find((known) => known.spanId === spanId)
  each.endTimeUnixNano = String(BigInt(each.startTimeUnixNano) + BigInt(Math.round(ms * 1e6)))
}

function largeTrace(at) {
  const trace = newTrace({})
  const root = span(
    trace,
    '',
    'night run of 10,000 steps',
    at,
    600_000,
    common({ name: 'night run of 10,000 steps', tags: ['large'] }),
  )
  for (let batch = 0; batch < 99; batch++) {
    const parent = span(trace, root, `batch ${batch}`, at + batch * 6000, 5900)
    for (let step = 0; step < 100; step++) {
      const start = at + batch * 6000 + step * 58
      if (step % 5 === 0)
        generation(
          trace,
          parent,
          start,
          pick(MODELS),
          [message('user', `Summarise page ${step}`)],
          `Page ${step} in short.`,
        )
      else span(trace, parent, pick(['fetch page', 'split text', 'embed', 'store']), start, between(3, 50))
    }
  }
  return trace
}

async function post(path, body) {
  const response = await fetch(options.url + path, {
    method: 'POST',
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok && response.status !== 207) throw new Error(`${path}: ${response.status} ${await response.text()}`)
}

const resource = { attributes: attributes({ 'service.name': 'shop-assistant', 'service.version': '7.2.0' }) }
async function send(traces) {
  let batch = []
  const flush = async () => {
    if (batch.length > 0) {
      await post('/api/public/otel/v1/traces', {
        resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'shop' }, spans: batch }] }],
      })
    }
    batch = []
  }
  for (const { spans } of traces) {
    for (const each of spans) {
      batch.push(each)
      if (batch.length >= 500) await flush()
    }
  }
  await flush()
}

const now = (options.at ? Date.parse(options.at) : Date.now()) - 60_000
const count = Number(options.traces)
const traces = []
while (traces.length < count) {
  // Days are busier than nights, and the last hours busier than the first.
  const at = now - random() ** 1.4 * Number(options.hours) * 3_600_000
  const session = `session-${id(4)}`
  const facts = {
    user: pick(USERS),
    session,
    environment: random() < 0.8 ? 'production' : 'staging',
    release: pick(RELEASES),
    tags: random() < 0.3 ? ['vip'] : ['web'],
  }
  const turns = 1 + Math.floor(random() * 4)
  const history = []
  for (let turn = 0; turn < turns && traces.length < count; turn++) {
    const exchange = pick(QUESTIONS)
    traces.push(
      random() < 0.65
        ? agentTrace(at + turn * 45_000, facts, exchange, [...history])
        : ragTrace(at + turn * 45_000, facts, exchange),
    )
    history.push(message('user', exchange[0]), message('assistant', exchange[1]))
  }
}
if (options.large) traces.push(largeTrace(now - 900_000))
await send(traces)
// What an application gets wrong, for the page that says so.
const wrong = newTrace({})
span(wrong, '', 'ends before it starts', now, -1000)
span({ ...wrong, id: '' }, '', 'without a trace', now, 1000)
await send([wrong])
const scores = traces.slice(0, count).flatMap((trace) => {
  const liked = random() < 0.7
  const said = (name, more) => ({
    id: id(16),
    type: 'score-create',
    timestamp: new Date(now).toISOString(),
    body: { id: id(16), traceId: trace.id, name, ...more },
  })
  return [
    ...(random() < 0.5
      ? [
          said('thumbs', {
            value: liked ? 1 : 0,
            dataType: 'BOOLEAN',
            comment: liked ? undefined : 'That is not what I asked.',
          }),
        ]
      : []),
    ...(random() < 0.4
      ? [
          said('accuracy', {
            value: Math.round((liked ? between(0.6, 1) : between(0, 0.6)) * 100) / 100,
            dataType: 'NUMERIC',
          }),
        ]
      : []),
    ...(random() < 0.3
      ? [
          said('tone', {
            value: liked ? pick(['kind', 'neutral']) : pick(['neutral', 'curt']),
            dataType: 'CATEGORICAL',
          }),
        ]
      : []),
  ]
})
for (let at = 0; at < scores.length; at += 100)
  await post('/api/public/ingestion', { batch: scores.slice(at, at + 100) })
console.log(
  `${traces.length} traces, ${traces.reduce((sum, { spans }) => sum + spans.length, 0)} steps, ${scores.length} scores`,
)
