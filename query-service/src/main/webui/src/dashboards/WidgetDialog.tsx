import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type Aggregation,
  CHARTS,
  type ChartKind,
  type Measure,
  type MetricsCatalog,
  metricsCatalog,
  type View,
  type Widget,
} from '../api/metrics'
import { retryUnlessRefused } from '../api/queries'
import { Button } from '../ui/Button'
import { Buttons, FieldRow, Form, SelectField, TextField } from '../ui/Field'
import { Loaded } from '../ui/Loaded'
import { Modal } from '../ui/Modal'
import { QueryBar } from '../ui/QueryBar'
import styles from './Dashboard.module.css'
import { WidgetView } from './WidgetView'

const PREVIEW_PX = 260

interface WidgetDialogProps {
  projectId: string
  widget: Widget
  period: () => { from: string; to: string }
  onClose: () => void
  onDone: (widget: Widget) => void
}

/** What a widget asks and how it is drawn, with the answer below. */
export function WidgetDialog({ projectId, widget, period, onClose, onDone }: WidgetDialogProps) {
  const catalog = useQuery({
    queryKey: ['metrics-catalog', projectId],
    queryFn: ({ signal }) => metricsCatalog(projectId, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: retryUnlessRefused,
  })
  return (
    <Modal title="Widget" open wide onClose={onClose}>
      <Loaded query={catalog} what="What can be measured">
        {(known) => (
          <WidgetForm
            projectId={projectId}
            widget={widget}
            catalog={known}
            period={period}
            onClose={onClose}
            onDone={onDone}
          />
        )}
      </Loaded>
    </Modal>
  )
}

const CHART_NAMES: Record<ChartKind, string> = {
  line: 'Line over time',
  area: 'Area over time',
  bar: 'Bars over time',
  stacked_bar: 'Stacked bars over time',
  horizontal_bar: 'The largest, as bars',
  pie: 'Shares of the whole',
  number: 'One number',
  table: 'Table',
  histogram: 'Distribution',
}

/** Distributions ask for a histogram, all others for a number. */
function forChart(measure: Measure, chart: ChartKind): Measure {
  if (chart === 'histogram')
    return { measure: measure.aggregation ? measure.measure : 'latency', aggregation: 'histogram' }
  return measure.aggregation === 'histogram' ? { measure: measure.measure } : measure
}

function WidgetForm({
  projectId,
  widget,
  catalog,
  period,
  onClose,
  onDone,
}: WidgetDialogProps & { catalog: MetricsCatalog }) {
  const [draft, setDraft] = useState(widget)
  const { query } = draft
  const view = catalog.views.find(({ name }) => name === (query.view ?? 'observations')) ?? catalog.views[0]
  const [asked] = query.measures
  // A ratio is kept as it is until another measure is chosen.
  const measure: Measure = asked?.measure ? asked : { measure: 'count' }
  const known = view?.measures.find(({ name }) => name === measure.measure)
  const change = (part: Partial<Widget>) => setDraft({ ...draft, ...part })
  const ask = (part: Partial<Widget['query']>) => change({ query: { ...query, ...part } })
  const choose = (name: string) => {
    const [first] = view?.measures.find((each) => each.name === name)?.aggregations ?? []
    ask({ measures: [{ measure: name, ...(first && { aggregation: first as Aggregation }) }] })
  }
  const option = (name: string) => ({ value: name, label: name.replaceAll('_', ' ') })
  return (
    <Form onSubmit={() => onDone(draft)}>
      <FieldRow>
        <TextField
          label="Title"
          value={draft.title}
          maxLength={100}
          onChange={(event) => change({ title: event.target.value })}
        />
        <SelectField
          label="Chart"
          value={draft.chart}
          choices={CHARTS.map((chart) => ({ value: chart, label: CHART_NAMES[chart] }))}
          onChange={(chart) => change({ chart, query: { ...query, measures: [forChart(measure, chart)] } })}
        />
      </FieldRow>
      <FieldRow>
        <SelectField
          label="Of"
          value={query.view ?? 'observations'}
          choices={catalog.views.map(({ name }) => ({ value: name, label: name }))}
          onChange={(next: View) => ask({ view: next, measures: [{ measure: 'count' }], dimensions: [] })}
        />
        <SelectField
          label="Measure"
          note={known?.description}
          value={measure.measure ?? ''}
          choices={(view?.measures ?? []).map(({ name }) => option(name))}
          onChange={choose}
        />
        {(known?.aggregations.length ?? 0) > 0 && (
          <SelectField
            label="As"
            value={measure.aggregation ?? ''}
            choices={(known?.aggregations ?? [])
              .filter((name) => (name === 'histogram') === (draft.chart === 'histogram'))
              .map(option)}
            onChange={(aggregation) => ask({ measures: [{ ...measure, aggregation: aggregation as Aggregation }] })}
          />
        )}
        <SelectField
          label="By"
          value={query.dimensions?.[0] ?? ''}
          choices={[{ value: '', label: 'nothing' }, ...(view?.dimensions ?? []).map(({ name }) => option(name))]}
          onChange={(dimension) => ask({ dimensions: dimension ? [dimension] : [] })}
        />
      </FieldRow>
      <QueryBar
        inForm
        projectId={projectId}
        query={query.query ?? undefined}
        onChange={(text) => ask({ query: text })}
        label="Filter of the widget"
        placeholder="Filter, such as model:gpt-4o"
      />
      {/* Of one height whatever the answer: a button that moves between press and release is not clicked. */}
      <section className={styles.preview} style={{ height: PREVIEW_PX }} aria-label="Preview" tabIndex={0}>
        <WidgetView projectId={projectId} widget={draft} period={period} range="preview" height={PREVIEW_PX} />
      </section>
      <Buttons>
        <Button type="submit" look="primary" disabled={!draft.title.trim()}>
          Take it
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </Buttons>
    </Form>
  )
}
