import { describe, expect, it } from 'vitest'
import type { Content, Message } from './conversation'
import { recognise } from './recogniseContent'

function chat(value: unknown, side: 'input' | 'output' = 'input'): Message[] {
  const content: Content = recognise(value, side)
  if (content.kind !== 'conversation') throw new Error(`not a conversation but ${JSON.stringify(content)}`)
  return content.messages
}

const shape = (messages: Message[]) => messages.map(({ role, parts }) => [role, ...parts.map((part) => part.kind)])

describe('chats', () => {
  it('reads OpenAI messages with calls and results, and names the result', () => {
    const messages = chat([
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Weather?' },
          { type: 'image_url', image_url: { url: 'https://x/y.png' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"place":"Rome"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"c":21}' },
    ])
    expect(shape(messages)).toEqual([
      ['system', 'text'],
      ['user', 'text', 'media'],
      ['assistant', 'tool_call'],
      ['tool', 'tool_result'],
    ])
    expect(messages[2]?.parts[0]).toMatchObject({ id: 'c1', name: 'weather', arguments: { place: 'Rome' } })
    expect(messages[3]?.parts[0]).toMatchObject({ id: 'c1', name: 'weather', result: { c: 21 }, failed: false })
  })

  it('reads the structured messages of the GenAI conventions', () => {
    const messages = chat([
      { role: 'system', parts: [{ type: 'text', content: 'Plan trips.' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'Lisbon' },
          { type: 'uri', modality: 'image', uri: 'gs://b/i.png', mime_type: 'image/png' },
          { type: 'blob', modality: 'audio', mime_type: 'audio/wav', content: 'AAAA' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'Hm.' },
          { type: 'tool_call', id: '1', name: 'flights', arguments: { to: 'LIS' } },
        ],
        finish_reason: 'tool_call',
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: '1', response: { error: 'timeout' } }] },
    ])
    expect(shape(messages)).toEqual([
      ['system', 'text'],
      ['user', 'text', 'media', 'media'],
      ['assistant', 'reasoning', 'tool_call'],
      ['tool', 'tool_result'],
    ])
    expect(messages[2]?.finishReason).toBe('tool_call')
    expect(messages[3]?.parts[0]).toMatchObject({ name: 'flights', failed: true })
    expect(messages[1]?.parts[2]).toMatchObject({ media: { modality: 'audio', data: 'AAAA' } })
  })

  it('reads a request with its tools and settings', () => {
    const content = recognise(
      {
        model: 'm',
        temperature: 0.1,
        system: 'Answer from the documents.',
        messages: [{ role: 'user', content: 'Hi' }],
        tools: [
          { type: 'function', function: { name: 'search', description: 'Finds', parameters: { type: 'object' } } },
        ],
      },
      'input',
    )
    expect(content).toMatchObject({
      kind: 'conversation',
      messages: [{ role: 'system' }, { role: 'user' }],
      tools: [{ name: 'search', description: 'Finds' }],
      settings: { model: 'm', temperature: 0.1 },
    })
  })

  it('reads completions of OpenAI, Google and LangChain', () => {
    expect(
      chat({ choices: [{ message: { role: 'assistant', content: 'A' }, finish_reason: 'stop' }] }, 'output'),
    ).toEqual([{ role: 'assistant', parts: [{ kind: 'text', text: 'A' }], finishReason: 'stop' }])
    expect(
      shape(
        chat({
          candidates: [
            { content: { role: 'model', parts: [{ text: 'A' }, { functionCall: { name: 'f', args: {} } }] } },
          ],
        }),
      ),
    ).toEqual([['assistant', 'text', 'tool_call']])
    expect(
      shape(
        chat({
          generations: [
            [{ text: 'A', message: { type: 'constructor', id: ['langchain', 'AIMessage'], kwargs: { content: 'A' } } }],
          ],
        }),
      ),
    ).toEqual([['assistant', 'text']])
  })

  it("reads OpenAI's Responses API in both directions", () => {
    const input = {
      instructions: 'Be kind.',
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: '7' },
      ],
    }
    expect(shape(chat(input))).toEqual([
      ['system', 'text'],
      ['user', 'text'],
      ['assistant', 'tool_call'],
      ['tool', 'tool_result'],
    ])
    const output = {
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Think.' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] },
      ],
    }
    expect(shape(chat(output, 'output'))).toEqual([
      ['assistant', 'reasoning'],
      ['assistant', 'text'],
    ])
  })

  it('reads Anthropic messages: results in the name of the user are results', () => {
    const messages = chat([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'So.' },
          { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't', is_error: true, content: [{ type: 'text', text: 'nope' }] }],
      },
      { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } }] },
    ])
    expect(shape(messages)).toEqual([
      ['assistant', 'reasoning', 'tool_call'],
      ['tool', 'tool_result'],
      ['user', 'media'],
    ])
    expect(messages[1]?.parts[0]).toMatchObject({ name: 'f', result: 'nope', failed: true })
    expect(shape(chat({ content: [{ type: 'text', text: 'A' }], stop_reason: 'end_turn' }, 'output'))).toEqual([
      ['assistant', 'text'],
    ])
  })

  it('reads LangChain, Vercel and OpenInference messages', () => {
    expect(
      shape(
        chat([
          [
            { type: 'human', content: 'Hi' },
            { type: 'ai', content: 'Hello' },
          ],
        ]),
      ),
    ).toEqual([
      ['user', 'text'],
      ['assistant', 'text'],
    ])
    expect(
      shape(
        chat([
          { role: 'assistant', content: [{ type: 'tool-call', toolCallId: '1', toolName: 'f', args: {} }] },
          { role: 'tool', content: [{ type: 'tool-result', toolCallId: '1', toolName: 'f', result: 3 }] },
        ]),
      ),
    ).toEqual([
      ['assistant', 'tool_call'],
      ['tool', 'tool_result'],
    ])
    expect(shape(chat([{ message: { role: 'user', content: 'Hi' } }]))).toEqual([['user', 'text']])
  })

  it('reads chats inside strings and wrappers, and content parts without a role', () => {
    expect(shape(chat('{"messages":[{"role":"user","content":"Hi"}]}'))).toEqual([['user', 'text']])
    expect(shape(chat({ input: { messages: [{ role: 'user', content: 'Hi' }] } }))).toEqual([['user', 'text']])
    expect(shape(chat([{ type: 'text', text: 'Hi' }], 'output'))).toEqual([['assistant', 'text']])
  })

  it('keeps a role it does not know', () => {
    expect(chat([{ role: 'critic', content: 'No.' }])[0]).toMatchObject({ role: 'other', roleName: 'critic' })
  })

  it('keeps parts it does not know', () => {
    expect(chat([{ role: 'user', content: [{ type: 'hologram', x: 1 }] }])[0]?.parts[0]).toEqual({
      kind: 'other',
      value: { type: 'hologram', x: 1 },
    })
  })
})

