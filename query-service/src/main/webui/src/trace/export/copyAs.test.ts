import { describe, expect, it } from 'vitest'
import { observation } from '../testObservations'
import { asCurl, asTestCase } from './copyAs'

const input = [
  { role: 'system', content: 'Be kind.' },
  { role: 'user', content: "What's up?" },
]

describe('asCurl', () => {
  it('asks the same again, quoted for a shell', () => {
    const curl = asCurl(
      observation('a', { type: 'generation', model: 'gpt-4o', model_parameters: { temperature: '0.2', x: 1 }, input }),
    )
    expect(curl).toContain('"model": "gpt-4o"')
    expect(curl).toContain('"temperature": 0.2')
    expect(curl).not.toContain('"x"')
    expect(curl).toContain("What'\\''s up?")
  })

  it('has nothing to say of other steps', () => {
    expect(asCurl(observation('a', { type: 'tool', input }))).toBeUndefined()
    expect(asCurl(observation('a', { type: 'generation' }))).toBeUndefined()
  })
})

it('makes a test case', () => {
  const made = JSON.parse(asTestCase('t', observation('a', { input: 'q', output: 'r', model: 'm' })))
  expect(made).toEqual({
    name: 'a',
    input: 'q',
    expected_output: 'r',
    metadata: { trace_id: 't', observation_id: 'a', model: 'm' },
  })
})
