/**
 * What `/api/v1` answers, field by field. Times are ISO-8601 UTC with up to nine fraction digits, durations are
 * milliseconds with fractions, money is USD. A value that was not recorded is null.
 */

export type Level = 'DEBUG' | 'DEFAULT' | 'WARNING' | 'ERROR'

export const LEVELS: readonly Level[] = ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR']

export type ObservationType =
  | 'span'
  | 'generation'
  | 'event'
  | 'agent'
  | 'tool'
  | 'chain'
  | 'retriever'
  | 'evaluator'
  | 'embedding'
  | 'guardrail'

export type ScoreDataType = 'NUMERIC' | 'BOOLEAN' | 'CATEGORICAL' | 'TEXT'

export type ScoreSource = 'feedback' | 'evaluator' | 'annotation' | 'api'

export interface Project {
  id: string
  name: string
  organization: { id: string; name: string }
}

export interface Session {
  user: { email: string; name: string }
  projects: Project[]
}

export interface ScoreSummary {
  name: string
  data_type: ScoreDataType
  value: number | null
  string_value: string | null
  source: ScoreSource
}

export interface TraceSummary {
  trace_id: string
  name: string | null
  start_time: string
  end_time: string | null
  latency_ms: number | null
  level: Level
  observation_count: number
  error_count: number
  input_tokens: number | null
  output_tokens: number | null
  total_tokens: number | null
  /** Some of the tokens are. */
  usage_estimated: boolean
  total_cost: number | null
  user_id: string | null
  session_id: string | null
  environment: string | null
  release: string | null
  version: string | null
  tags: string[]
  models: string[]
  scores: ScoreSummary[]
}

export interface TracePage {
  data: TraceSummary[]
  next_cursor: string | null
}

export interface ObservationEvent {
  name: string
  time: string
  attributes: Record<string, unknown>
}

export interface ObservationLink {
  trace_id?: string
  span_id?: string
  attributes?: Record<string, unknown>
}

export interface Observation {
  span_id: string
  parent_span_id: string | null
  name: string
  type: ObservationType
  level: Level
  status_message: string | null
  start_time: string
  end_time: string | null
  latency_ms: number | null
  completion_start_time: string | null
  time_to_first_token_ms: number | null
  environment: string | null
  model: string | null
  provider: string | null
  model_parameters: Record<string, unknown> | null
  usage: Record<string, number> | null
  usage_estimated: boolean
  cost: Record<string, number> | null
  input_tokens: number | null
  output_tokens: number | null
  total_tokens: number | null
  total_cost: number | null
  input: unknown
  output: unknown
  metadata: Record<string, unknown> | null
  attributes: Record<string, unknown> | null
  resource_attributes: Record<string, unknown> | null
  events: ObservationEvent[] | null
  links: ObservationLink[] | null
  service_name: string | null
  scope_name: string | null
  scope_version: string | null
  user_id: string | null
  session_id: string | null
  tool_name: string | null
  tool_call_id: string | null
  agent_name: string | null
  prompt_name: string | null
  prompt_version: number | null
  error_type: string | null
}

export interface Score extends ScoreSummary {
  id: string
  trace_id: string
  observation_id: string | null
  session_id: string | null
  comment: string | null
  evaluator_name: string | null
  evaluator_version: string | null
  evaluator_trace_id: string | null
  model: string | null
  timestamp: string
  metadata: Record<string, unknown> | null
  /** Why no value could be given; then `value` and `string_value` are null. */
  error: string | null
}

export interface TraceDetail {
  trace: TraceSummary
  observations: Observation[]
  scores: Score[]
  /** True when the trace has more observations than the server sends. */
  truncated: boolean
}

export type IngestOutcome = 'accepted' | 'rejected' | 'redacted' | 'flagged' | 'sampled' | 'limited' | 'dead_lettered'

export interface IngestHint {
  level: 'good' | 'info' | 'warning' | 'error'
  text: string
}

export interface IngestReason {
  outcome: IngestOutcome
  reason: string
  advice: string | null
  count: number
  bytes: number
  last_minute: string
  example: string | null
}

export interface IngestSource {
  source: string
  outcome: IngestOutcome
  count: number
  bytes: number
}

export interface IngestPoint {
  time: string
  counts: Partial<Record<IngestOutcome, number>>
}

export interface IngestHealth {
  from: string
  to: string
  hints: IngestHint[]
  totals: { outcome: IngestOutcome; count: number; bytes: number }[]
  reasons: IngestReason[]
  sources: IngestSource[]
  series: { step_seconds: number; points: IngestPoint[] }
  storage: {
    newest_received_at: string | null
    age_seconds: number | null
    newest_accepted_minute: string | null
    behind: boolean
  }
}

/** `application/problem+json` */
export interface Problem {
  type?: string
  title: string
  status: number
  detail?: string
  field?: string
  /** Where in the field it is, in code points, when the field is a query. */
  position?: number
  length?: number
}
