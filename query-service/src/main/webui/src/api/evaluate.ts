import { call } from './client'
import type {
  Backfill,
  EvaluationRuleInput,
  EvaluatorInput,
  EvaluatorTemplateInput,
  EvaluatorTest,
  GuardCheck,
  GuardFinding,
  GuardPolicyInput,
  LlmConnectionInput,
} from './schema'

/** Evaluators, their rules and connections, and the guard. */

export type {
  Backfill,
  EvaluationRule,
  EvaluationRuleInput as NewRule,
  Evaluator,
  EvaluatorInput as NewEvaluator,
  EvaluatorScorer as ScorerInfo,
  EvaluatorTemplate,
  EvaluatorTest as TestOf,
  EvaluatorTestResult as TestRun,
  GuardAnswer,
  GuardCheck,
  GuardPolicy,
  GuardPolicyInput,
  GuardRule,
  GuardRuleInput,
  LlmConnection,
  LlmConnectionInput,
  VariableMappingInput as Mapping,
} from './schema'

export type ScoreKind = NonNullable<EvaluatorTemplateInput['score_type']>
export type Target = NonNullable<EvaluationRuleInput['target']>
export type GuardAction = GuardFinding['action']

/** What was found, as the guard answers it, or as much of it as a trace has kept. */
export type Finding = Pick<GuardFinding, 'type' | 'start' | 'end'> & Partial<GuardFinding>

export const evaluatorTemplates = (project: string, signal?: AbortSignal) =>
  call('GET /evaluator-templates', { project, signal }).then(({ data }) => data)
export const createTemplate = (project: string, body: EvaluatorTemplateInput) =>
  call('POST /evaluator-templates', { project, body })
export const evaluatorScorers = (project: string, signal?: AbortSignal) =>
  call('GET /evaluator-scorers', { project, signal }).then(({ data }) => data)

export const evaluators = (project: string, signal?: AbortSignal) =>
  call('GET /evaluators', { project, signal }).then(({ data }) => data)
export const createEvaluator = (project: string, body: EvaluatorInput) => call('POST /evaluators', { project, body })
export const changeEvaluator = (project: string, id: string, body: EvaluatorInput) =>
  call('PATCH /evaluators/{id}', { project, path: { id }, body })
export const deleteEvaluator = (project: string, id: string) =>
  call('DELETE /evaluators/{id}', { project, path: { id } })
export const testEvaluator = (project: string, body: EvaluatorTest, signal?: AbortSignal) =>
  call('POST /evaluators/test', { project, body, signal })

export const evaluationRules = (project: string, signal?: AbortSignal) =>
  call('GET /evaluation-rules', { project, signal }).then(({ data }) => data)
export const createRule = (project: string, body: EvaluationRuleInput) =>
  call('POST /evaluation-rules', { project, body })
export const changeRule = (project: string, id: string, body: EvaluationRuleInput) =>
  call('PATCH /evaluation-rules/{id}', { project, path: { id }, body })
export const deleteRule = (project: string, id: string) =>
  call('DELETE /evaluation-rules/{id}', { project, path: { id } })
export const startBackfill = (project: string, id: string, body: { from?: string; to?: string }) =>
  call('POST /evaluation-rules/{id}/backfills', { project, path: { id }, body })
export const backfillsOf = (project: string, id: string, signal?: AbortSignal) =>
  call('GET /evaluation-rules/{id}/backfills', { project, path: { id }, signal }).then(({ data }) => data)
export const backfillOf = (project: string, id: string, backfillId: string, signal?: AbortSignal) =>
  call('GET /evaluation-rules/{id}/backfills/{backfillId}', { project, path: { id, backfillId }, signal })
export const changeBackfill = (project: string, id: string, backfillId: string, state: Backfill['state']) =>
  call('PATCH /evaluation-rules/{id}/backfills/{backfillId}', { project, path: { id, backfillId }, body: { state } })

export const llmConnections = (project: string, signal?: AbortSignal) =>
  call('GET /llm-connections', { project, signal }).then(({ data }) => data)
export const saveConnection = (project: string, name: string, body: LlmConnectionInput) =>
  call('PUT /llm-connections/{name}', { project, path: { name }, body })
export const deleteConnection = (project: string, name: string) =>
  call('DELETE /llm-connections/{name}', { project, path: { name } })
export const testConnection = (project: string, name: string) =>
  call('POST /llm-connections/{name}/test', { project, path: { name } })

export const guardPolicies = (project: string, signal?: AbortSignal) =>
  call('GET /guard/policies', { project, signal }).then(({ data }) => data)
export const saveGuardPolicy = (project: string, name: string, body: GuardPolicyInput) =>
  call('PUT /guard/policies/{name}', { project, path: { name }, body })
export const deleteGuardPolicy = (project: string, name: string) =>
  call('DELETE /guard/policies/{name}', { project, path: { name } })
export const tryGuard = (project: string, body: GuardCheck, signal?: AbortSignal) =>
  call('POST /guard/try', { project, body, signal })
