import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { retryUnlessRefused, traceQuery } from '../api/queries'
import { traces } from '../api/search'
import type { TraceDetail } from '../api/types'
import { textOf } from '../trace/content/ContentView'
import { buildTree, type TreeRow, visibleRows } from '../trace/tree/buildTree'
import { useMainContent, useWholeObservation } from '../trace/useContent'
import { Button } from '../ui/Button'
import { DataTable } from '../ui/DataTable'
import { Buttons, FieldRow, Form, SelectField, TextField } from '../ui/Field'
import { formatChange, formatCost, formatCount, formatDuration, formatTimestamp, NONE } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Card, Page } from '../ui/Page'
import { termOf } from '../ui/queryText'
import { alignSteps, type StepPair } from './alignSteps'

const TextDiff = lazy(() => import('./TextDiff'))

/** Two runs side by side: what differs in numbers, in steps and in words. */
export function ComparePage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/compare' })
  const search = useSearch({ from: '/session/project/$projectId/compare' })
  const left = useQuery({ ...traceQuery(projectId, search.left ?? ''), enabled: search.left !== undefined })
  const right = useQuery({ ...traceQuery(projectId, search.right ?? ''), enabled: search.right !== undefined })
  return (
    <Page
      title="Compare"
      lead="Two runs side by side. What only the left one says is struck out, what only the right one says is underlined."
    >
      <Choice projectId={projectId} name={left.data?.trace.name ?? undefined} />
      {search.left && search.right && (
        <Loaded query={left} what="The left trace">
          {(one) => (
            <Loaded query={right} what="The right trace">
              {(other) => <Sides projectId={projectId} left={one} right={other} />}
            </Loaded>
          )}
        </Loaded>
      )}
    </Page>
  )
}

const OFFERED = 50

function Choice({ projectId, name }: { projectId: string; name: string | undefined }) {
  const search = useSearch({ from: '/session/project/$projectId/compare' })
  const navigate = useNavigate({ from: '/project/$projectId/compare' })
  const [left, setLeft] = useState(search.left ?? '')
  const [right, setRight] = useState(search.right ?? '')
  const alike = useQuery({
    queryKey: ['alike', projectId, name],
    queryFn: ({ signal }) =>
      traces(
        projectId,
        { query: name && termOf('trace_name', name), from: '2000-01-01T00:00:00Z', limit: OFFERED },
        signal,
      ),
    enabled: name !== undefined,
    retry: retryUnlessRefused,
  })
  const others = alike.data?.data.filter(({ trace_id }) => trace_id !== search.left) ?? []
  const go = (next: string) => void navigate({ search: { left: left.trim(), right: next.trim() }, replace: true })
  return (
    <Form onSubmit={() => go(right)} label="What is compared">
      <FieldRow>
        <TextField label="Left trace" mono value={left} onChange={(event) => setLeft(event.target.value)} />
        <TextField label="Right trace" mono value={right} onChange={(event) => setRight(event.target.value)} />
        {others.length > 0 && (
          <SelectField
            label={`Others of “${name}”`}
            value={search.right ?? ''}
            choices={[
              { value: '', label: 'Choose one' },
              ...others.map((trace) => ({
                value: trace.trace_id,
                label: `${formatTimestamp(trace.start_time)} · ${formatDuration(trace.latency_ms)}`,
              })),
            ]}
            onChange={(id) => {
              setRight(id)
              if (id) go(id)
            }}
          />
        )}
      </FieldRow>
      <Buttons>
        <Button type="submit" look="primary" disabled={!left.trim() || !right.trim()}>
          Compare
        </Button>
      </Buttons>
    </Form>
  )
}

interface SidesProps {
  projectId: string
  left: TraceDetail
  right: TraceDetail
}

