import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowUpRight, X } from 'lucide-react'
import { useMemo } from 'react'
import { traceQuery } from '../api/queries'
import { Button } from '../ui/Button'
import { Loaded } from '../ui/Loaded'
import { TraceOverview } from './details/TraceOverview'
import styles from './TracePeek.module.css'
import { TraceContext } from './traceContext'
import { buildTree } from './tree/buildTree'

interface TracePeekProps {
  projectId: string
  traceId: string
  onClose: () => void
}

/** The essence of a trace beside the list: what went in, what came out, how it was judged, what failed. */
export default function TracePeek({ projectId, traceId, onClose }: TracePeekProps) {
  const query = useQuery(traceQuery(projectId, traceId))
  const navigate = useNavigate()
  const { data } = query
  const context = useMemo(() => {
    if (!data) return null
    const open = (observation: string | undefined) =>
      void navigate({
        to: '/project/$projectId/traces/$traceId',
        params: { projectId, traceId },
        search: { observation },
      })
    return { projectId, detail: data, tree: buildTree(data.observations), scoresOf: new Map(), open }
  }, [data, projectId, traceId, navigate])
  return (
    <aside className={styles.peek} aria-label="The chosen trace">
      <div className={styles.head}>
        <h2>{data?.trace.name ?? 'Trace'}</h2>
        <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId }}>
          Open <ArrowUpRight size={13} aria-hidden="true" />
        </Link>
        <Button look="quiet" icon aria-label="Close" title="Close (Escape)" onClick={onClose}>
          <X size={15} />
        </Button>
      </div>
      <div className={styles.body}>
        <Loaded query={query} what="The trace">
          {() =>
            context && (
              <TraceContext value={context}>
                <TraceOverview missing={undefined} />
              </TraceContext>
            )
          }
        </Loaded>
      </div>
    </aside>
  )
}
