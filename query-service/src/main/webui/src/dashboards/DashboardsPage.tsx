import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Plus, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { createDashboard, type Dashboard, dashboards } from '../api/metrics'
import { retryUnlessRefused } from '../api/queries'
import { useMay } from '../app/useMay'
import { Badge } from '../ui/Badge'
import { Button } from '../ui/Button'
import { FormProblem } from '../ui/Field'
import { formatCount } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Page } from '../ui/Page'
import styles from './Dashboard.module.css'
import { FIRST_WIDGET, fromFile } from './widgets'

/** Shipped dashboards, and the project's own. */
export function DashboardsPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/dashboards' })
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const file = useRef<HTMLInputElement>(null)
  const [wrongFile, setWrongFile] = useState<unknown>()
  const query = useQuery({
    queryKey: ['dashboards', projectId],
    queryFn: ({ signal }) => dashboards(projectId, signal),
    retry: retryUnlessRefused,
  })
  const make = useMutation({
    mutationFn: (body: Dashboard) => createDashboard(projectId, body),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ['dashboards', projectId] })
      await navigate({ to: '/project/$projectId/dashboards/$dashboardId', params: { projectId, dashboardId: id } })
    },
  })
  const read = async (chosen: File | undefined) => {
    setWrongFile(undefined)
    try {
      if (chosen) make.mutate(fromFile(await chosen.text()))
    } catch (error) {
      setWrongFile(error)
    }
  }
  return (
    <Page
      title="Dashboards"
      actions={
        may.annotate && (
          <>
            <input
              ref={file}
              type="file"
              accept="application/json,.json"
              className="visually-hidden"
              tabIndex={-1}
              aria-label="A dashboard’s file"
              onChange={(event) => {
                void read(event.target.files?.[0])
                event.target.value = ''
              }}
            />
            <Button onClick={() => file.current?.click()}>
              <Upload size={14} aria-hidden="true" /> Import
            </Button>
            <Button
              look="primary"
              disabled={make.isPending}
              onClick={() =>
                make.mutate({ name: 'New dashboard', widgets: [{ ...FIRST_WIDGET, id: 'w1', x: 0, y: 0 }] })
              }
            >
              <Plus size={14} aria-hidden="true" /> New dashboard
            </Button>
          </>
        )
      }
    >
      <FormProblem error={wrongFile ?? make.error} />
      <Loaded
        query={query}
        what="The dashboards"
        empty={(list) =>
          list.length === 0 && <p className="muted">None yet.{may.annotate && ' Make one, or import a file.'}</p>
        }
      >
        {(list) => (
          <ul className={styles.tiles}>
            {list.map(({ id, name, description, shipped, widgets }) => (
              <li key={id}>
                <Link
                  to="/project/$projectId/dashboards/$dashboardId"
                  params={{ projectId, dashboardId: id }}
                  className={styles.tile}
                >
                  <strong>{name}</strong>
                  {description && <span>{description}</span>}
                  <span className="muted">
                    {widgets && `${formatCount(widgets.length)} widgets `}
                    {shipped && <Badge>shipped</Badge>}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Page>
  )
}
