import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Maximize2, Minimize2, Pencil, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  createDashboard,
  type Dashboard,
  dashboard,
  deleteDashboard,
  type StoredDashboard,
  saveDashboard,
  type Widget,
} from '../api/metrics'
import { retryUnlessRefused } from '../api/queries'
import { useMay } from '../app/useMay'
import { usePageState } from '../app/usePage'
import { TimeRangePicker } from '../traces/filters/TimeRangePicker'
import { Button } from '../ui/Button'
import { FormProblem, TextField } from '../ui/Field'
import { Loaded } from '../ui/Loaded'
import { Page } from '../ui/Page'
import { QueryBar } from '../ui/QueryBar'
import { NARROW, useMediaQuery } from '../ui/useMediaQuery'
import styles from './Dashboard.module.css'
import { WidgetDialog } from './WidgetDialog'
import { WidgetView } from './WidgetView'
import { bottomOf, FIRST_WIDGET, newWidgetId, stepped, toFile } from './widgets'

const WidgetGrid = lazy(() => import('./WidgetGrid'))

export function DashboardPage() {
  const { projectId, dashboardId } = useParams({ from: '/session/project/$projectId/dashboards/$dashboardId' })
  const query = useQuery({
    queryKey: ['dashboard', projectId, dashboardId],
    queryFn: ({ signal }) => dashboard(projectId, dashboardId, signal),
    retry: retryUnlessRefused,
  })
  return query.data ? (
    <Board key={dashboardId} projectId={projectId} stored={query.data} />
  ) : (
    <Page title="Dashboard">
      <Loaded query={query} what="The dashboard">
        {() => null}
      </Loaded>
    </Page>
  )
}

function Board({ projectId, stored }: { projectId: string; stored: StoredDashboard }) {
  const search = useSearch({ from: '/session/project/$projectId/dashboards/$dashboardId' })
  const { change, period, key, setRange } = usePageState(search)
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const narrow = useMediaQuery(NARROW)
  const [draft, setDraft] = useState<StoredDashboard>()
  const [editing, setEditing] = useState<Widget>()
  const shown = draft ?? stored
  const renew = () => queryClient.invalidateQueries({ queryKey: ['dashboards', projectId] })
  const save = useMutation({
    mutationFn: () => saveDashboard(projectId, stored.id, { ...body(shown), version: stored.version }),
    onSuccess: (saved) => {
      queryClient.setQueryData(['dashboard', projectId, stored.id], saved)
      setDraft(undefined)
      return renew()
    },
  })
  const clone = useMutation({
    mutationFn: () => createDashboard(projectId, { ...body(stored), name: `${stored.name} (copy)` }),
    onSuccess: async ({ id }) => {
      await renew()
      await navigate({ to: '/project/$projectId/dashboards/$dashboardId', params: { projectId, dashboardId: id } })
    },
  })
  const remove = useMutation({
    mutationFn: () => deleteDashboard(projectId, stored.id),
    onSuccess: async () => {
      await renew()
      await navigate({ to: '/project/$projectId/dashboards', params: { projectId } })
    },
  })
  const setWidgets = (widgets: Widget[]) => setDraft({ ...shown, widgets })
  const put = (widget: Widget) => {
    const isKnown = shown.widgets.some(({ id }) => id === widget.id)
    setWidgets(
      isKnown ? shown.widgets.map((each) => (each.id === widget.id ? widget : each)) : [...shown.widgets, widget],
    )
  }
  const add = () => setEditing({ ...FIRST_WIDGET, id: newWidgetId(shown.widgets), x: 0, y: bottomOf(shown.widgets) })
  const card = (widget: Widget, height: number) => (
    <>
      <WidgetHead
        widget={widget}
        editing={draft !== undefined}
        onEdit={() => setEditing(widget)}
        onStep={(step) => put(stepped(widget, step))}
        onRemove={() => setWidgets(shown.widgets.filter(({ id }) => id !== widget.id))}
      />
      <div className={styles.body}>
        <WidgetView
          projectId={projectId}
          widget={widget}
          period={period}
          range={key}
          filter={search.query}
          height={height}
        />
      </div>
    </>
  )
  return (
    <Page
      title={shown.name}
      lead={shown.description}
      crumb={
        <Link to="/project/$projectId/dashboards" params={{ projectId }}>
          <ArrowLeft size={13} aria-hidden="true" /> Dashboards
        </Link>
      }
      actions={
        <>
          <TimeRangePicker search={search} onChange={setRange} />
          {draft ? (
            <>
              <Button onClick={add}>Add a widget</Button>
              <Button look="primary" disabled={save.isPending} onClick={() => save.mutate()}>
                Save
              </Button>
              <Button onClick={() => setDraft(undefined)}>Discard</Button>
            </>
          ) : (
            <>
              {may.annotate && !stored.shipped && <Button onClick={() => setDraft(stored)}>Edit</Button>}
              {may.annotate && (
                <Button disabled={clone.isPending} onClick={() => clone.mutate()}>
                  Clone
                </Button>
              )}
              <Button onClick={() => download(stored)}>Export</Button>
              {may.annotate && !stored.shipped && (
                <Button disabled={remove.isPending} onClick={() => remove.mutate()}>
                  Delete
                </Button>
              )}
            </>
          )}
        </>
      }
    >
      <FormProblem error={save.error ?? clone.error ?? remove.error} />
      {draft && (
        <TextField
          label="Name"
          value={draft.name}
          maxLength={100}
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        />
      )}
      <QueryBar
        projectId={projectId}
        query={search.query}
        onChange={(query) => change({ query })}
        label="Filter of the whole dashboard"
        placeholder="Filter of the whole dashboard"
      />
      {narrow ? (
        <div className={styles.narrow}>
          {shown.widgets.map((widget) => (
            <section key={widget.id} className={styles.widget}>
              {card(widget, 260)}
            </section>
          ))}
        </div>
      ) : (
        <Suspense fallback={<p role="status">Laying out…</p>}>
          <WidgetGrid
            widgets={shown.widgets}
            editing={draft !== undefined}
            onLayout={setWidgets}
            render={(widget, height) => card(widget, height)}
          />
        </Suspense>
      )}
      {editing && (
        <WidgetDialog
          projectId={projectId}
          widget={editing}
          period={period}
          onClose={() => setEditing(undefined)}
          onDone={(widget) => {
            put(widget)
            setEditing(undefined)
          }}
        />
      )}
    </Page>
  )
}

