import { call } from './client'
import type { SavedViewRequest } from './schema'

/** Tables of traces under a name, shared by the project's members. */

export type { SavedView as StoredView } from './schema'

export const savedViews = (project: string, signal?: AbortSignal) =>
  call('GET /saved-views', { project, signal }).then(({ data }) => data)

export const saveView = (project: string, body: SavedViewRequest) => call('POST /saved-views', { project, body })

export const replaceView = (project: string, viewId: string, body: SavedViewRequest) =>
  call('PUT /saved-views/{viewId}', { project, path: { viewId }, body })

export const deleteView = (project: string, viewId: string) =>
  call('DELETE /saved-views/{viewId}', { project, path: { viewId } })
