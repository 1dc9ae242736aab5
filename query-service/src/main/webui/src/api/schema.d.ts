// Made by `npm run types` from openapi.json, which query-service’s tests hold equal to the service. Not edited by hand.

/** What /api/v1 can be asked, and what it answers. */
export interface Operations {
  /** The project's dashboards, the shipped ones first */
  'GET /dashboards': {
    path: never
    query: never
    body: never
    answer: DashboardList
  }
  /** Make a dashboard, or import one */
  'POST /dashboards': {
    path: never
    query: never
    body: Dashboard
    answer: Dashboard
  }
  /** A dashboard */
  'GET /dashboards/{id}': {
    path: { id: string }
    query: never
    body: never
    answer: Dashboard
  }
  /** Replace a dashboard */
  'PUT /dashboards/{id}': {
    path: { id: string }
    query: never
    body: Dashboard
    answer: Dashboard
  }
  /** Delete a dashboard */
  'DELETE /dashboards/{id}': {
    path: { id: string }
    query: never
    body: never
    answer: void
  }
  /** Make an own copy of a dashboard, shipped ones included */
  'POST /dashboards/{id}/copy': {
    path: { id: string }
    query: never
    body: never
    answer: Dashboard
  }
  /** List deletions, newest first */
  'GET /deletions': {
    path: never
    query: { cursor?: string | number | undefined; limit?: string | number | undefined }
    body: never
    answer: DeletionPage
  }
  /** Delete traces */
  'POST /deletions': {
    path: never
    query: never
    body: DeletionSelection
    answer: Deletion
  }
  /** How far a deletion is */
  'GET /deletions/{id}': {
    path: { id: string }
    query: never
    body: never
    answer: Deletion
  }
  /** All rules of the project */
  'GET /evaluation-rules': {
    path: never
    query: never
    body: never
    answer: EvaluationRulePage
  }
  /** A new rule */
  'POST /evaluation-rules': {
    path: never
    query: never
    body: EvaluationRuleInput
    answer: EvaluationRule
  }
  /** One rule */
  'GET /evaluation-rules/{id}': {
    path: { id: string }
    query: never
    body: never
    answer: EvaluationRule
  }
  /** Delete a rule */
  'DELETE /evaluation-rules/{id}': {
    path: { id: string }
    query: never
    body: never
    answer: void
  }
  /** Change a rule */
  'PATCH /evaluation-rules/{id}': {
    path: { id: string }
    query: never
    body: EvaluationRuleInput
    answer: EvaluationRule
  }
  /** The latest backfills of a rule */
  'GET /evaluation-rules/{id}/backfills': {
    path: { id: string }
    query: never
    body: never
    answer: BackfillPage
  }
  /** Run a rule over what is stored */
  'POST /evaluation-rules/{id}/backfills': {
    path: { id: string }
    query: never
    body: BackfillInput
    answer: Backfill
  }
  /** How far a backfill is */
  'GET /evaluation-rules/{id}/backfills/{backfillId}': {
    path: { backfillId: string; id: string }
    query: never
    body: never
    answer: Backfill
  }
  /** Pause, go on with or cancel a backfill */
  'PATCH /evaluation-rules/{id}/backfills/{backfillId}': {
    path: { backfillId: string; id: string }
    query: never
    body: BackfillInput
    answer: Backfill
  }
  /** All built-in scorers */
  'GET /evaluator-scorers': {
    path: never
    query: never
    body: never
    answer: EvaluatorScorerPage
  }
  /** All templates */
  'GET /evaluator-templates': {
    path: never
    query: never
    body: never
    answer: EvaluatorTemplatePage
  }
  /** A new template, or the next version of one */
  'POST /evaluator-templates': {
    path: never
    query: never
    body: EvaluatorTemplateInput
    answer: EvaluatorTemplate
  }
  /** All evaluators of the project */
  'GET /evaluators': {
    path: never
    query: never
    body: never
    answer: EvaluatorPage
  }
  /** A new evaluator */
  'POST /evaluators': {
    path: never
    query: never
    body: EvaluatorInput
    answer: Evaluator
  }
  /** Try an evaluator */
  'POST /evaluators/test': {
    path: never
    query: never
    body: EvaluatorTest
    answer: EvaluatorTestResult
  }
  /** One evaluator */
  'GET /evaluators/{id}': {
    path: { id: string }
    query: never
    body: never
    answer: Evaluator
  }
  /** Delete an evaluator */
  'DELETE /evaluators/{id}': {
    path: { id: string }
    query: never
    body: never
    answer: void
  }
  /** Change an evaluator */
  'PATCH /evaluators/{id}': {
    path: { id: string }
    query: never
    body: EvaluatorInput
    answer: Evaluator
  }
  /** The project's exports, newest first */
  'GET /exports': {
    path: never
    query: never
    body: never
    answer: ExportPage
  }
  /** Begin an export */
  'POST /exports': {
    path: never
    query: never
    body: ExportRequest
    answer: Export
  }
  /** An export and how far it is */
  'GET /exports/{exportId}': {
    path: { exportId: string }
    query: never
    body: never
    answer: Export
  }
  /** The file of an export that is done */
  'GET /exports/{exportId}/content': {
    path: { exportId: string }
    query: never
    body: never
    answer: void
  }
  /** The project's guard policies */
  'GET /guard/policies': {
    path: never
    query: never
    body: never
    answer: GuardPolicyPage
  }
  /** A guard policy */
  'GET /guard/policies/{name}': {
    path: { name: string }
    query: { environment?: string | number | undefined; version?: string | number | undefined }
    body: never
    answer: GuardPolicy
  }
  /** Make a guard policy or its next version */
  'PUT /guard/policies/{name}': {
    path: { name: string }
    query: never
    body: GuardPolicyInput
    answer: GuardPolicy
  }
  /** Delete a guard policy */
  'DELETE /guard/policies/{name}': {
    path: { name: string }
    query: { environment?: string | number | undefined }
    body: never
    answer: void
  }
  /** Try what the guard would answer */
  'POST /guard/try': {
    path: never
    query: never
    body: GuardCheck
    answer: GuardAnswer
  }
  /** What became of what the project sent, and why */
  'GET /ingest/health': {
    path: never
    query: { from?: string | number | undefined; to?: string | number | undefined }
    body: never
    answer: IngestHealth
  }
  /** Accept an invitation */
  'POST /invitations/accept': {
    path: never
    query: never
    body: InvitationAcceptance
    answer: Session
  }
  /** What an invitation is to */
  'POST /invitations/look-up': {
    path: never
    query: never
    body: InvitationToken
    answer: Invitation
  }
  /** All LLM connections of the project */
  'GET /llm-connections': {
    path: never
    query: never
    body: never
    answer: LlmConnectionPage
  }
  /** One LLM connection */
  'GET /llm-connections/{name}': {
    path: { name: string }
    query: never
    body: never
    answer: LlmConnection
  }
  /** Make or replace an LLM connection */
  'PUT /llm-connections/{name}': {
    path: { name: string }
    query: never
    body: LlmConnectionInput
    answer: LlmConnection
  }
  /** Delete an LLM connection */
  'DELETE /llm-connections/{name}': {
    path: { name: string }
    query: never
    body: never
    answer: void
  }
  /** Ask a connection's model for a word */
  'POST /llm-connections/{name}/test': {
    path: { name: string }
    query: never
    body: LlmConnectionTest | undefined
    answer: LlmConnectionTestResult
  }
  /** Go to a medium's content */
  'GET /media/{mediaId}': {
    path: { mediaId: string }
    query: never
    body: never
    answer: void
  }
  /** Run a metrics query */
  'POST /metrics': {
    path: never
    query: never
    body: MetricsRequest
    answer: MetricsAnswer
  }
  /** What a metrics query can ask for: measures with their units, and dimensions, by view */
  'GET /metrics/measures': {
    path: never
    query: never
    body: never
    answer: MetricsCatalog
  }
  /** List observations, newest first, without input and output */
  'GET /observations': {
    path: never
    query: { cursor?: string | number | undefined; from?: string | number | undefined; limit?: string | number | undefined; query?: string | number | undefined; to?: string | number | undefined }
    body: never
    answer: ObservationPage
  }
  /** Make an organization */
  'POST /organizations': {
    path: never
    query: never
    body: NewOrganization
    answer: Organization
  }
  /** What models cost: the project's own prices, then the shipped ones */
  'GET /prices': {
    path: never
    query: never
    body: never
    answer: PriceList
  }
  /** The project's API keys, without secrets */
  'GET /project/keys': {
    path: never
    query: never
    body: never
    answer: ApiKeyPage
  }
  /** Make an API key */
  'POST /project/keys': {
    path: never
    query: never
    body: NewApiKey
    answer: CreatedApiKey
  }
  /** Delete an API key */
  'DELETE /project/keys/{publicKey}': {
    path: { publicKey: string }
    query: never
    body: never
    answer: void
  }
  /** The people who may see the project, with their roles, and who was invited */
  'GET /project/members': {
    path: never
    query: never
    body: never
    answer: MemberPage
  }
  /** Add somebody by their e-mail address */
  'POST /project/members': {
    path: never
    query: never
    body: NewMember
    answer: AddedMember
  }
  /** Remove a member, leave, or take back an invitation */
  'DELETE /project/members/{memberId}': {
    path: { memberId: string }
    query: never
    body: never
    answer: void
  }
  /** Give a member another role */
  'PATCH /project/members/{memberId}': {
    path: { memberId: string }
    query: never
    body: MemberChange
    answer: Member
  }
  /** The project's settings */
  'GET /project/settings': {
    path: never
    query: never
    body: never
    answer: IngestSettings
  }
  /** Replace the project's settings */
  'PUT /project/settings': {
    path: never
    query: never
    body: IngestSettings
    answer: IngestSettings
  }
  /** Change some of the project's settings */
  'PATCH /project/settings': {
    path: never
    query: never
    body: IngestSettings
    answer: IngestSettings
  }
  /** The projects you may see */
  'GET /projects': {
    path: never
    query: never
    body: never
    answer: ProjectPage
  }
  /** Make a project in an organization */
  'POST /projects': {
    path: never
    query: never
    body: NewProject
    answer: Project
  }
  /** Rename a project */
  'PATCH /projects/{projectId}': {
    path: { projectId: string }
    query: never
    body: ProjectChange
    answer: Project
  }
  /** The fields of the filter language, with their operators and examples */
  'GET /query/fields': {
    path: never
    query: never
    body: never
    answer: QueryFields
  }
  /** Values that a field has in the project, the most frequent first */
  'GET /query/values': {
    path: never
    query: { field?: string | number | undefined; from?: string | number | undefined; limit?: string | number | undefined; prefix?: string | number | undefined; to?: string | number | undefined }
    body: never
    answer: QueryValues
  }
  /** The project's saved views, by name */
  'GET /saved-views': {
    path: never
    query: never
    body: never
    answer: SavedViewList
  }
  /** Save a view */
  'POST /saved-views': {
    path: never
    query: never
    body: SavedViewRequest
    answer: SavedView
  }
  /** Replace a saved view, its name too */
  'PUT /saved-views/{viewId}': {
    path: { viewId: string }
    query: never
    body: SavedViewRequest
    answer: SavedView
  }
  /** Delete a saved view, for everybody */
  'DELETE /saved-views/{viewId}': {
    path: { viewId: string }
    query: never
    body: never
    answer: void
  }
  /** List scores, newest first */
  'GET /scores': {
    path: never
    query: { cursor?: string | number | undefined; from?: string | number | undefined; limit?: string | number | undefined; query?: string | number | undefined; to?: string | number | undefined }
    body: never
    answer: ScorePage
  }
  /** Score a trace, an observation or a session */
  'POST /scores': {
    path: never
    query: never
    body: NewScore
    answer: ScoreReference
  }
  /** Delete a score */
  'DELETE /scores/{scoreId}': {
    path: { scoreId: string }
    query: never
    body: never
    answer: ScoreReference
  }
  /** Who is signed in */
  'GET /session': {
    path: never
    query: never
    body: never
    answer: Session
  }
  /** Sign in */
  'POST /session': {
    path: never
    query: never
    body: Credentials
    answer: Session
  }
  /** Sign out */
  'DELETE /session': {
    path: never
    query: never
    body: never
    answer: void
  }
  /** Change one's own password */
  'PUT /session/password': {
    path: never
    query: never
    body: PasswordChange
    answer: Session
  }
  /** List sessions, the last active first */
  'GET /sessions': {
    path: never
    query: { cursor?: string | number | undefined; from?: string | number | undefined; limit?: string | number | undefined; query?: string | number | undefined; to?: string | number | undefined }
    body: never
    answer: TracedSessionPage
  }
  /** A session with its traces, newest first */
  'GET /sessions/{sessionId}': {
    path: { sessionId: string }
    query: { cursor?: string | number | undefined; limit?: string | number | undefined }
    body: never
    answer: TracedSessionDetail
  }
  /** Run a SELECT over the project's rows */
  'POST /sql': {
    path: never
    query: never
    body: SqlRequest
    answer: SqlResult
  }
  /** The views and their columns */
  'GET /sql/schema': {
    path: never
    query: never
    body: never
    answer: SqlSchema
  }
  /** List traces, newest first */
  'GET /traces': {
    path: never
    query: { cursor?: string | number | undefined; environment?: string | number | undefined; from?: string | number | undefined; level?: string | number | undefined; limit?: string | number | undefined; query?: string | number | undefined; search?: string | number | undefined; to?: string | number | undefined }
    body: never
    answer: TracePage
  }
  /** How many of the matching traces have which value, by field */
  'GET /traces/facets': {
    path: never
    query: { from?: string | number | undefined; query?: string | number | undefined; to?: string | number | undefined }
    body: never
    answer: TraceFacets
  }
  /** Follow new traces by server-sent events */
  'GET /traces/live': {
    path: never
    query: { query?: string | number | undefined }
    body: never
    answer: TraceSummary
  }
  /** A trace with its observations, their content, and its scores */
  'GET /traces/{traceId}': {
    path: { traceId: string }
    query: { content?: string | number | undefined; limit?: string | number | undefined }
    body: never
    answer: TraceDetail
  }
  /** One observation of a trace with its content */
  'GET /traces/{traceId}/observations/{spanId}': {
    path: { spanId: string; traceId: string }
    query: never
    body: never
    answer: Observation
  }
  /** A trace as its tree shows it: steps with times, tokens and costs, and the scores */
  'GET /traces/{traceId}/outline': {
    path: { traceId: string }
    query: { limit?: string | number | undefined }
    body: never
    answer: TraceOutline
  }
  /** List users, the last active first */
  'GET /users': {
    path: never
    query: { cursor?: string | number | undefined; from?: string | number | undefined; limit?: string | number | undefined; query?: string | number | undefined; to?: string | number | undefined }
    body: never
    answer: TracedUserPage
  }
}

