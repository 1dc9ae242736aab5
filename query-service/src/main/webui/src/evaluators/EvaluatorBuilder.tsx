import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  createEvaluator,
  evaluatorScorers,
  evaluatorTemplates,
  llmConnections,
  type Mapping,
  type NewEvaluator,
  testEvaluator,
} from '../api/evaluate'
import { retryUnlessRefused, traceQuery } from '../api/queries'
import { traces } from '../api/search'
import type { Observation, TraceDetail } from '../api/types'
import { parseJson } from '../trace/content/conversation'
import { useWholeObservation } from '../trace/useContent'
import { Badge } from '../ui/Badge'
import { Button } from '../ui/Button'
import { Buttons, FieldRow, Form, FormProblem, problemFor, Segments, SelectField, TextField } from '../ui/Field'
import { formatCost, formatCount, formatDuration, formatScore, formatTimestamp } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Card } from '../ui/Page'
import styles from './EvaluatorsPage.module.css'
import { jsonPath } from './jsonPath'

const OFFERED = 50

/** A new evaluator: what judges, where its variables come from (by clicking on a real trace), and a test beside it. */
export function EvaluatorBuilder({ projectId, onMade }: { projectId: string; onMade: () => void }) {
  const queryClient = useQueryClient()
  const [kind, setKind] = useState<'scorer' | 'judge'>('judge')
  const [name, setName] = useState('')
  const [templateName, setTemplateName] = useState('')
  const [scorer, setScorer] = useState('')
  const [connection, setConnection] = useState('')
  const [model, setModel] = useState('')
  const [mapping, setMapping] = useState<Mapping[]>([])
  const [active, setActive] = useState<string>()
  const [traceId, setTraceId] = useState('')
  const templates = useQuery({
    queryKey: ['evaluator-templates', projectId],
    queryFn: ({ signal }) => evaluatorTemplates(projectId, signal),
    retry: retryUnlessRefused,
  })
  const scorers = useQuery({
    queryKey: ['evaluator-scorers', projectId],
    queryFn: ({ signal }) => evaluatorScorers(projectId, signal),
    retry: retryUnlessRefused,
  })
  const connections = useQuery({
    queryKey: ['llm-connections', projectId],
    queryFn: ({ signal }) => llmConnections(projectId, signal),
    retry: retryUnlessRefused,
  })
  const template = templates.data?.find((each) => each.name === templateName) ?? templates.data?.[0]
  const scorerName = scorer || scorers.data?.[0]?.name || ''
  const draft: NewEvaluator = {
    name: name.trim(),
    ...(kind === 'scorer'
      ? { scorer: { name: scorerName } }
      : {
          judge: {
            template: template?.name ?? '',
            ...(connection && { connection }),
            ...(model.trim() && { model: model.trim() }),
            ...(mapping.length > 0 && { mapping }),
          },
        }),
  }
  const make = useMutation({
    mutationFn: () => createEvaluator(projectId, draft),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['evaluators', projectId] })
      onMade()
    },
  })
  const variables = template?.variables ?? []
  const pick = (observation: Observation, field: string, path: string) => {
    const variable = active ?? variables[0]
    if (!variable) return
    const one: Mapping = {
      variable,
      object: 'observation',
      observation_name: observation.name,
      observation_type: observation.type,
      field,
      ...(path !== '$' && { json_path: path }),
    }
    setMapping([...mapping.filter((each) => each.variable !== variable), one])
    setActive(variables[variables.indexOf(variable) + 1])
  }
  return (
    <div className={styles.builder}>
      <Card title="What judges">
        <Form onSubmit={() => make.mutate()}>
          <Segments
            label="Kind"
            value={kind}
            choices={[
              { value: 'judge', label: 'A judge: a language model by a template' },
              { value: 'scorer', label: 'A scorer in the box' },
            ]}
            onChange={setKind}
          />
          <TextField
            label="Name"
            note="Its scores carry it"
            value={name}
            problem={problemFor(make.error, 'name')}
            onChange={(event) => setName(event.target.value)}
          />
          {kind === 'scorer' ? (
            <Loaded query={scorers} what="The scorers">
              {(list) => (
                <SelectField
                  label="Scorer"
                  value={scorerName}
                  choices={list.map((each) => ({ value: each.name, label: each.name }))}
                  note={list.find((each) => each.name === scorerName)?.description}
                  onChange={setScorer}
                />
              )}
            </Loaded>
          ) : (
            <Loaded query={templates} what="The templates">
              {(list) => (
                <>
                  <SelectField
                    label="Template"
                    value={template?.name ?? ''}
                    choices={[...new Set(list.map((each) => each.name))].map((each) => ({ value: each, label: each }))}
                    note={template?.description}
                    onChange={(next) => {
                      setTemplateName(next)
                      setMapping([])
                      setActive(undefined)
                    }}
                  />
                  <FieldRow>
                    <SelectField
                      label="Connection"
                      value={connection}
                      choices={[
                        { value: '', label: 'default' },
                        ...(connections.data ?? [])
                          .filter((each) => each.name !== 'default')
                          .map((each) => ({ value: each.name, label: each.name })),
                      ]}
                      onChange={setConnection}
                    />
                    <TextField
                      label="Model"
                      placeholder="the connection’s first"
                      value={model}
                      onChange={(event) => setModel(event.target.value)}
                    />
                  </FieldRow>
                  <p className={styles.prompt} tabIndex={0}>
                    {template?.prompt}
                  </p>
                </>
              )}
            </Loaded>
          )}
          {kind === 'judge' && variables.length > 0 && (
            <div className={styles.mapping} role="group" aria-label="Where the variables come from">
              {variables.map((variable) => {
                const own = mapping.find((each) => each.variable === variable)
                const usual = template?.mapping?.find((each) => each.variable === variable)
                return (
                  <div key={variable} className={styles.variable} data-active={variable === active || undefined}>
                    <Button
                      look={variable === active ? 'primary' : 'plain'}
                      aria-pressed={variable === active}
                      onClick={() => setActive(variable)}
                    >
                      {variable}
                    </Button>
                    <code>{describe(own ?? usual)}</code>
                    {own ? (
                      <Button
                        look="quiet"
                        onClick={() => setMapping(mapping.filter((each) => each.variable !== variable))}
                      >
                        As the template says
                      </Button>
                    ) : (
                      <span className="muted">by the template</span>
                    )}
                  </div>
                )
              })}
              <p className="muted">Choose a variable, then click on its value in the trace.</p>
            </div>
          )}
          <FormProblem error={make.error} fields={['name']} />
          <Buttons>
            <Button type="submit" look="primary" disabled={!name.trim() || make.isPending}>
              Make the evaluator
            </Button>
          </Buttons>
        </Form>
      </Card>
      <Card title="On a real trace">
        <RealTrace
          projectId={projectId}
          traceId={traceId}
          onTrace={setTraceId}
          onPick={kind === 'judge' ? pick : undefined}
        />
        {traceId && (
          <TestBox projectId={projectId} evaluator={{ ...draft, name: draft.name || 'test' }} traceId={traceId} />
        )}
      </Card>
    </div>
  )
}

