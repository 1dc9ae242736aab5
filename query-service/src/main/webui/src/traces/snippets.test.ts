import { expect, it } from 'vitest'
import { snippets } from './snippets'

it('fills in the address and the key everywhere', () => {
  const key = { publicKey: 'pk-1', secretKey: 'sk-2' }
  for (const { id, code } of snippets('https://s.example', 's.example', key)) {
    expect(code, id).toContain('pk-1')
    expect(code, id).toContain('sk-2')
    expect(code, id).toContain('s.example')
    expect(code, id).not.toContain('SECRET_KEY:')
  }
  expect(snippets('https://s.example', 's.example').every(({ code }) => code.includes('SECRET_KEY'))).toBe(true)
})
