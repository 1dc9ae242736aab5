import { outlined, reportedPage } from './reported'
import { type Call, requestKey, wireRequest } from './request'
import type { Operations, Problem } from './schema'

/** An answer other than 2xx, or none at all (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title)
  }

  get status(): number {
    return this.problem.status
  }
}

/** The server is older than this page, or was built without it: nothing answers under this address. */
export function isMissingApi(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.status === 501 || error.status === 405 || (error.status === 404 && !error.problem.field && isBare(error)))
  )
}

/** A 404 of ours says what could not be found; one of the framework says nothing. */
function isBare({ problem }: ApiError): boolean {
  return (
    !problem.detail || /^(HTTP 404|Unable to find|Resource Not Found|RESTEASY|nothing is served)/i.test(problem.detail)
  )
}

/** What a call needs, by its operation: nothing that the API does not take, and all that it must have. */
type Needed<Name extends string, Value> = [Value] extends [never]
  ? { [name in Name]?: undefined }
  : undefined extends Value
    ? { [name in Name]?: Value }
    : { [name in Name]: Value }

export type Request<O extends keyof Operations> = Needed<'path', Operations[O]['path']> &
  Needed<'body', Operations[O]['body']> & {
    query?: [Operations[O]['query']] extends [never] ? undefined : Operations[O]['query']
    /** Whose data it is about, and that it needs a session. */
    project?: string
    signal?: AbortSignal
  }

/** What `early.ts` has asked for already, once. */
function askedEarly(key: string): Promise<Response> | undefined {
  const answer = window.earlyAnswers?.get(key)
  window.earlyAnswers?.delete(key)
  return answer
}

async function send(operation: string, { signal, ...call }: Call & { signal?: AbortSignal }): Promise<Response> {
  const request = wireRequest(operation, call)
  try {
    return await (askedEarly(requestKey(request, call.project)) ?? fetch(request.url, { ...request.init, signal }))
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError({ title: 'No answer', status: 0, detail: 'The server did not answer.' })
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = { title: response.statusText || `HTTP ${response.status}`, status: response.status }
  if (!response.headers.get('content-type')?.includes('json')) return fallback
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>), status: response.status }
  } catch {
    return fallback
  }
}

let signedOut: () => void = () => {}

/** What to do when a call that needs a session finds that it has ended. */
export function onSignedOut(act: () => void): void {
  signedOut = act
}

/** A call to `/api/v1`, such as `call('GET /traces/{traceId}', { project, path: { traceId } })`. */
export async function call<O extends keyof Operations>(
  operation: O,
  request: Request<O>,
): Promise<Operations[O]['answer']> {
  const response = await send(operation, request as Call)
  if (response.status === 401 && request.project) signedOut()
  if (!response.ok) throw new ApiError(await problemOf(response))
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as never
  return (await response.json()) as Operations[O]['answer']
}

export type TraceListQuery = NonNullable<Request<'GET /traces'>['query']>

/** Calls of every page. */
export const api = {
  session: (signal?: AbortSignal) => call('GET /session', { signal }),
  signIn: (email: string, password: string) => call('POST /session', { body: { email, password } }),
  signOut: () => call('DELETE /session', {}),
  traces: async (project: string, query: TraceListQuery, signal?: AbortSignal) =>
    reportedPage(await call('GET /traces', { project, query, signal })),
  /** Without the bodies of its observations: all of them, or the first. */
  trace: async (project: string, traceId: string, limit?: number, signal?: AbortSignal) =>
    outlined(await call('GET /traces/{traceId}/outline', { project, path: { traceId }, query: { limit }, signal })),
  ingestHealth: (project: string, from: string, signal?: AbortSignal) =>
    call('GET /ingest/health', { project, query: { from }, signal }),
}
