import { call } from './client'

/** Evaluators, their rules and connections, and the guard. */

export interface Mapping {
  variable: string
  object: string
  field: string
  json_path?: string | null
}

export interface EvaluatorTemplate {
  id: string
  name: string
  version?: number
  description?: string | null
  kind?: string
  prompt?: string | null
  variables: string[]
  data_type?: string
  score_type?: string
  shipped?: boolean
}

export interface Evaluator {
  id: string
  name: string
  template_id?: string
  template?: string
  version?: number
  state?: string
  status?: string
  paused_reason?: string | null
  connection?: string | null
  model?: string | null
  mapping?: Mapping[]
  kind?: string
  scorer?: string | null
  [key: string]: unknown
}

export interface EvaluationRule {
  id: string
  name: string
  evaluator_id: string
  evaluator_name?: string
  target: string
  filter?: string | null
  query?: string | null
  sampling?: number
  delay_seconds?: number
  enabled?: boolean
  state?: string
  [key: string]: unknown
}

export interface Backfill {
  id: string
  state: string
  total?: number | null
  done?: number | null
  failed?: number | null
  [key: string]: unknown
}

export interface LlmConnection {
  name: string
  provider: string
  base_url?: string | null
  model?: string | null
  models?: string[]
  api_key?: string
  [key: string]: unknown
}

export interface TestRun {
  score?: { value?: number | null; string_value?: string | null; data_type?: string; comment?: string | null }
  value?: number | null
  string_value?: string | null
  reasoning?: string | null
  comment?: string | null
  cost?: number | null
  total_cost?: number | null
  latency_ms?: number | null
  prompt?: string | null
  [key: string]: unknown
}

const list =
  <T>(path: string) =>
  (project: string, signal?: AbortSignal) =>
    call<{ data: T[] }>(path, { project, signal }).then(({ data }) => data)
const at = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`

export const evaluatorTemplates = list<EvaluatorTemplate>('/evaluator-templates')
export const evaluators = list<Evaluator>('/evaluators')
export const evaluationRules = list<EvaluationRule>('/evaluation-rules')
export const llmConnections = list<LlmConnection>('/llm-connections')
export const guardPolicies = list<GuardPolicy>('/guard/policies')

export const createTemplate = (project: string, body: object) =>
  call<EvaluatorTemplate>('/evaluator-templates', { method: 'POST', project, body })
export const createEvaluator = (project: string, body: object) =>
  call<Evaluator>('/evaluators', { method: 'POST', project, body })
export const changeEvaluator = (project: string, id: string, body: object) =>
  call<Evaluator>(at('/evaluators', id), { method: 'PATCH', project, body })
export const deleteEvaluator = (project: string, id: string) =>
  call<void>(at('/evaluators', id), { method: 'DELETE', project })
export const testEvaluator = (project: string, body: object, signal?: AbortSignal) =>
  call<TestRun>('/evaluators/test', { method: 'POST', project, body, signal })

export const createRule = (project: string, body: object) =>
  call<EvaluationRule>('/evaluation-rules', { method: 'POST', project, body })
export const changeRule = (project: string, id: string, body: object) =>
  call<EvaluationRule>(at('/evaluation-rules', id), { method: 'PATCH', project, body })
export const deleteRule = (project: string, id: string) =>
  call<void>(at('/evaluation-rules', id), { method: 'DELETE', project })
export const startBackfill = (project: string, rule: string, body: object) =>
  call<Backfill>(`${at('/evaluation-rules', rule)}/backfills`, { method: 'POST', project, body })
export const backfillOf = (project: string, rule: string, id: string, signal?: AbortSignal) =>
  call<Backfill>(at(`${at('/evaluation-rules', rule)}/backfills`, id), { project, signal })
export const changeBackfill = (project: string, rule: string, id: string, state: string) =>
  call<Backfill>(at(`${at('/evaluation-rules', rule)}/backfills`, id), { method: 'PATCH', project, body: { state } })

export const saveConnection = (project: string, { name, ...body }: LlmConnection) =>
  call<LlmConnection>(at('/llm-connections', name), { method: 'PUT', project, body })
export const deleteConnection = (project: string, name: string) =>
  call<void>(at('/llm-connections', name), { method: 'DELETE', project })
export const testConnection = (project: string, name: string) =>
  call<Record<string, unknown>>(`${at('/llm-connections', name)}/test`, { method: 'POST', project, body: {} })

export type GuardAction = 'allow' | 'flag' | 'redact' | 'block'

export interface Finding {
  type: string
  /** In code points. */
  start: number
  end: number
  score?: number | null
  rule?: string | null
}

export interface GuardAnswer {
  action: GuardAction
  text: string
  findings: Finding[]
  elapsed_ms?: number
  took_ms?: number
  [key: string]: unknown
}

export interface GuardPolicy {
  name: string
  version?: number
  [key: string]: unknown
}

export interface GuardCheck {
  direction: 'input' | 'output'
  text: string
  policy?: string
}

export const tryGuard = (project: string, body: GuardCheck, signal?: AbortSignal) =>
  call<GuardAnswer>('/guard/try', { method: 'POST', project, body, signal })
export const saveGuardPolicy = (project: string, name: string, body: object) =>
  call<GuardPolicy>(at('/guard/policies', name), { method: 'PUT', project, body })
export const deleteGuardPolicy = (project: string, name: string) =>
  call<void>(at('/guard/policies', name), { method: 'DELETE', project })