function describe(mapping: Mapping | undefined): string {
  if (!mapping) return 'not said'
  const { object, observation_name, field, json_path } = mapping
  return [object, observation_name && `“${observation_name}”`, field, json_path].filter(Boolean).join(' · ')
}

interface RealTraceProps {
  projectId: string
  traceId: string
  onTrace: (traceId: string) => void
  onPick: ((observation: Observation, field: string, path: string) => void) | undefined
}

function RealTrace({ projectId, traceId, onTrace, onPick }: RealTraceProps) {
  const list = useQuery({
    queryKey: ['traces-to-pick', projectId],
    queryFn: ({ signal }) =>
      traces(projectId, { query: '-environment:sightline-*', from: '2000-01-01T00:00:00Z', limit: OFFERED }, signal),
    retry: retryUnlessRefused,
  })
  const detail = useQuery({ ...traceQuery(projectId, traceId), enabled: traceId !== '' })
  const [spanId, setSpanId] = useState('')
  const observations = detail.data?.observations ?? []
  const chosen = observations.find(({ span_id }) => span_id === spanId) ?? observations[0]
  return (
    <>
      <Loaded
        query={list}
        what="The traces"
        empty={({ data }) => data.length === 0 && <p className="muted">No trace to try it on yet.</p>}
      >
        {({ data }) => (
          <FieldRow>
            <SelectField
              label="Trace"
              value={traceId}
              choices={[
                { value: '', label: 'Choose one' },
                ...data.map(({ trace_id, name, start_time }) => ({
                  value: trace_id,
                  label: `${name ?? 'unnamed'}, ${formatTimestamp(start_time)}`,
                })),
              ]}
              onChange={onTrace}
            />
            {chosen && (
              <SelectField
                label="Step"
                value={chosen.span_id}
                choices={observations.map(({ span_id, name, type }) => ({
                  value: span_id,
                  label: `${name} (${type})`,
                }))}
                onChange={setSpanId}
              />
            )}
          </FieldRow>
        )}
      </Loaded>
      {detail.data && chosen && <Step projectId={projectId} detail={detail.data} known={chosen} onPick={onPick} />}
    </>
  )
}

