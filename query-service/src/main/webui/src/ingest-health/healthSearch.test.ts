import { describe, expect, it } from 'vitest'
import { parseHealthSearch } from './healthSearch'

describe('parseHealthSearch', () => {
  it('keeps a range it knows', () => {
    expect(parseHealthSearch({ range: '7d', other: 'x' })).toEqual({ range: '7d' })
  })

  it('leaves the default and what it does not know out', () => {
    expect(parseHealthSearch({ range: '1h' })).toEqual({})
    expect(parseHealthSearch({ range: 'forever' })).toEqual({})
    expect(parseHealthSearch({ range: 7 })).toEqual({})
  })
})
