import { expect, it } from 'vitest'
import { parseUrlSearch, stringifyUrlSearch } from './urlSearch'

it('writes plain query strings and reads them back', () => {
  const search = { level: 'WARNING,ERROR', from: '2026-11-23T12:00:00.000Z', search: 'a&b=c "x" +1', range: undefined }
  const text = stringifyUrlSearch(search)
  expect(text).toContain('level=WARNING,ERROR&from=2026-11-23T12:00:00.000Z')
  expect(parseUrlSearch(text)).toEqual({ level: search.level, from: search.from, search: search.search })
  expect(stringifyUrlSearch({})).toBe('')
})
