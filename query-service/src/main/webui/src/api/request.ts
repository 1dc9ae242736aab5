/** How a call of `/api/v1` looks on the wire. Small, and needs nothing: `early.ts` asks before the rest has loaded. */
export interface Call {
  path?: Record<string, string>
  query?: Record<string, string | number | undefined>
  body?: unknown
  /** Whose data it is about, and that it needs a session. */
  project?: string
}

export interface WireRequest {
  url: string
  init: RequestInit & { method: string; body: string | undefined }
}

/** Of an operation such as `GET /traces/{traceId}`. */
export function wireRequest(operation: string, { path = {}, query = {}, body, project }: Call): WireRequest {
  const [method = 'GET', template = ''] = operation.split(' ')
  const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value))
  }
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (project) headers['X-Sightline-Project'] = project
  // A custom header cannot be sent across origins without consent: with the SameSite cookie it guards against CSRF.
  if (method !== 'GET') headers['X-Sightline-CSRF'] = '1'
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  return {
    url: `/api/v1${address}${search.size > 0 ? `?${search}` : ''}`,
    init: {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
    },
  }
}

/** Of a long trace its first steps are asked for by themselves, and are there in half the time of the whole. */
export const FIRST_STEPS = 1000

/** The same for two requests that would get the same answer. */
export function requestKey({ url, init }: WireRequest, project: string | undefined): string {
  return [init.method, url, project, init.body].join(' ')
}
