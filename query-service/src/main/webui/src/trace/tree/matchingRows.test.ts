import { expect, it } from 'vitest'
import { observation } from '../testObservations'
import { buildTree } from './buildTree'
import { matchingRows } from './matchingRows'

it('finds by every word and shows the way down', () => {
  const tree = buildTree([
    observation('root'),
    observation('a', { parent_span_id: 'root', name: 'chat', model: 'gpt-4.1', type: 'generation' }),
    observation('b', { parent_span_id: 'root', name: 'search flights', type: 'tool' }),
    observation('c', { parent_span_id: 'b', name: 'http', level: 'ERROR' }),
  ])
  const found = (text: string) => matchingRows(tree, text).map((row) => row.node.observation.span_id)
  expect(found('GPT generation')).toEqual(['root', 'a'])
  expect(found('error')).toEqual(['root', 'b', 'c'])
  expect(found('search')).toEqual(['root', 'b'])
  expect(found('nothing')).toEqual([])
})
