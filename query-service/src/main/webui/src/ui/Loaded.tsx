import type { UseQueryResult } from '@tanstack/react-query'
import { PackageX } from 'lucide-react'
import type { ReactNode } from 'react'
import { isMissingApi } from '../api/client'
import { Failure } from './Failure'
import styles from './Loaded.module.css'
import { Message } from './Message'

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isError' | 'refetch'>
  /** What is read: "The sessions". */
  what: string
  /** There is nothing to show, and what to do about it. */
  empty?: (data: T) => ReactNode
  children: (data: T) => ReactNode
}

/** One of a view's states: loading, failed, not offered by this server, empty, stale, or there. */
export function Loaded<T>({ query, what, empty, children }: LoadedProps<T>) {
  const { data, error, isError, refetch } = query
  if (data === undefined && isError && isMissingApi(error)) {
    return (
      <Message icon={<PackageX size={22} />} title={`${what}: not on this server`}>
        This Sightline does not offer it yet: its services are older than this page. Update query-service and
        evaluator-service to the same version.
      </Message>
    )
  }
  if (data === undefined && isError) return <Failure error={error} what={what} onRetry={() => void refetch()} />
  if (data === undefined) {
    return (
      <div className={styles.skeleton} role="status">
        <span className="visually-hidden">Loading</span>
        <span aria-hidden="true" />
        <span aria-hidden="true" />
        <span aria-hidden="true" />
      </div>
    )
  }
  return (
    <>
      {isError && (
        <p className={styles.stale} role="alert">
          Sightline does not answer now; this is what it said last.
        </p>
      )}
      {empty?.(data) || children(data)}
    </>
  )
}
