import { call } from './client'

/** Evaluators, their rules and connections, and the guard. */

/** Where one variable of a prompt comes from. */
export interface Mapping {
  variable: string
  object?: string
  observation_name?: string
  observation_type?: string
  field?: string
  json_path?: string
  optional?: boolean
}

export type ScoreKind = 'numeric' | 'boolean' | 'categorical' | 'text'
export type Target = 'trace' | 'observation' | 'session' | 'trajectory'

/** A prompt with variables and what its answer looks like. A version never changes. */
export interface EvaluatorTemplate {
  name: string
  version?: number
  shipped?: boolean
  description?: string
  prompt?: string
  score_type?: ScoreKind
  score_min?: number
  score_max?: number
  categories?: string[]
  mapping?: Mapping[]
  target?: Target
  variables?: string[]
}

/** A scorer that needs no language model. */
export interface ScorerInfo {
  name: string
  description?: string
  score_type?: ScoreKind
  limits?: string
  parameters?: string[]
  on_by_default?: boolean
}

export interface Judge {
  template: string
  template_version?: number
  connection?: string
  model?: string
  parameters?: Record<string, unknown>
  mapping?: Mapping[]
}

/** What gives a score: a judge (a template asked of a model) or a built-in scorer. */
export interface Evaluator {
  id: string
  name: string
  version?: number
  description?: string
  judge?: Judge
  scorer?: { name: string; parameters?: Record<string, unknown> }
  score_name?: string
  state?: 'active' | 'paused'
  paused_reason?: string
  updated_at?: string
}

export type NewEvaluator = Omit<Evaluator, 'id'>

/** Which traces, observations or sessions some evaluators judge. */
export interface EvaluationRule {
  id: string
  name: string
  description?: string
  evaluator_ids?: string[]
  target?: Target
  query?: string
  sampling?: number
  delay_seconds?: number
  budget_per_day?: number
  enabled?: boolean
  activity?: {
    scheduled_today?: number
    left_out_today?: number
    failed_today?: number
    waiting?: number
    dead?: number
  }
}

export type NewRule = Omit<EvaluationRule, 'id' | 'activity'>

/** A rule's run over what is stored already. */
export interface Backfill {
  id: string
  rule_id?: string
  state: 'running' | 'paused' | 'cancelled' | 'done' | 'failed'
  from?: string
  to?: string
  listed?: boolean
  scheduled?: number
  done?: number
  failed?: number
  error?: string
  created_at?: string
}

/** Where a language model is. The key goes in and never comes out. */
export interface LlmConnection {
  name: string
  provider: string
  base_url?: string
  models?: string[]
  api_version?: string
  api_key?: string
  display_key?: string
  concurrency?: number
  timeout_seconds?: number
  from_environment?: boolean
  circuit_open?: boolean
  updated_at?: string
}

export interface TestOf {
  evaluator_id?: string
  evaluator?: NewEvaluator
  trace_id?: string
  observation_id?: string
  session_id?: string
  variables?: Record<string, string>
}

export interface TestRun {
  value?: number
  string_value?: string
  comment?: string
  error?: string
  model?: string
  prompt?: string
  answer?: string
  input_tokens?: number
  output_tokens?: number
  duration_seconds?: number
}

export interface ConnectionTest {
  ok?: boolean
  error?: string
  model?: string
  duration_seconds?: number
}

const list =
  <T>(path: string) =>
  (project: string, signal?: AbortSignal) =>
    call<{ data: T[] }>(path, { project, signal }).then(({ data }) => data)