describe('documents', () => {
  it('reads lists, wrapped lists, pairs with a score, and prefixed fields', () => {
    const document = {
      id: 'kb-1',
      title: 'Returns',
      content: 'Thirty days.',
      score: 0.8,
      metadata: { source: 'kb/r.md' },
    }
    expect(recognise([document], 'output')).toEqual({
      kind: 'documents',
      documents: [
        {
          id: 'kb-1',
          title: 'Returns',
          text: 'Thirty days.',
          score: 0.8,
          source: 'kb/r.md',
          metadata: { source: 'kb/r.md' },
        },
      ],
    })
    expect(recognise({ documents: [document] }, 'output').kind).toBe('documents')
    expect(recognise([[{ page_content: 'x', metadata: {} }, 0.5]], 'output')).toMatchObject({
      documents: [{ score: 0.5 }],
    })
    expect(recognise([{ 'document.content': 'x', 'document.score': 0.4 }], 'output')).toMatchObject({
      documents: [{ text: 'x', score: 0.4 }],
    })
  })
})

describe('everything else', () => {
  it('takes values nested as deeply as the server lets through', () => {
    let value: unknown = 'deep'
    for (let depth = 0; depth < 1000; depth++) value = depth % 2 ? { input: value } : [value]
    expect(recognise(value, 'input').kind).toBe('value')
  })

  it.each([
    [null, { kind: 'empty' }],
    ['', { kind: 'empty' }],
    ['Hello {you}', { kind: 'text', text: 'Hello {you}' }],
    ['{broken', { kind: 'text', text: '{broken' }],
    ['{"a":1}', { kind: 'value', value: { a: 1 } }],
    [{ question: 'Why?' }, { kind: 'text', text: 'Why?' }],
    [
      { query: 'Why?', top_k: 3 },
      { kind: 'value', value: { query: 'Why?', top_k: 3 } },
    ],
    [[1, 2], { kind: 'value', value: [1, 2] }],
    [[], { kind: 'value', value: [] }],
    [{}, { kind: 'value', value: {} }],
    [0, { kind: 'value', value: 0 }],
    [false, { kind: 'value', value: false }],
    [[{ role: 'user' }], { kind: 'value', value: [{ role: 'user' }] }],
    [{ messages: [] }, { kind: 'value', value: { messages: [] } }],
    [{ choices: [{ index: 0 }] }, { kind: 'value', value: { choices: [{ index: 0 }] } }],
    [[{ name: 'a' }, { name: 'b' }], { kind: 'value', value: [{ name: 'a' }, { name: 'b' }] }],
    [
      { role: 'admin', permissions: [] },
      { kind: 'value', value: { role: 'admin', permissions: [] } },
    ],
  ])('%j', (value, content) => expect(recognise(value, 'input')).toEqual(content))
})
