import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries'
import type { Role } from '../api/schema'

/** What somebody may do in a project besides reading, as the server has it. */
export interface May {
  /** Score, and change what all share: dashboards and saved views. */
  annotate: boolean
  /** Change the project: its settings, keys, prices, evaluators and policies; delete traces. */
  manage: boolean
}

/** Said where something is shown that can't be changed. */
export const MANAGERS_ONLY = 'Only owners and admins of the organization may change this.'

export function mayOf(role: Role | undefined): May {
  const manage = role === 'OWNER' || role === 'ADMIN'
  return { annotate: manage || role === 'MEMBER', manage }
}

/** The server decides; by this, pages offer only what it would do. */
export function useMay(projectId: string): May {
  const session = useQuery(sessionQuery)
  return mayOf(session.data?.projects.find(({ id }) => id === projectId)?.organization.role)
}