const at = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`

export const evaluatorTemplates = list<EvaluatorTemplate>('/evaluator-templates')
export const evaluatorScorers = list<ScorerInfo>('/evaluator-scorers')
export const evaluators = list<Evaluator>('/evaluators')
export const evaluationRules = list<EvaluationRule>('/evaluation-rules')
export const llmConnections = list<LlmConnection>('/llm-connections')
export const guardPolicies = list<GuardPolicy>('/guard/policies')

export const createTemplate = (project: string, body: EvaluatorTemplate & { copy_of?: string }) =>
  call<EvaluatorTemplate>('/evaluator-templates', { method: 'POST', project, body })
export const createEvaluator = (project: string, body: NewEvaluator) =>
  call<Evaluator>('/evaluators', { method: 'POST', project, body })
export const changeEvaluator = (project: string, id: string, body: Partial<NewEvaluator>) =>
  call<Evaluator>(at('/evaluators', id), { method: 'PATCH', project, body })
export const deleteEvaluator = (project: string, id: string) =>
  call<void>(at('/evaluators', id), { method: 'DELETE', project })
export const testEvaluator = (project: string, body: TestOf, signal?: AbortSignal) =>
  call<TestRun>('/evaluators/test', { method: 'POST', project, body, signal })

export const createRule = (project: string, body: NewRule) =>
  call<EvaluationRule>('/evaluation-rules', { method: 'POST', project, body })
export const changeRule = (project: string, id: string, body: Partial<NewRule>) =>
  call<EvaluationRule>(at('/evaluation-rules', id), { method: 'PATCH', project, body })
export const deleteRule = (project: string, id: string) =>
  call<void>(at('/evaluation-rules', id), { method: 'DELETE', project })
export const startBackfill = (project: string, rule: string, body: { from?: string; to?: string }) =>
  call<Backfill>(`${at('/evaluation-rules', rule)}/backfills`, { method: 'POST', project, body })
export const backfillsOf = (project: string, rule: string, signal?: AbortSignal) =>
  call<{ data?: Backfill[] }>(`${at('/evaluation-rules', rule)}/backfills`, { project, signal }).then(
    ({ data = [] }) => data,
  )
export const backfillOf = (project: string, rule: string, id: string, signal?: AbortSignal) =>
  call<Backfill>(at(`${at('/evaluation-rules', rule)}/backfills`, id), { project, signal })
export const changeBackfill = (project: string, rule: string, id: string, state: Backfill['state']) =>
  call<Backfill>(at(`${at('/evaluation-rules', rule)}/backfills`, id), { method: 'PATCH', project, body: { state } })

export const saveConnection = (project: string, { name, ...body }: LlmConnection) =>
  call<LlmConnection>(at('/llm-connections', name), { method: 'PUT', project, body })
export const deleteConnection = (project: string, name: string) =>
  call<void>(at('/llm-connections', name), { method: 'DELETE', project })
export const testConnection = (project: string, name: string) =>
  call<ConnectionTest>(`${at('/llm-connections', name)}/test`, { method: 'POST', project, body: {} })

export type GuardAction = 'allow' | 'flag' | 'redact' | 'block'

export interface Finding {
  type: string
  /** In code points, the end exclusive. */
  start: number
  end: number
  score?: number | null
  rule?: string | null
  action?: string
  in_context?: boolean
}

export interface GuardAnswer {
  action: GuardAction
  /** What may be passed on. */
  text?: string
  findings?: Finding[]
  policy?: string
  policy_version?: number
  dry_run?: boolean
  dry_run_action?: GuardAction
  duration_ms?: number
  failure?: string
}

/** One thing to look for. */
export interface GuardRule {
  type: string
  direction?: string
  action?: GuardAction
  threshold?: number
  name?: string
  values?: string[]
  pattern?: string
  max?: number
}

/** What the guard does with what it finds. A version never changes. */
export interface GuardPolicy {
  name: string
  environment?: string
  description?: string
  version?: number
  shipped?: boolean
  dry_run?: boolean
  on_failure?: string
  deadline_ms?: number
  rules?: GuardRule[]
}

export interface GuardCheck {
  direction: 'input' | 'output'
  text: string
  policy?: string
  context?: string
}

export const tryGuard = (project: string, body: GuardCheck, signal?: AbortSignal) =>
  call<GuardAnswer>('/guard/try', { method: 'POST', project, body, signal })
export const saveGuardPolicy = (project: string, name: string, body: GuardPolicy) =>
  call<GuardPolicy>(at('/guard/policies', name), { method: 'PUT', project, body })
export const deleteGuardPolicy = (project: string, name: string) =>
  call<void>(at('/guard/policies', name), { method: 'DELETE', project })
