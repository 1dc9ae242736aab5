import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { ApiError } from '../api/client'
import { sessionQuery, traceQuery } from '../api/queries'
import type { Project } from '../api/types'
import { parseHealthSearch } from '../ingest-health/healthSearch'
import { parseTraceSearch } from '../trace/traceSearch'
import { parseTracesSearch } from '../traces/tracesSearch'
import { getPreference, setPreference } from '../ui/preferences'
import { Pending } from './Pending'
import { NoProject, NotFound, RouteFailure } from './RouteStates'
import { Shell } from './Shell'
import { parseUrlSearch, stringifyUrlSearch } from './urlSearch'

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { next?: string } =>
    safePath(raw.next) ? { next: safePath(raw.next) } : {},
  component: lazyRouteComponent(() => import('../sign-in/SignInPage'), 'SignInPage'),
})

/** Only a path of ours: a link must not send somebody elsewhere after sign-in. */
function safePath(next: unknown): string | undefined {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : undefined
}

/** Everything that needs a session. */
const sessionRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'session',
  beforeLoad: async ({ context, location }) => {
    try {
      return { session: await context.queryClient.ensureQueryData(sessionQuery) }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
    }
  },
  errorComponent: RouteFailure,
})

function lastProject(projects: Project[]): Project | undefined {
  const last = getPreference('project')
  return projects.find(({ id }) => id === last) ?? projects[0]
}

const homeRoute = createRoute({
  getParentRoute: () => sessionRoute,
  path: '/',
  beforeLoad: ({ context }) => {
    const project = lastProject(context.session.projects)
    if (project) throw redirect({ to: '/project/$projectId/traces', params: { projectId: project.id } })
  },
  component: NoProject,
})

/** An address without a project, for docs and messages: that of the project looked at last. */
const anyIngestHealthRoute = createRoute({
  getParentRoute: () => sessionRoute,
  path: '/ingest-health',
  beforeLoad: ({ context }) => {
    const project = lastProject(context.session.projects)
    if (project) throw redirect({ to: '/project/$projectId/ingest-health', params: { projectId: project.id } })
  },
  component: NoProject,
})

const projectRoute = createRoute({
  getParentRoute: () => sessionRoute,
  path: '/project/$projectId',
  beforeLoad: ({ context, params }) => {
    const project = context.session.projects.find(({ id }) => id === params.projectId)
    if (project) setPreference('project', project.id)
    return { project }
  },
  component: Shell,
})

const projectHomeRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/project/$projectId/traces', params })
  },
})

const tracesRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/traces',
  validateSearch: parseTracesSearch,
  component: lazyRouteComponent(() => import('../traces/TracesPage'), 'TracesPage'),
})

const traceRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/traces/$traceId',
  validateSearch: parseTraceSearch,
  loader: ({ context, params, cause }) => {
    // The page's code and its data are fetched side by side. Hovering a link fetches the code only.
    if (cause !== 'preload') void context.queryClient.prefetchQuery(traceQuery(params.projectId, params.traceId))
  },
  component: lazyRouteComponent(() => import('../trace/TracePage'), 'TracePage'),
})

const ingestHealthRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/ingest-health',
  validateSearch: parseHealthSearch,
  component: lazyRouteComponent(() => import('../ingest-health/IngestHealthPage'), 'IngestHealthPage'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  sessionRoute.addChildren([
    homeRoute,
    anyIngestHealthRoute,
    projectRoute.addChildren([projectHomeRoute, tracesRoute, traceRoute, ingestHealthRoute]),
  ]),
])

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch: parseUrlSearch,
    stringifySearch: stringifyUrlSearch,
    defaultPreload: 'intent',
    defaultPendingComponent: Pending,
    defaultPendingMs: 400,
    defaultErrorComponent: RouteFailure,
    defaultNotFoundComponent: NotFound,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
