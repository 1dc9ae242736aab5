import type { Observation, TraceDetail, TracePage, TraceSummary } from './types'

/*
 * The API sums up tokens and costs and writes 0 where there was nothing to sum. A step that used nothing and one that
 * did not say look alike to a reader only if shown as 0: here the second becomes null, and is shown as a dash.
 */

export function reportedPage(page: TracePage): TracePage {
  return { ...page, data: page.data.map(reportedTrace) }
}

export function reportedDetail(detail: TraceDetail): TraceDetail {
  return { ...detail, trace: reportedTrace(detail.trace), observations: detail.observations.map(reportedObservation) }
}

export function reportedTrace(trace: TraceSummary): TraceSummary {
  if (trace.total_tokens) return trace
  return {
    ...trace,
    input_tokens: null,
    output_tokens: null,
    total_tokens: null,
    total_cost: trace.total_cost || null,
  }
}

export function reportedObservation(observation: Observation): Observation {
  const usesTokens = Boolean(observation.total_tokens) || hasKeys(observation.usage)
  const hasCost = Boolean(observation.total_cost) || hasKeys(observation.cost)
  if (usesTokens && hasCost) return observation
  return {
    ...observation,
    ...(usesTokens ? {} : { input_tokens: null, output_tokens: null, total_tokens: null }),
    total_cost: hasCost ? observation.total_cost : null,
  }
}

function hasKeys(object: object): boolean {
  return Object.keys(object).length > 0
}