function Sides({ projectId, left, right }: SidesProps) {
  const trees = useMemo(
    () => ({ left: buildTree(left.observations), right: buildTree(right.observations) }),
    [left, right],
  )
  const pairs = useMemo(
    () => alignSteps(visibleRows(trees.left.roots, NONE_CLOSED), visibleRows(trees.right.roots, NONE_CLOSED)),
    [trees],
  )
  const [chosen, setChosen] = useState<StepPair>()
  const said = {
    left: useMainContent(projectId, left, trees.left),
    right: useMainContent(projectId, right, trees.right),
  }
  return (
    <>
      <Card title="Numbers">
        <Numbers left={left} right={right} projectId={projectId} />
      </Card>
      <Card title="Input of the trace">
        <Diff left={said.left.input} right={said.right.input} label="Input" />
      </Card>
      <Card title="Output of the trace">
        <Diff left={said.left.output} right={said.right.output} label="Output" />
      </Card>
      <Card title="Steps" note={`${formatCount(pairs.filter((pair) => pair.left && pair.right).length)} on both sides`}>
        <DataTable
          label="Steps of both runs"
          rows={pairs}
          rowKey={(_, index) => String(index)}
          columns={[
            { id: 'left', header: 'Left', cell: ({ left: row }) => <StepName row={row} /> },
            { id: 'right', header: 'Right', cell: ({ right: row }) => <StepName row={row} /> },
            {
              id: 'lms',
              header: 'Latency',
              align: 'end',
              cell: ({ left: row }) => formatDuration(row?.node.durationMs),
            },
            { id: 'rms', header: '→', align: 'end', cell: ({ right: row }) => formatDuration(row?.node.durationMs) },
            {
              id: 'change',
              header: 'Change',
              align: 'end',
              cell: (pair) => formatChange(pair.right?.node.durationMs, pair.left?.node.durationMs) ?? NONE,
            },
            {
              id: 'more',
              header: <span className="visually-hidden">Texts</span>,
              align: 'end',
              cell: (pair) =>
                pair.left &&
                pair.right && (
                  <Button look="quiet" aria-pressed={chosen === pair} onClick={() => setChosen(pair)}>
                    Texts
                  </Button>
                ),
            },
          ]}
        />
      </Card>
      {chosen?.left && chosen.right && (
        <StepTexts
          key={pairs.indexOf(chosen)}
          projectId={projectId}
          left={left}
          right={right}
          pair={{ left: chosen.left, right: chosen.right }}
        />
      )}
    </>
  )
}

const NONE_CLOSED: ReadonlySet<string> = new Set()

function StepName({ row }: { row: TreeRow | undefined }) {
  if (!row) return <span className="muted">{NONE}</span>
  return <span style={{ paddingInlineStart: `${Math.min(row.depth, 8)}rem` }}>{row.node.observation.name}</span>
}

function StepTexts({ projectId, left, right, pair }: SidesProps & { pair: { left: TreeRow; right: TreeRow } }) {
  const one = useWholeObservation(projectId, left, pair.left.node.observation)
  const other = useWholeObservation(projectId, right, pair.right.node.observation)
  if (one.pending || other.pending) return <p role="status">Reading…</p>
  return (
    <Card title={pair.left.node.observation.name}>
      <h3>Input</h3>
      <Diff left={one.observation.input} right={other.observation.input} label="Input of the step" />
      <h3>Output</h3>
      <Diff left={one.observation.output} right={other.observation.output} label="Output of the step" />
    </Card>
  )
}

function Diff({ left, right, label }: { left: unknown; right: unknown; label: string }) {
  const text = (value: unknown) => ((value ?? null) === null ? '' : textOf(value))
  return (
    <Suspense fallback={<p role="status">Comparing…</p>}>
      <TextDiff left={text(left)} right={text(right)} label={label} />
    </Suspense>
  )
}

function Numbers({ projectId, left, right }: SidesProps) {
  const facts: { name: string; of: (detail: TraceDetail) => number | null; text: (value: number | null) => string }[] =
    [
      { name: 'Latency', of: ({ trace }) => trace.latency_ms, text: formatDuration },
      { name: 'Cost', of: ({ trace }) => trace.total_cost, text: formatCost },
      { name: 'Tokens', of: ({ trace }) => trace.total_tokens, text: formatCount },
      { name: 'Steps', of: ({ trace }) => trace.observation_count, text: formatCount },
      { name: 'Errors', of: ({ trace }) => trace.error_count, text: formatCount },
    ]
  const link = ({ trace }: TraceDetail) => (
    <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: trace.trace_id }}>
      {trace.name ?? 'trace'}, {formatTimestamp(trace.start_time)}
    </Link>
  )
  return (
    <DataTable
      label="Numbers of both runs"
      rows={facts}
      rowKey={({ name }) => name}
      columns={[
        { id: 'name', header: 'Fact', cell: ({ name }) => name },
        { id: 'left', header: link(left), align: 'end', cell: ({ of, text }) => text(of(left)) },
        { id: 'right', header: link(right), align: 'end', cell: ({ of, text }) => text(of(right)) },
        { id: 'change', header: 'Change', align: 'end', cell: ({ of }) => formatChange(of(right), of(left)) ?? NONE },
      ]}
    />
  )
}