export interface AddedMember {
  member: Member
  /** For the link /invitation#TOKEN; null: the person has an account already and is a member now */
  invitation_token: string | null
}

export interface ApiKey {
  public_key: string
  name: string | null
  created_at: Instant
  expires_at: Instant | null
  created_by: UUID | null
}

export interface ApiKeyPage {
  data: Array<ApiKey>
  next_cursor: string | null
}

export interface Backfill {
  id: string
  rule_id: string
  state: 'running' | 'paused' | 'cancelled' | 'done' | 'failed'
  from?: Instant
  to?: Instant
  listed: boolean
  scheduled: number
  done: number
  failed: number
  error: string
  created_at?: Instant
  updated_at?: Instant
}

export interface BackfillInput {
  id?: string
  rule_id?: string
  state?: 'running' | 'paused' | 'cancelled' | 'done' | 'failed'
  from?: Instant
  to?: Instant
  listed?: boolean
  scheduled?: number
  done?: number
  failed?: number
  error?: string
  created_at?: Instant
  updated_at?: Instant
}

/** All of them: a project has few. */
export interface BackfillPage {
  data: Array<Backfill>
  next_cursor: null
}

export interface Counted {
  value: string
  count: number
}

export interface CreatedApiKey {
  public_key: string
  secret_key: string
  name: string | null
  created_at: Instant
  expires_at: Instant | null
}

