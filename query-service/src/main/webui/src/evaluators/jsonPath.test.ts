import { expect, it } from 'vitest'
import { jsonPath } from './jsonPath'

it('names a place', () => {
  expect(jsonPath([])).toBe('$')
  expect(jsonPath(['messages', 0, 'content'])).toBe('$.messages[0].content')
  expect(jsonPath(['a b', "it's"])).toBe("$['a b']['it\\'s']")
})