function body({ name, description, widgets }: Dashboard) {
  return { name, ...(description && { description }), widgets }
}

function download(stored: Dashboard) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([toFile(stored)], { type: 'application/json' }))
  link.download = `${stored.name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.json`
  link.click()
  URL.revokeObjectURL(link.href)
}

interface WidgetHeadProps {
  widget: Widget
  editing: boolean
  onEdit: () => void
  onStep: (step: Partial<Pick<Widget, 'x' | 'y' | 'w' | 'h'>>) => void
  onRemove: () => void
}

/** The title, which is the handle for the pointer; the buttons do the same by keyboard. */
function WidgetHead({ widget, editing, onEdit, onStep, onRemove }: WidgetHeadProps) {
  const steps = [
    { name: 'Move left', icon: ArrowLeft, step: { x: -1 } },
    { name: 'Move right', icon: ArrowRight, step: { x: 1 } },
    { name: 'Move up', icon: ArrowUp, step: { y: -1 } },
    { name: 'Move down', icon: ArrowDown, step: { y: 1 } },
    { name: 'Larger', icon: Maximize2, step: { w: 1, h: 1 } },
    { name: 'Smaller', icon: Minimize2, step: { w: -1, h: -1 } },
  ] as const
  return (
    <div className={styles.head}>
      <h2 className={editing ? `${styles.handle} widget-handle` : undefined} title={widget.title}>
        {widget.title}
      </h2>
      {editing && (
        <>
          {steps.map(({ name, icon: Icon, step }) => (
            <Button
              key={name}
              look="quiet"
              icon
              aria-label={`${name}: ${widget.title}`}
              title={name}
              onClick={() => onStep(step)}
            >
              <Icon size={13} />
            </Button>
          ))}
          <Button look="quiet" icon aria-label={`Change ${widget.title}`} title="Change" onClick={onEdit}>
            <Pencil size={13} />
          </Button>
          <Button look="quiet" icon aria-label={`Remove ${widget.title}`} title="Remove" onClick={onRemove}>
            <X size={13} />
          </Button>
        </>
      )}
    </div>
  )
}