export interface Credentials {
  email: string
  password: string
}

export interface Dashboard {
  /** A UUID, or the name of a shipped one */
  id?: string | null
  name: string
  description?: string | null
  /** Counts the changes. PUT needs the one that was read, here or in If-Match */
  version?: number | null
  /** Comes with Sightline and can't be changed; make a copy */
  shipped?: boolean | null
  updated_at?: Instant | null
  widgets: Array<DashboardWidget>
}

export interface DashboardList {
  data: Array<Dashboard>
}

export interface DashboardWidget {
  /** Unique in the dashboard */
  id: string
  title: string
  chart: 'line' | 'area' | 'bar' | 'stacked_bar' | 'horizontal_bar' | 'pie' | 'number' | 'table' | 'histogram'
  /** Without from and to it takes the dashboard's span of time */
  query: MetricsRequest
  /** Column, 0 to 11 */
  x: number
  /** Row, from 0 */
  y: number
  /** Columns, 1 to 12 */
  w: number
  /** Rows, 1 to 40 */
  h: number
}

export interface Deletion {
  id: string
  state: 'running' | 'done' | 'failed'
  /** Traces found so far; 0 at the end: there was nothing to delete */
  traces: number
  /** Their observations */
  observations: number
  /** Why it failed, or does not get on now */
  problem: string | null
  created_at: string
  finished_at: string | null
}

