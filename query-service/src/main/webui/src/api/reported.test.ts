import { expect, it } from 'vitest'
import { observation } from '../trace/testObservations'
import { reportedObservation } from './reported'

const sums = { input_tokens: 0, output_tokens: 0, total_tokens: 0, total_cost: 0, usage: {}, cost: {} }

it('tells nothing reported from nothing used', () => {
  expect(reportedObservation(observation('a', sums))).toMatchObject({
    total_tokens: null,
    input_tokens: null,
    total_cost: null,
  })
  const free = observation('b', { ...sums, total_tokens: 5, usage: { input: 5 }, cost: { input: 0 } })
  expect(reportedObservation(free)).toBe(free)
  const unpriced = observation('c', { ...sums, input_tokens: 5, total_tokens: 5, usage: { input: 5 } })
  expect(reportedObservation(unpriced)).toMatchObject({ total_tokens: 5, input_tokens: 5, total_cost: null })
})
