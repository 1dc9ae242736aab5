import { expect, it } from 'vitest'
import { observation } from '../testObservations'
import { buildTree } from '../tree/buildTree'
import { errorGroups } from './errorGroups'
import { errorsOf } from './summarise'

it('tells the same failure once', () => {
  const failed = { level: 'ERROR', name: 'chat' } as const
  const tree = buildTree([
    observation('1', { ...failed, status_message: '429' }),
    observation('2', { ...failed, error_type: 'Timeout' }),
    observation('3', { ...failed, status_message: '429' }),
    observation('4', failed),
  ])
  expect(
    errorGroups(errorsOf(tree)).map(({ first, reason, count }) => [first.observation.span_id, reason, count]),
  ).toEqual([
    ['1', '429', 2],
    ['2', 'Timeout', 1],
    ['4', 'failed without a message', 1],
  ])
})