export interface DeletionPage {
  data: Array<Deletion>
  next_cursor: string | null
}

/** Exactly one of trace_ids, user_id and query. */
export interface DeletionSelection {
  /** 1 to 1000, as their senders call them */
  trace_ids?: Array<string> | null
  /** Every trace in which an observation names this user */
  user_id?: string | null
  /** In the language of the search bar */
  query?: string | null
  /** Traces of the query that started at or after */
  from?: Instant | null
  /** Traces of the query that started before */
  to?: Instant | null
}

export interface EvaluationRule {
  id: string
  name: string
  description: string
  evaluator_ids: Array<string>
  target: 'trace' | 'observation' | 'session' | 'trajectory' | 'dataset_run_item'
  query: string
  observation_types: Array<string>
  observation_names: Array<string>
  sampling?: number
  delay_seconds: number
  budget_per_day: number
  concurrency: number
  enabled?: boolean
  activity?: RuleActivity
  created_at?: Instant
  updated_at?: Instant
}

export interface EvaluationRuleInput {
  id?: string
  name?: string
  description?: string
  evaluator_ids?: Array<string>
  target?: 'trace' | 'observation' | 'session' | 'trajectory' | 'dataset_run_item'
  query?: string
  observation_types?: Array<string>
  observation_names?: Array<string>
  sampling?: number
  delay_seconds?: number
  budget_per_day?: number
  concurrency?: number
  enabled?: boolean
  activity?: RuleActivityInput
  created_at?: Instant
  updated_at?: Instant
}

/** All of them: a project has few. */
export interface EvaluationRulePage {
  data: Array<EvaluationRule>
  next_cursor: null
}

export interface Evaluator {
  id: string
  name: string
  version: number
  description: string
  judge?: Judge
  scorer?: Scorer
  score_name: string
  state: 'active' | 'paused'
  paused_reason: string
  created_at?: Instant
  updated_at?: Instant
  signing_secret: string
}

export interface EvaluatorInput {
  id?: string
  name?: string
  version?: number
  description?: string
  judge?: JudgeInput
  scorer?: ScorerInput
  score_name?: string
  state?: 'active' | 'paused'
  paused_reason?: string
  created_at?: Instant
  updated_at?: Instant
  signing_secret?: string
}

/** All of them: a project has few. */
export interface EvaluatorPage {
  data: Array<Evaluator>
  next_cursor: null
}

export interface EvaluatorScorer {
  name: string
  description: string
  score_type: 'numeric' | 'boolean' | 'categorical' | 'text'
  limits: string
  parameters: Array<string>
  on_by_default: boolean
}

/** All of them: a project has few. */
export interface EvaluatorScorerPage {
  data: Array<EvaluatorScorer>
  next_cursor: null
}

export interface EvaluatorTemplate {
  name: string
  version: number
  shipped: boolean
  description: string
  prompt: string
  score_type: 'numeric' | 'boolean' | 'categorical' | 'text'
  score_min?: number
  score_max?: number
  categories: Array<string>
  mapping: Array<VariableMapping>
  target: 'trace' | 'observation' | 'session' | 'trajectory' | 'dataset_run_item'
  variables: Array<string>
  created_at?: Instant
  copy_of: string
}

export interface EvaluatorTemplateInput {
  name?: string
  version?: number
  shipped?: boolean
  description?: string
  prompt?: string
  score_type?: 'numeric' | 'boolean' | 'categorical' | 'text'
  score_min?: number
  score_max?: number
  categories?: Array<string>
  mapping?: Array<VariableMappingInput>
  target?: 'trace' | 'observation' | 'session' | 'trajectory' | 'dataset_run_item'
  variables?: Array<string>
  created_at?: Instant
  copy_of?: string
}

/** All of them: a project has few. */
export interface EvaluatorTemplatePage {
  data: Array<EvaluatorTemplate>
  next_cursor: null
}

export interface EvaluatorTest {
  evaluator_id?: string
  evaluator?: EvaluatorInput
  trace_id?: string
  observation_id?: string
  variables?: Record<string, string>
}

export interface EvaluatorTestResult {
  value?: number
  string_value: string
  comment: string
  error: string
  model: string
  prompt: string
  answer: string
  input_tokens: number
  output_tokens: number
  metadata: Record<string, string>
  duration_seconds: number
  total_cost?: number
}

export interface Export {
  id: UUID
  state: 'queued' | 'running' | 'done' | 'failed' | 'expired'
  table: 'traces' | 'observations' | 'content' | 'scores' | 'sessions'
  query: string | null
  from: string | null
  to: string | null
  format: 'csv' | 'jsonl' | 'parquet'
  rows: number
  rows_total: number | null
  bytes: number
  error: string | null
  created_at: Instant
  finished_at: Instant | null
  expires_at: Instant | null
}

export interface ExportPage {
  data: Array<Export>
  next_cursor: string | null
}

