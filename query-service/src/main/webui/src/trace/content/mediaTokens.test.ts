import { describe, expect, it } from 'vitest'
import { mediaIn, mediaOfToken, splitTokens } from './mediaTokens'
import { partsOf } from './messageParts'
import { recognise } from './recogniseContent'

const ID = '0123456789abcdefghij-_'
const TOKEN = `@@@langfuseMedia:type=image/png|id=${ID}|source=base64_data_uri@@@`
const PICTURE = { modality: 'image', mimeType: 'image/png', storedId: ID }

describe('tokens', () => {
  it('are media, with the text around them', () => {
    expect(splitTokens(`See ${TOKEN} and ${TOKEN}!`)).toEqual([
      { kind: 'text', text: 'See ' },
      { kind: 'media', media: PICTURE },
      { kind: 'text', text: ' and ' },
      { kind: 'media', media: PICTURE },
      { kind: 'text', text: '!' },
    ])
    expect(mediaOfToken(TOKEN)).toEqual(PICTURE)
    expect(mediaOfToken(`${TOKEN}?`)).toBeUndefined()
  })

  it('are only what Langfuse writes', () => {
    for (const text of [
      '',
      'text',
      TOKEN.replace(ID, '../../secret'),
      TOKEN.slice(0, -1),
      '@@@langfusePrompt:name=x|label=y@@@',
    ]) {
      expect(splitTokens(text)).toEqual([{ kind: 'text', text }])
    }
  })

  it('are found in values of any shape, each once', () => {
    expect(mediaIn({ a: [{ screenshot: TOKEN }, `again ${TOKEN}`], b: 1, c: null })).toEqual([PICTURE])
    expect(mediaIn('no')).toEqual([])
  })
})

describe('parts whose bytes were moved out', () => {
  it.each([
    { type: 'image_url', image_url: { url: TOKEN } },
    { type: 'input_image', image_url: TOKEN },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: TOKEN } },
    { inlineData: { mimeType: 'image/png', data: TOKEN } },
    { type: 'file', mediaType: 'image/png', data: TOKEN },
    { type: 'blob', modality: 'image', mime_type: 'image/png', content: TOKEN },
    { type: 'text', text: TOKEN },
    TOKEN,
  ])('are the stored media: %j', (part) => {
    expect(partsOf([part])).toMatchObject([{ kind: 'media', media: PICTURE }])
  })

  it('keep the type of sound', () => {
    const token = TOKEN.replace('image/png', 'audio/wav')
    expect(partsOf({ type: 'input_audio', input_audio: { data: token, format: 'wav' } })).toMatchObject([
      { kind: 'media', media: { modality: 'audio', mimeType: 'audio/wav', storedId: ID } },
    ])
  })

  it('show a text with a token as what was said', () => {
    expect(recognise(`Look: ${TOKEN}`, 'output')).toMatchObject({
      kind: 'conversation',
      messages: [{ role: 'assistant', parts: [{ kind: 'text' }, { kind: 'media', media: PICTURE }] }],
    })
    expect(recognise({ answer: TOKEN }, 'output')).toMatchObject({ kind: 'conversation' })
  })
})
