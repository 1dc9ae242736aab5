import type { Step, TraceOutline } from './schema'
import type { Observation, TraceDetail, TracePage, TraceSummary } from './types'

/*
 * The API sums up tokens and costs and writes 0 where there was nothing to sum. A step that used nothing and one that
 * did not say look alike to a reader only if shown as 0: here the second becomes null, and is shown as a dash.
 */

export function reportedPage(page: TracePage): TracePage {
  return { ...page, data: page.data.map(reportedTrace) }
}

/** What an outline does not say of an observation is empty until the observation itself is read. */
export function outlined({ steps, trace, ...rest }: TraceOutline): TraceDetail {
  return { ...rest, trace: reportedTrace(trace), observations: steps.map(outlinedStep) }
}

/** Written out and always in one order: of ten thousand, each is made as quickly as can be. */
function outlinedStep(step: Step): Observation {
  return {
    span_id: step.span_id,
    parent_span_id: step.parent_span_id ?? null,
    name: step.name,
    type: step.type,
    level: step.level,
    status_message: step.status_message ?? null,
    start_time: step.start_time,
    end_time: null,
    latency_ms: step.latency_ms ?? null,
    completion_start_time: null,
    time_to_first_token_ms: step.time_to_first_token_ms ?? null,
    environment: null,
    model: step.model ?? null,
    provider: null,
    model_parameters: null,
    usage: NOTHING,
    usage_estimated: step.usage_estimated ?? false,
    cost: NOTHING,
    input_tokens: step.input_tokens ?? null,
    output_tokens: step.output_tokens ?? null,
    total_tokens: step.total_tokens ?? null,
    total_cost: step.total_cost ?? null,
    input: null,
    output: null,
    metadata: NOTHING,
    attributes: NOTHING,
    resource_attributes: NOTHING,
    events: NONE,
    links: NONE,
    service_name: null,
    scope_name: null,
    scope_version: null,
    user_id: null,
    session_id: null,
    tool_name: step.tool_name ?? null,
    tool_call_id: null,
    agent_name: step.agent_name ?? null,
    prompt_name: null,
    prompt_version: null,
    error_type: step.error_type ?? null,
  }
}

const NOTHING = {}
const NONE: never[] = []

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