export interface ExportRequest {
  table: 'traces' | 'observations' | 'content' | 'scores' | 'sessions'
  /** In the query language; on scores and sessions it says of which traces */
  query?: string | null
  /** Began at or after; ISO-8601 */
  from?: string | null
  /** Began before; ISO-8601 */
  to?: string | null
  format: 'csv' | 'jsonl' | 'parquet'
}

export interface GuardAnswer {
  action: 'allow' | 'flag' | 'redact' | 'block'
  text: string
  findings: Array<GuardFinding>
  policy: string
  policy_version: number
  dry_run: boolean
  dry_run_action: string
  duration_ms: number
  failure: string
  trace_id: string
  embeddings_failure: string
}

export interface GuardCheck {
  direction: 'input' | 'output'
  text: string
  /** By name (empty: default), or the policy itself */
  policy?: string | GuardPolicyInput
  system_prompt?: string
  context?: string
  environment?: string
  session_id?: string
  user_id?: string
}

export interface GuardEmbeddings {
  threshold?: number
}

export interface GuardEmbeddingsInput {
  threshold?: number
}

export interface GuardFinding {
  type: string
  start: number
  end: number
  score: number
  rule: string
  action: 'allow' | 'flag' | 'redact' | 'block'
  in_context: boolean
}

export interface GuardPolicy {
  name: string
  environment: string
  description: string
  version: number
  created_at?: Instant
  shipped: boolean
  dry_run: boolean
  on_failure: string
  deadline_ms: number
  rules: Array<GuardRule>
  embeddings?: GuardEmbeddings
}

export interface GuardPolicyInput {
  name?: string
  environment?: string
  description?: string
  version?: number
  created_at?: Instant
  shipped?: boolean
  dry_run?: boolean
  on_failure?: string
  deadline_ms?: number
  rules?: Array<GuardRuleInput>
  embeddings?: GuardEmbeddingsInput
}

/** All of them: a project has few. */
export interface GuardPolicyPage {
  data: Array<GuardPolicy>
  next_cursor: null
}

export interface GuardRule {
  type: string
  direction: string
  action: 'flag' | 'redact' | 'block'
  threshold?: number
  name: string
  values: Array<string>
  pattern: string
  max: number
}

export interface GuardRuleInput {
  type?: string
  direction?: string
  action?: 'flag' | 'redact' | 'block'
  threshold?: number
  name?: string
  values?: Array<string>
  pattern?: string
  max?: number
}

export interface Hint {
  level: 'good' | 'info' | 'warning' | 'error'
  text: string
}

export interface IngestHealth {
  from: Instant
  to: Instant
  hints: Array<Hint>
  /** Every outcome, also those that did not happen */
  totals: Array<OutcomeTotal>
  /** Why, most often first; accepted spans have no reason */
  reasons: Array<ReasonTotal>
  sources: Array<SourceTotal>
  series: IngestSeries
  storage: IngestStorage
}

export type IngestOutcome = 'accepted' | 'rejected' | 'redacted' | 'flagged' | 'sampled' | 'limited' | 'dead_lettered'

export interface IngestPoint {
  time: Instant
  counts: Record<string, number>
}

export interface IngestSeries {
  step_seconds: number
  points: Array<IngestPoint>
}

/** What is left out is at its default. */
export interface IngestSettings {
  redaction?: RedactionSettings | null
  sampling?: SamplingSettings | null
  limits?: ProjectLimits | null
  /** Limits of single keys, by public key. */
  key_limits?: Record<string, KeyLimits> | null
  /** The project's own prices, looked at before the shipped ones. */
  model_prices?: Array<ModelPrice> | null
  /** How long things are kept. */
  retention?: RetentionSettings | null
}

export interface IngestStorage {
  /** When the newest stored span came in, of the last 24 hours */
  newest_received_at: Instant | null
  /** How long ago that was */
  age_seconds: number | null
  /** The latest minute in which spans were accepted */
  newest_accepted_minute: Instant | null
  /** Spans were accepted later than the newest stored one: the writer is behind */
  behind: boolean
}

export type Instant = string

export interface Invitation {
  organization: string
  email: string
  role: Role
  expires_at: Instant
  /** There is an account of this address: its password accepts */
  has_account: boolean
}

export interface InvitationAcceptance {
  token: string
  /** What a new account is called */
  name?: string | null
  /** Of a new account, or of the one there is */
  password: string
}

export interface InvitationToken {
  token: string
}

export interface Judge {
  template: string
  template_version: number
  connection: string
  model: string
  parameters?: Record<string, unknown>
  mapping: Array<VariableMapping>
  input_characters_max: number
}

export interface JudgeInput {
  template?: string
  template_version?: number
  connection?: string
  model?: string
  parameters?: Record<string, unknown>
  mapping?: Array<VariableMappingInput>
  input_characters_max?: number
}

/** What is left out is not limited. */
export interface KeyLimits {
  spans_per_second?: number | null
  bytes_per_second?: number | null
}

export type Level = 'DEBUG' | 'DEFAULT' | 'WARNING' | 'ERROR'

export interface LlmConnection {
  name: string
  provider: string
  base_url: string
  models: Array<string>
  api_version: string
  api_key: string
  display_key: string
  concurrency: number
  timeout_seconds: number
  from_environment: boolean
  circuit_open: boolean
  updated_at?: Instant
}

export interface LlmConnectionInput {
  name?: string
  provider?: string
  base_url?: string
  models?: Array<string>
  api_version?: string
  api_key?: string
  display_key?: string
  concurrency?: number
  timeout_seconds?: number
  from_environment?: boolean
  circuit_open?: boolean
  updated_at?: Instant
}

/** All of them: a project has few. */
export interface LlmConnectionPage {
  data: Array<LlmConnection>
  next_cursor: null
}

