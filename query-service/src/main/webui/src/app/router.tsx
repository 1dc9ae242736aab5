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
import { firstStepsQuery, sessionQuery } from '../api/queries'
import type { Project } from '../api/types'
import { parseCompareSearch } from '../compare/compareSearch'
import { parseHealthSearch } from '../ingest-health/healthSearch'
import { parseTraceSearch } from '../trace/traceSearch'
import { parseTracesSearch } from '../traces/tracesSearch'
import { getPreference, setPreference } from '../ui/preferences'
import { Pending } from './Pending'
import { parsePageSearch } from './pageSearch'
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

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../invitation/InvitationPage'), 'InvitationPage'),
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
    if (!project) throw redirect({ to: '/setup' })
    throw redirect({ to: '/project/$projectId/home', params: { projectId: project.id } })
  },
})

/** First run, and one more project: organization, project, key, first trace. */
const setupRoute = createRoute({
  getParentRoute: () => sessionRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('../setup/SetupPage'), 'SetupPage'),
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
    throw redirect({ to: '/project/$projectId/home', params })
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
    if (cause === 'preload') return
    const { queryClient } = context
    void queryClient.prefetchQuery(firstStepsQuery(queryClient, params.projectId, params.traceId))
  },
  component: lazyRouteComponent(() => import('../trace/TracePage'), 'TracePage'),
})

const ingestHealthRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/ingest-health',
  validateSearch: parseHealthSearch,
  component: lazyRouteComponent(() => import('../ingest-health/IngestHealthPage'), 'IngestHealthPage'),
})

const overviewRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/home',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../home/HomePage'), 'HomePage'),
})

const dashboardsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/dashboards',
  component: lazyRouteComponent(() => import('../dashboards/DashboardsPage'), 'DashboardsPage'),
})

const dashboardRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/dashboards/$dashboardId',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../dashboards/DashboardPage'), 'DashboardPage'),
})

const sessionsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/sessions',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../sessions/SessionsPage'), 'SessionsPage'),
})

const sessionPageRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/sessions/$sessionId',
  component: lazyRouteComponent(() => import('../sessions/SessionPage'), 'SessionPage'),
})

const usersRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/users',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../users/UsersPage'), 'UsersPage'),
})

const userRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/users/$userId',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../users/UserPage'), 'UserPage'),
})

const scoresRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/scores',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../scores/ScoresPage'), 'ScoresPage'),
})

/** Two traces or two observations side by side. */
const compareRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/compare',
  validateSearch: parseCompareSearch,
  component: lazyRouteComponent(() => import('../compare/ComparePage'), 'ComparePage'),
})

const evaluatorsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/evaluators',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../evaluators/EvaluatorsPage'), 'EvaluatorsPage'),
})

const guardRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/guard',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../guard/GuardPage'), 'GuardPage'),
})

const sqlRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/sql',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../sql/SqlPage'), 'SqlPage'),
})

const modelsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/models',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../models/ModelsPage'), 'ModelsPage'),
})

const settingsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings',
  validateSearch: parsePageSearch,
  component: lazyRouteComponent(() => import('../settings/SettingsPage'), 'SettingsPage'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  invitationRoute,
  sessionRoute.addChildren([
    homeRoute,
    setupRoute,
    anyIngestHealthRoute,
    projectRoute.addChildren([
      projectHomeRoute,
      tracesRoute,
      traceRoute,
      ingestHealthRoute,
      overviewRoute,
      dashboardsRoute,
      dashboardRoute,
      sessionsRoute,
      sessionPageRoute,
      usersRoute,
      userRoute,
      scoresRoute,
      compareRoute,
      evaluatorsRoute,
      guardRoute,
      sqlRoute,
      modelsRoute,
      settingsRoute,
    ]),
  ]),
])

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch: parseUrlSearch,
    stringifySearch: stringifyUrlSearch,
    defaultPreload: 'intent',
    // A page that is come back to stands where it was left: `ui/Page` is what scrolls, the list of traces keeps its own place.
    scrollRestoration: true,
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
