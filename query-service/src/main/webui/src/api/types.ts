import type * as schema from './schema'

/**
 * What pages work with. All of it comes from `schema.d.ts`, which is made from the OpenAPI document: times are ISO-8601
 * UTC with up to nine fraction digits, durations are milliseconds with fractions, money is USD.
 */
export type {
  Hint as IngestHint,
  IngestHealth,
  IngestOutcome,
  IngestPoint,
  Level,
  ObservationType,
  ReasonTotal as IngestReason,
  Score,
  ScoreDataType,
  ScoreSource,
  ScoreSummary,
  Session,
  SessionProject as Project,
  SourceTotal as IngestSource,
  SpanEvent as ObservationEvent,
} from './schema'

export const LEVELS: readonly schema.Level[] = ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR']

/** The API sums up and writes 0 where nothing was reported; `reported.ts` makes that null, so that pages show a dash. */
type Reported<T, Sum extends keyof T> = Omit<T, Sum> & { [sum in Sum]: T[sum] | null }

type Sum = 'input_tokens' | 'output_tokens' | 'total_tokens' | 'total_cost'

export type TraceSummary = Reported<schema.TraceSummary, Sum>

export type Observation = Reported<schema.Observation, Sum>

export interface TracePage extends Omit<schema.TracePage, 'data'> {
  data: TraceSummary[]
}

export interface TraceDetail extends Omit<schema.TraceDetail, 'trace' | 'observations'> {
  trace: TraceSummary
  observations: Observation[]
}
