import { reportedDetail, reportedPage } from './reported'
import type { IngestHealth, Problem, Session, TraceDetail, TracePage } from './types'

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

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  project?: string
  query?: Record<string, string | number | undefined>
  body?: unknown
  signal?: AbortSignal
}

async function send(path: string, request: Request): Promise<Response> {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== '') query.set(key, String(value))
  }
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (request.project) headers['X-Sightline-Project'] = request.project
  // A custom header cannot be sent across origins without consent: with the SameSite cookie it guards against CSRF.
  if (request.method && request.method !== 'GET') headers['X-Sightline-CSRF'] = '1'
  if (request.body !== undefined) headers['Content-Type'] = 'application/json'
  const search = query.size > 0 ? `?${query}` : ''
  try {
    return await fetch(`/api/v1${path}${search}`, {
      method: request.method ?? 'GET',
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal: request.signal,
      credentials: 'same-origin',
    })
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

/** A call to `/api/v1`. `project` names the project it is about, and that it needs a session. */
export async function call<T>(path: string, request: Request = {}): Promise<T> {
  const response = await send(path, request)
  if (response.status === 401 && request.project) signedOut()
  if (!response.ok) throw new ApiError(await problemOf(response))
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T
  return (await response.json()) as T
}

export interface TraceListQuery {
  from?: string
  to?: string
  query?: string
  search?: string
  level?: string
  environment?: string
  limit?: number
  cursor?: string
}

/** Every call the UI makes, one function each. */
export const api = {
  session: (signal?: AbortSignal) => call<Session>('/session', { signal }),
  signIn: (email: string, password: string) => call<Session>('/session', { method: 'POST', body: { email, password } }),
  signOut: () => call<void>('/session', { method: 'DELETE' }),
  traces: async (project: string, query: TraceListQuery, signal?: AbortSignal) =>
    reportedPage(await call<TracePage>('/traces', { project, query: { ...query }, signal })),
  /** Without the bodies of its observations. */
  trace: async (project: string, traceId: string, signal?: AbortSignal) =>
    reportedDetail(
      await call<TraceDetail>(`/traces/${encodeURIComponent(traceId)}`, {
        project,
        query: { content: 'false' },
        signal,
      }),
    ),
  ingestHealth: (project: string, from: string, signal?: AbortSignal) =>
    call<IngestHealth>('/ingest/health', { project, query: { from }, signal }),
}
