import { CloudOff, SearchX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError } from '../api/client'
import { Button } from './Button'
import { Message } from './Message'

interface FailureProps {
  error: unknown
  /** What could not be shown: "The traces". */
  what: string
  /** There is nothing else on the page. */
  alone?: boolean
  onRetry?: () => void
}

/** Says what went wrong and what to do about it. */
export function Failure({ error, what, alone, onRetry }: FailureProps) {
  const { title, icon, advice } = explain(error, what)
  return (
    <Message icon={icon} title={title} alone={alone} actions={onRetry && <Button onClick={onRetry}>Try again</Button>}>
      {advice}
    </Message>
  )
}

function explain(error: unknown, what: string): { title: string; icon: ReactNode; advice: ReactNode } {
  if (!(error instanceof ApiError)) {
    const detail = error instanceof Error ? error.message : String(error)
    return { title: `${what} could not be shown`, icon: <TriangleAlert size={22} />, advice: detail }
  }
  const { status, problem } = error
  const detail = problem.detail ?? problem.title
  if (status === 0) {
    return {
      title: 'Sightline does not answer',
      icon: <CloudOff size={22} />,
      advice: (
        <>
          The connection failed. Is the stack running? <code>./sightline status</code> tells on a development machine;
          on Kubernetes look at the pods of query-service.
        </>
      ),
    }
  }
  if (status === 404) return { title: `${what} could not be found`, icon: <SearchX size={22} />, advice: detail }
  if (status >= 500) {
    return {
      title: `${what} could not be read`,
      icon: <CloudOff size={22} />,
      advice: (
        <>
          The server answered {status}: {detail} This is usually a storage engine that is starting or away. Wait a
          moment and try again; <code>./sightline logs query-service</code> has the cause.
        </>
      ),
    }
  }
  return { title: `${what} could not be shown`, icon: <TriangleAlert size={22} />, advice: detail }
}