export interface LlmConnectionTest {
  name?: string
  model?: string
}

export interface LlmConnectionTestResult {
  ok: boolean
  error: string
  model: string
  duration_seconds: number
}

export interface Member {
  id: UUID
  email: string
  name: string | null
  role: Role
  /** Until when the invitation can be accepted; null: it was */
  invited_until: Instant | null
}

export interface MemberChange {
  role: 'OWNER' | 'ADMIN' | 'MEMBER' | 'VIEWER'
}

export interface MemberPage {
  data: Array<Member>
  next_cursor: string | null
}

export type MetricsAggregation = 'sum' | 'avg' | 'count' | 'min' | 'max' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'histogram'

export interface MetricsAnswer {
  /** Rows by the names of the columns: `time`, dimensions (null: none), measures; `others` is true in the row of all groups that are not on top; `previous` has the measures of the span before */
  data: Array<Record<string, unknown>>
  granularity: 'minute' | 'hour' | 'day' | 'week' | 'month' | null
  from: Instant
  to: Instant
  time_zone: string
  columns: Array<MetricsColumn>
  /** The table that the numbers come from; the ends of the span may come from raw rows */
  source: string
  /** More groups exist than the answer has rows */
  truncated: boolean
}

export interface MetricsCatalog {
  views: Array<MetricsViewEntry>
}

export interface MetricsColumn {
  name: string
  kind: 'time' | 'dimension' | 'measure'
  unit: string | null
}

export interface MetricsDimensionEntry {
  name: string
  description: string
  rolled_up: boolean
}

export interface MetricsMeasureEntry {
  name: string
  unit: string | null
  description: string
  /** MetricsAggregation; empty where it has one only */
  aggregations: Array<string>
}

export interface MetricsMeasureRequest {
  measure?: string | null
  /** Default: the measure's first */
  aggregation?: MetricsAggregation | null
  /** The column's name; default: aggregation_measure, or just the measure if it has one aggregation only. Needed with numerator and denominator */
  name?: string | null
  numerator?: MetricsMeasureRequest | null
  denominator?: MetricsMeasureRequest | null
}

export interface MetricsOrder {
  field: string
  direction?: 'asc' | 'desc' | null
}

export interface MetricsRequest {
  /** Default: observations */
  view?: MetricsView | null
  /** Which ones, in the language of the search bar */
  query?: string | null
  /** At or after; default: 24 hours before `to` */
  from?: Instant | null
  /** Before; default: now */
  to?: Instant | null
  /** What to count; 1 to 20 */
  measures: Array<MetricsMeasureRequest>
  /** What to group by; at most 5, GET /api/v1/metrics/measures lists them */
  dimensions?: Array<string> | null
  granularity?: 'auto' | 'minute' | 'hour' | 'day' | 'week' | 'month' | null
  /** Where days begin, such as Europe/Berlin */
  time_zone?: string | null
  /** Only the groups that are first by the first measure of `order_by` */
  top?: MetricsTop | null
  order_by?: Array<MetricsOrder> | null
  compare?: 'previous_period' | null
  /** Rows of the answer */
  limit?: number | null
  /** Bars of a histogram, 1 to 100 */
  bins?: number | null
  source?: 'auto' | 'raw' | null
}

export interface MetricsTop {
  n?: number | null
  others?: boolean | null
}

export type MetricsView = 'observations' | 'traces' | 'scores'

export interface MetricsViewEntry {
  name: MetricsView
  measures: Array<MetricsMeasureEntry>
  dimensions: Array<MetricsDimensionEntry>
}

export interface ModelPrice {
  /** What the price is called */
  model: string
  /** RE2 syntax, matched against the whole name of the model */
  pattern: string
  /** Holds for what started at or after; left out: always */
  start_time?: Instant | null
  /** US dollars for a million units, by kind, such as input and output */
  usd_per_million?: Record<string, number> | null
  /** US dollars for an hour of latency: local models */
  usd_per_compute_hour?: number | null
}

export interface NewApiKey {
  /** What it is for */
  name?: string | null
  /** Default: never */
  expires_at?: Instant | null
}

export interface NewMember {
  email: string
  role: 'OWNER' | 'ADMIN' | 'MEMBER' | 'VIEWER'
}

export interface NewOrganization {
  name: string
}

export interface NewProject {
  organization_id: string
  name: string
}

export interface NewScore {
  /** Given again, it takes the place of the score before; default: a new one */
  id?: string | null
  /** The trace that is scored; as its sender calls it */
  trace_id?: string | null
  /** The observation of the trace that is scored */
  observation_id?: string | null
  /** The session that is scored, in place of a trace */
  session_id?: string | null
  /** What is judged; with config_id the config's name */
  name?: string | null
  /** A number, true or false, or a text */
  value: unknown
  /** Default: what the value is */
  data_type?: ScoreDataType | null
  comment?: string | null
  /** A score config that the value has to fit */
  config_id?: string | null
  /** Default: default */
  environment?: string | null
}