function Step({
  projectId,
  detail,
  known,
  onPick,
}: {
  projectId: string
  detail: TraceDetail
  known: Observation
  onPick: RealTraceProps['onPick']
}) {
  const { observation, pending } = useWholeObservation(projectId, detail, known)
  if (pending) return <p role="status">Reading…</p>
  const fields = { input: observation.input, output: observation.output, metadata: observation.metadata }
  return (
    <div className={styles.pick} tabIndex={0} role="region" aria-label="Values of the step">
      {Object.entries(fields).map(([field, value]) => (
        <Places
          key={field}
          name={field}
          value={typeof value === 'string' ? (parseJson(value) ?? value) : value}
          steps={[]}
          onPick={onPick && ((path) => onPick(observation, field, path))}
        />
      ))}
    </div>
  )
}

const ENTRIES_MAX = 50
const DEPTH_MAX = 8
const PREVIEW = 120

interface PlacesProps {
  name: string
  value: unknown
  steps: readonly (string | number)[]
  onPick: ((path: string) => void) | undefined
}

/** A value and what is in it; each place can be clicked. */
function Places({ name, value, steps, onPick }: PlacesProps) {
  const isBranch = typeof value === 'object' && value !== null
  const entries: [string | number, unknown][] = !isBranch
    ? []
    : Array.isArray(value)
      ? value.map((each, index) => [index, each])
      : Object.entries(value)
  const preview = isBranch
    ? Array.isArray(value)
      ? `[${entries.length}]`
      : `{${entries.length}}`
    : JSON.stringify(value ?? null)
  return (
    <div>
      <button
        type="button"
        className={styles.place}
        disabled={!onPick}
        title={jsonPath(steps)}
        onClick={() => onPick?.(jsonPath(steps))}
      >
        <b>{name}</b>
        <span>{preview.length > PREVIEW ? `${preview.slice(0, PREVIEW)}…` : preview}</span>
      </button>
      {steps.length < DEPTH_MAX && entries.length > 0 && (
        <div className={styles.node}>
          {entries.slice(0, ENTRIES_MAX).map(([key, each]) => (
            <Places key={key} name={String(key)} value={each} steps={[...steps, key]} onPick={onPick} />
          ))}
        </div>
      )}
    </div>
  )
}

function TestBox({ projectId, evaluator, traceId }: { projectId: string; evaluator: NewEvaluator; traceId: string }) {
  const test = useMutation({ mutationFn: () => testEvaluator(projectId, { evaluator, trace_id: traceId }) })
  const said = test.data
  return (
    <div className={styles.mapping}>
      <Buttons>
        <Button disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? 'Judging…' : 'Test on this trace'}
        </Button>
        <span className="muted">Nothing is stored.</span>
      </Buttons>
      <FormProblem error={test.error} />
      {said && (
        <div role="status">
          {said.error ? (
            <Badge tone="error">{said.error}</Badge>
          ) : (
            <p>
              <strong>{said.string_value || (said.value === undefined ? '–' : formatScore(said.value))}</strong>{' '}
              {said.comment}
            </p>
          )}
          <p className="muted">
            {[
              said.model,
              said.input_tokens !== undefined &&
                `${formatCount(said.input_tokens)} → ${formatCount(said.output_tokens ?? 0)} tokens`,
              said.total_cost !== undefined && formatCost(said.total_cost),
              said.duration_seconds !== undefined && formatDuration(said.duration_seconds * 1000),
            ]
              .filter(Boolean)
              .join(', ')}
          </p>
          {said.prompt && (
            <details>
              <summary>The prompt</summary>
              <p className={styles.prompt} tabIndex={0}>
                {said.prompt}
              </p>
            </details>
          )}
          {said.answer && (
            <details>
              <summary>The answer</summary>
              <p className={styles.prompt} tabIndex={0}>
                {said.answer}
              </p>
            </details>
          )}
        </div>
      )}
    </div>
  )
}
