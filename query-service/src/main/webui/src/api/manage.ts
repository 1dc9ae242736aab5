import { queryOptions } from '@tanstack/react-query'
import { call } from './client'
import { retryUnlessRefused } from './queries'
import type { DeletionSelection, ExportRequest, IngestSettings } from './schema'

/** Organizations, projects, keys, members, settings, and the long works: exports and deletions. */

export type {
  ApiKey,
  CreatedApiKey,
  Deletion,
  DeletionSelection,
  Export,
  ExportRequest,
  IngestSettings as ProjectSettings,
  Member,
  ModelPrice,
  Price,
  RedactionPattern,
  RedactionSettings,
  RetentionDays,
  RetentionSettings,
  SqlResult as SqlAnswer,
  SqlView,
} from './schema'

export const createOrganization = (name: string) => call('POST /organizations', { body: { name } })

export const createProject = (organizationId: string, name: string) =>
  call('POST /projects', { body: { organization_id: organizationId, name } })

export const renameProject = (project: string, name: string) =>
  call('PATCH /projects/{projectId}', { project, path: { projectId: project }, body: { name } })

export const apiKeys = (project: string, signal?: AbortSignal) =>
  call('GET /project/keys', { project, signal }).then(({ data }) => data)

export const createApiKey = (project: string, name: string) => call('POST /project/keys', { project, body: { name } })

export const deleteApiKey = (project: string, publicKey: string) =>
  call('DELETE /project/keys/{publicKey}', { project, path: { publicKey } })

export const ROLES = ['OWNER', 'ADMIN', 'MEMBER', 'VIEWER'] as const

export type Role = (typeof ROLES)[number]

export const addMember = (project: string, email: string, role: Role) =>
  call('POST /project/members', { project, body: { email, role } })

export const changeMember = (project: string, memberId: string, role: Role) =>
  call('PATCH /project/members/{memberId}', { project, path: { memberId }, body: { role } })

export const removeMember = (project: string, memberId: string) =>
  call('DELETE /project/members/{memberId}', { project, path: { memberId } })

export const invitation = (token: string) => call('POST /invitations/look-up', { body: { token } })

export const acceptInvitation = (token: string, name: string | undefined, password: string) =>
  call('POST /invitations/accept', { body: { token, name, password } })

export const changePassword = (current: string, next: string) =>
  call('PUT /session/password', { body: { current_password: current, new_password: next } })

export function membersQuery(project: string) {
  return queryOptions({
    queryKey: ['members', project],
    queryFn: ({ signal }) => call('GET /project/members', { project, signal }).then(({ data }) => data),
    retry: retryUnlessRefused,
  })
}

export const projectSettings = (project: string, signal?: AbortSignal) =>
  call('GET /project/settings', { project, signal })

/** Objects are merged, lists replaced, null is back to the default; what is left out stays. */
export const changeProjectSettings = (project: string, body: IngestSettings) =>
  call('PATCH /project/settings', { project, body })

export const prices = (project: string, signal?: AbortSignal) => call('GET /prices', { project, signal })

export const startExport = (project: string, body: ExportRequest) => call('POST /exports', { project, body })

export const exportOf = (project: string, exportId: string, signal?: AbortSignal) =>
  call('GET /exports/{exportId}', { project, path: { exportId }, signal })

export const exportContentUrl = (project: string, id: string) =>
  `/api/v1/exports/${encodeURIComponent(id)}/content?project=${encodeURIComponent(project)}`

export const startDeletion = (project: string, body: DeletionSelection) => call('POST /deletions', { project, body })

export const deletionOf = (project: string, id: string, signal?: AbortSignal) =>
  call('GET /deletions/{id}', { project, path: { id }, signal })

export const sql = (project: string, text: string, signal?: AbortSignal) =>
  call('POST /sql', { project, body: { sql: text }, signal })

export const sqlViews = (project: string, signal?: AbortSignal) =>
  call('GET /sql/schema', { project, signal }).then(({ views }) => views)