export interface Observation {
  span_id: string
  parent_span_id: string | null
  name: string
  type: ObservationType
  level: Level
  status_message: string | null
  start_time: Instant
  end_time: Instant | null
  latency_ms: number | null
  completion_start_time: Instant | null
  time_to_first_token_ms: number | null
  environment: string | null
  model: string | null
  provider: string | null
  model_parameters: Record<string, unknown> | null
  usage: Record<string, number>
  usage_estimated: boolean
  cost: Record<string, number>
  input_tokens: number
  output_tokens: number
  total_tokens: number
  total_cost: number
  input: unknown
  output: unknown
  metadata: Record<string, unknown>
  attributes: Record<string, string>
  resource_attributes: Record<string, string>
  events: Array<SpanEvent>
  links: Array<SpanLink>
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

export interface ObservationPage {
  data: Array<ObservationSummary>
  /** null on the last page */
  next_cursor: string | null
}

export interface ObservationSummary {
  trace_id: string
  trace_name: string | null
  span_id: string
  parent_span_id: string | null
  name: string
  type: ObservationType
  level: Level
  status_message: string | null
  start_time: Instant
  end_time: Instant | null
  latency_ms: number | null
  completion_start_time: Instant | null
  time_to_first_token_ms: number | null
  environment: string | null
  release: string | null
  version: string | null
  model: string | null
  provider: string | null
  usage: Record<string, number>
  usage_estimated: boolean
  input_tokens: number
  output_tokens: number
  total_tokens: number
  total_cost: number
  user_id: string | null
  session_id: string | null
  tags: Array<string>
  service_name: string | null
  tool_name: string | null
  agent_name: string | null
  prompt_name: string | null
  prompt_version: number | null
  error_type: string | null
  finish_reason: string | null
}

export type ObservationType = 'span' | 'generation' | 'event' | 'agent' | 'tool' | 'chain' | 'retriever' | 'evaluator' | 'embedding' | 'guardrail'

export interface Organization {
  id: string
  name: string
  role: Role | null
}

export interface OutcomeTotal {
  outcome: IngestOutcome
  count: number
  bytes: number
}

export interface PasswordChange {
  current_password: string
  /** 12 to 200 characters */
  new_password: string
}

export interface Price {
  model: string
  /** RE2 syntax, matched against the whole name */
  pattern: string
  /** The project's own, set by PATCH /api/v1/project/settings */
  own: boolean
  /** Holds for what started at or after; null: always */
  start_time: Instant | null
  /** The first whose conditions hold is taken */
  tiers: Array<PriceTier>
  usd_per_compute_hour: number | null
}

export interface PriceList {
  data: Array<Price>
  /** The month that the shipped prices are of */
  shipped_version: Instant
}

export interface PriceTier {
  name: string
  /** Holds where the input has more */
  input_tokens_above: number | null
  /** Holds for some parameters of the call only, such as the service tier */
  has_other_conditions: boolean
  /** US dollars for a million units, by kind */
  usd_per_million: Record<string, number>
}

/** An error by RFC 9457. `field` names what is wrong; `position` and `length`, in code points, say where in it. */
export interface Problem {
  type?: string
  title: string
  detail?: string
  field?: string
  status: number
  position?: number
  length?: number
}

export interface Project {
  id: string
  name: string
  organization: Organization
}

export interface ProjectChange {
  name: string
}

/** What is left out is not limited. */
export interface ProjectLimits {
  spans_per_second?: number | null
  bytes_per_second?: number | null
  /** In a calendar month, UTC */
  spans_per_month?: number | null
}

export interface ProjectPage {
  data: Array<Project>
  next_cursor: string | null
}

export interface QueryField {
  name: string
  kind: string
  description: string
  operators: Array<string>
  aliases: Array<string>
  examples: Array<string>
}

export interface QueryFields {
  fields: Array<QueryField>
}

export interface QueryValues {
  values: Array<Counted>
}

export interface ReasonTotal {
  outcome: IngestOutcome
  reason: string
  /** What the reason means and what to do */
  advice: string | null
  count: number
  bytes: number
  /** The latest minute it happened in */
  last_minute: Instant
  /** What a client was told last */
  example: string | null
}

export interface RedactionPattern {
  /** What a finding is called: [a-z0-9_], up to 40 */
  kind: string
  /** RE2 syntax */
  pattern: string
}

export interface RedactionSettings {
  mode?: 'off' | 'flag' | 'redact' | null
  /** Kinds to look for; empty: all */
  kinds?: Array<string> | null
  /** Further kinds, by pattern */
  patterns?: Array<RedactionPattern> | null
}

/** What is left out is the project's. */
export interface RetentionDays {
  content_days?: number | null
  days?: number | null
}

/** What is left out is as long as the installation keeps it. */
export interface RetentionSettings {
  /** Days that input, output, messages and attributes are kept; at most days */
  content_days?: number | null
  /** Days that observations with their sums and scores are kept */
  days?: number | null
  /** Environments that are kept for longer or shorter, by name */
  environments?: Record<string, RetentionDays> | null
}

export type Role = 'OWNER' | 'ADMIN' | 'MEMBER' | 'VIEWER'

export interface RuleActivity {
  scheduled_today: number
  left_out_today: number
  failed_today: number
  waiting: number
  dead: number
}

export interface RuleActivityInput {
  scheduled_today?: number
  left_out_today?: number
  failed_today?: number
  waiting?: number
  dead?: number
}

export interface SamplingSettings {
  /** Traces kept of a million, 1 to 1000000; traces with an error or a finding are kept besides */
  keep_ppm?: number | null
}

export interface SavedView {
  /** A UUID */
  id: string
  /** No two views of a project have the same */
  name: string
  /** What the traces' page has in its address, such as query, range and columns */
  search: Record<string, unknown>
  /** Id of the user who made it, or the public key that did */
  created_by: string
  updated_at: Instant
}

export interface SavedViewList {
  data: Array<SavedView>
}

export interface SavedViewRequest {
  /** 1 to 100 characters; no other view of the project has it */
  name: string
  /** What the traces' page has in its address; at most 16,384 bytes of JSON */
  search: Record<string, unknown>
}

export interface Score {
  id: string
  trace_id: string | null
  observation_id: string | null
  session_id: string | null
  dataset_run_id: string | null
  name: string
  data_type: ScoreDataType
  value: number | null
  string_value: string | null
  comment: string | null
  source: ScoreSource
  evaluator_name: string | null
  evaluator_version: string | null
  evaluator_trace_id: string | null
  model: string | null
  timestamp: Instant
  metadata: Record<string, unknown>
  error: string | null
}

export type ScoreDataType = 'NUMERIC' | 'BOOLEAN' | 'CATEGORICAL' | 'TEXT'

export interface ScorePage {
  data: Array<Score>
  /** null on the last page */
  next_cursor: string | null
}

export interface ScoreReference {
  id: string
}

export type ScoreSource = 'api' | 'feedback' | 'evaluator' | 'annotation'

export interface ScoreSummary {
  name: string
  data_type: ScoreDataType
  value: number | null
  string_value: string | null
  source: ScoreSource
}

export interface Scorer {
  name: string
  parameters?: Record<string, unknown>
}

export interface ScorerInput {
  name?: string
  parameters?: Record<string, unknown>
}

export interface Session {
  user: SessionUser
  projects: Array<SessionProject>
}

export interface SessionOrganization {
  id: string
  name: string
  role: Role
}

export interface SessionProject {
  id: string
  name: string
  organization: SessionOrganization
}

export interface SessionUser {
  email: string
  name: string
}

export interface SourceTotal {
  /** otlp-grpc, otlp-http, langfuse-ingestion, scores, media, writer */
  source: string
  outcome: IngestOutcome
  count: number
  bytes: number
}

export interface SpanEvent {
  name: string
  time: Instant
  attributes: Record<string, string>
}

export interface SpanLink {
  trace_id: string | null
  span_id: string | null
  attributes: Record<string, string>
}

export interface SqlColumn {
  name: string
  type: string
  description: string
}

export interface SqlLimits {
  rows?: number | null
  seconds?: number | null
}

export interface SqlRequest {
  sql: string
  format?: 'json' | 'csv' | 'jsonl' | 'arrow' | 'parquet' | null
  /** Values of {name:Type} in the SQL */
  parameters?: Record<string, string> | null
  /** The views hold only what began at or after; ISO-8601 */
  from?: string | null
  /** The views hold only what began before; ISO-8601 */
  to?: string | null
  limits?: SqlLimits | null
}

export interface SqlResult {
  columns: Array<SqlResultColumn>
  data: Array<Array<unknown>>
  rows: number
  truncated: boolean
  elapsed_ms: number
}

export interface SqlResultColumn {
  name: string
  type: string
}

export interface SqlSchema {
  views: Array<SqlView>
}

export interface SqlView {
  name: string
  description: string
  columns: Array<SqlColumn>
}

export interface Step {
  span_id: string
  parent_span_id?: string | null
  name: string
  type: ObservationType
  level: Level
  status_message?: string | null
  error_type?: string | null
  start_time: Instant
  latency_ms?: number | null
  time_to_first_token_ms?: number | null
  model?: string | null
  tool_name?: string | null
  agent_name?: string | null
  input_tokens?: number | null
  output_tokens?: number | null
  total_tokens?: number | null
  /** true, or left out */
  usage_estimated?: boolean | null
  total_cost?: number | null
}

export interface TraceDetail {
  trace: TraceSummary
  observations: Array<Observation>
  scores: Array<Score>
  /** true when the server's bounds cut later observations */
  truncated: boolean
}

export interface TraceFacet {
  field: string
  values: Array<Counted>
}

export interface TraceFacets {
  facets: Array<TraceFacet>
}

export interface TraceOutline {
  trace: TraceSummary
  steps: Array<Step>
  scores: Array<Score>
  /** true when limit or the server's bounds cut later steps */
  truncated: boolean
}

export interface TracePage {
  data: Array<TraceSummary>
  /** null on the last page */
  next_cursor: string | null
}

export interface TraceSummary {
  trace_id: string
  name: string | null
  start_time: Instant
  end_time: Instant | null
  latency_ms: number
  level: Level
  observation_count: number
  error_count: number
  input_tokens: number
  output_tokens: number
  total_tokens: number
  /** some of the tokens are estimated */
  usage_estimated: boolean
  total_cost: number
  user_id: string | null
  session_id: string | null
  environment: string | null
  release: string | null
  version: string | null
  tags: Array<string>
  models: Array<string>
  scores: Array<ScoreSummary>
}

export interface TracedSession {
  session_id: string
  start_time: Instant
  end_time: Instant | null
  last_active: Instant
  duration_ms: number
  trace_count: number
  observation_count: number
  error_count: number
  input_tokens: number
  output_tokens: number
  total_tokens: number
  total_cost: number
  /** up to 20 */
  users: Array<string>
  environments: Array<string>
}

export interface TracedSessionDetail {
  session: TracedSession
  scores: Array<Score>
  data: Array<TraceSummary>
  /** null on the last page */
  next_cursor: string | null
}

export interface TracedSessionPage {
  data: Array<TracedSession>
  /** null on the last page */
  next_cursor: string | null
}

export interface TracedUser {
  user_id: string
  first_active: Instant
  last_active: Instant
  trace_count: number
  observation_count: number
  error_count: number
  input_tokens: number
  output_tokens: number
  total_tokens: number
  total_cost: number
  /** up to 20 */
  sessions: Array<string>
  environments: Array<string>
}

export interface TracedUserPage {
  data: Array<TracedUser>
  /** null on the last page */
  next_cursor: string | null
}

export type UUID = string

export interface VariableMapping {
  variable: string
  object: string
  observation_name: string
  observation_type: string
  field: string
  json_path: string
  optional: boolean
}

export interface VariableMappingInput {
  variable?: string
  object?: string
  observation_name?: string
  observation_type?: string
  field?: string
  json_path?: string
  optional?: boolean
}
