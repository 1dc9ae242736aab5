import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { FlaskConical } from 'lucide-react'
import { useState } from 'react'
import {
  changeEvaluator,
  createTemplate,
  deleteEvaluator,
  type Evaluator,
  type EvaluatorTemplate,
  evaluatorScorers,
  evaluators,
  evaluatorTemplates,
} from '../api/evaluate'
import { retryUnlessRefused } from '../api/queries'
import { traces } from '../api/search'
import type { TraceSummary } from '../api/types'
import { useMay } from '../app/useMay'
import { usePageState } from '../app/usePage'
import { Badge } from '../ui/Badge'
import { Button } from '../ui/Button'
import { type DataColumn, DataTable } from '../ui/DataTable'
import { Buttons, Form, FormProblem, problemFor, Segments, TextArea, TextField } from '../ui/Field'
import { NONE } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Message } from '../ui/Message'
import { Modal } from '../ui/Modal'
import { Card, Page } from '../ui/Page'
import { traceColumns } from '../ui/traceColumns'
import { EvaluatorBuilder } from './EvaluatorBuilder'
import styles from './EvaluatorsPage.module.css'
import { Rules } from './Rules'

const TABS = [
  { value: 'list', label: 'Evaluators' },
  { value: 'rules', label: 'Rules' },
  { value: 'templates', label: 'Templates' },
  { value: 'scorers', label: 'Scorers' },
  { value: 'runs', label: 'Run log' },
  { value: 'new', label: 'New' },
] as const

/** Who judges, what they judge, how it goes. */
export function EvaluatorsPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/evaluators' })
  const search = useSearch({ from: '/session/project/$projectId/evaluators' })
  const { change } = usePageState(search)
  const may = useMay(projectId)
  const tabs = TABS.filter(({ value }) => may.manage || value !== 'new')
  const tab = tabs.find(({ value }) => value === search.tab)?.value ?? 'list'
  const go = (value: (typeof TABS)[number]['value']) => change({ tab: value === 'list' ? undefined : value })
  return (
    <Page
      title="Evaluators"
      lead="Judges and scorers give scores to new traces by rules, and to old ones by backfills."
      actions={<Segments label="View" value={tab} choices={tabs} onChange={go} />}
    >
      {tab === 'list' && <List projectId={projectId} onNew={() => go('new')} />}
      {tab === 'rules' && <Rules projectId={projectId} />}
      {tab === 'templates' && <Templates projectId={projectId} />}
      {tab === 'scorers' && <Scorers projectId={projectId} />}
      {tab === 'runs' && <Runs projectId={projectId} />}
      {tab === 'new' && <EvaluatorBuilder projectId={projectId} onMade={() => go('list')} />}
    </Page>
  )
}

function List({ projectId, onNew }: { projectId: string; onNew: () => void }) {
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const queryKey = ['evaluators', projectId]
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => evaluators(projectId, signal),
    retry: retryUnlessRefused,
  })
  const renew = () => queryClient.invalidateQueries({ queryKey })
  const pause = useMutation({
    mutationFn: ({ id, state }: Evaluator) =>
      changeEvaluator(projectId, id, { state: state === 'paused' ? 'active' : 'paused' }),
    onSuccess: renew,
  })
  const remove = useMutation({ mutationFn: (id: string) => deleteEvaluator(projectId, id), onSuccess: renew })
  return (
    <Card title="Evaluators" actions={may.manage && <Button onClick={onNew}>New evaluator</Button>}>
      <FormProblem error={pause.error ?? remove.error} />
      <Loaded
        query={query}
        what="The evaluators"
        empty={(list) =>
          list.length === 0 && (
            <Message
              icon={<FlaskConical size={22} />}
              title="No evaluator yet"
              actions={
                may.manage && (
                  <Button look="primary" onClick={onNew}>
                    Make the first
                  </Button>
                )
              }
            >
              A scorer in the box needs no language model; a judge asks one by a template.
            </Message>
          )
        }
      >
        {(list) => (
          <DataTable
            label="Evaluators"
            rows={list}
            rowKey={({ id }) => id}
            columns={[
              {
                id: 'name',
                header: 'Name',
                cell: ({ name, description }) => (
                  <>
                    <strong>{name}</strong>
                    {description && <div className="muted">{description}</div>}
                  </>
                ),
                sortBy: ({ name }) => name,
              },
              { id: 'version', header: 'Version', align: 'end', cell: ({ version }) => version ?? NONE },
              {
                id: 'by',
                header: 'By',
                cell: ({ judge, scorer }) =>
                  judge
                    ? `${judge.template} · ${judge.connection ?? 'default'}${judge.model ? ` · ${judge.model}` : ''}`
                    : `scorer ${scorer?.name ?? ''}`,
              },
              { id: 'score', header: 'Score', cell: ({ score_name, name }) => score_name || name },
              {
                id: 'state',
                header: 'State',
                cell: ({ state, paused_reason }) =>
                  state === 'paused' ? (
                    <>
                      <Badge tone="warning">paused</Badge> {paused_reason}
                    </>
                  ) : (
                    <Badge tone="good">active</Badge>
                  ),
              },
              may.manage && {
                id: 'do',
                header: <span className="visually-hidden">Change</span>,
                align: 'end',
                cell: (evaluator) => (
                  <>
                    <Button look="quiet" disabled={pause.isPending} onClick={() => pause.mutate(evaluator)}>
                      {evaluator.state === 'paused' ? 'Resume' : 'Pause'}
                    </Button>
                    <Button look="quiet" disabled={remove.isPending} onClick={() => remove.mutate(evaluator.id)}>
                      Remove
                    </Button>
                  </>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  )
}

function Templates({ projectId }: { projectId: string }) {
  const may = useMay(projectId)
  const query = useQuery({
    queryKey: ['evaluator-templates', projectId],
    queryFn: ({ signal }) => evaluatorTemplates(projectId, signal),
    retry: retryUnlessRefused,
  })
  const [shown, setShown] = useState<EvaluatorTemplate>()
  const [copying, setCopying] = useState<EvaluatorTemplate>()
  return (
    <Card title="Templates" note="A prompt with variables and what its answer looks like. A version never changes.">
      <Loaded query={query} what="The templates">
        {(list) => (
          <DataTable
            label="Templates"
            rows={list}
            rowKey={({ name, version }) => `${name} ${version ?? 0}`}
            columns={[
              {
                id: 'name',
                header: 'Name',
                cell: ({ name, shipped, description }) => (
                  <>
                    <strong>{name}</strong> {shipped && <Badge>shipped</Badge>}
                    {description && <div className="muted">{description}</div>}
                  </>
                ),
                sortBy: ({ name }) => name,
              },
              { id: 'version', header: 'Version', align: 'end', cell: ({ version }) => version ?? NONE },
              { id: 'type', header: 'Gives', cell: ({ score_type }) => score_type ?? NONE },
              { id: 'target', header: 'For', cell: ({ target }) => target ?? NONE },
              { id: 'variables', header: 'Variables', cell: ({ variables }) => variables?.join(', ') || NONE },
              {
                id: 'do',
                header: <span className="visually-hidden">Look or copy</span>,
                align: 'end',
                cell: (template) => (
                  <>
                    <Button look="quiet" onClick={() => setShown(template)}>
                      Look
                    </Button>
                    {may.manage && (
                      <Button look="quiet" onClick={() => setCopying(template)}>
                        Copy
                      </Button>
                    )}
                  </>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {shown && (
        <Modal title={shown.name} open wide onClose={() => setShown(undefined)}>
          <p className={styles.prompt} tabIndex={0}>
            {shown.prompt}
          </p>
        </Modal>
      )}
      {copying && <TemplateDialog projectId={projectId} of={copying} onClose={() => setCopying(undefined)} />}
    </Card>
  )
}

function TemplateDialog({ projectId, of, onClose }: { projectId: string; of: EvaluatorTemplate; onClose: () => void }) {
  const queryClient = useQueryClient()
  const [name, setName] = useState(of.shipped ? of.name.replace(/^sightline\//, '') : of.name)
  const [prompt, setPrompt] = useState(of.prompt ?? '')
  const make = useMutation({
    mutationFn: () => createTemplate(projectId, { name: name.trim(), prompt, copy_of: of.name }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['evaluator-templates', projectId] })
      onClose()
    },
  })
  return (
    <Modal title={of.shipped ? `Copy ${of.name}` : `New version of ${of.name}`} open wide onClose={onClose}>
      <Form onSubmit={() => make.mutate()}>
        <TextField
          label="Name"
          note="The name of one of the project’s templates makes its next version"
          value={name}
          problem={problemFor(make.error, 'name')}
          onChange={(event) => setName(event.target.value)}
        />
        <TextArea
          label="Prompt"
          note="{{variables}} are filled in from the trace"
          mono
          rows={16}
          value={prompt}
          problem={problemFor(make.error, 'prompt')}
          onChange={(event) => setPrompt(event.target.value)}
        />
        <FormProblem error={make.error} fields={['name', 'prompt']} />
        <Buttons>
          <Button type="submit" look="primary" disabled={!name.trim() || !prompt.trim() || make.isPending}>
            Save
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </Buttons>
      </Form>
    </Modal>
  )
}

function Scorers({ projectId }: { projectId: string }) {
  const query = useQuery({
    queryKey: ['evaluator-scorers', projectId],
    queryFn: ({ signal }) => evaluatorScorers(projectId, signal),
    retry: retryUnlessRefused,
  })
  return (
    <Card title="Scorers in the box" note="They need no language model.">
      <Loaded query={query} what="The scorers">
        {(list) => (
          <DataTable
            label="Scorers"
            rows={list}
            rowKey={({ name }) => name}
            columns={[
              {
                id: 'name',
                header: 'Name',
                cell: ({ name, on_by_default }) => (
                  <>
                    <strong>{name}</strong> {on_by_default && <Badge tone="good">on for new projects</Badge>}
                  </>
                ),
                sortBy: ({ name }) => name,
              },
              { id: 'type', header: 'Gives', cell: ({ score_type }) => score_type ?? NONE },
              { id: 'what', header: 'What it says', cell: ({ description }) => description ?? NONE },
              { id: 'limits', header: 'What it can’t do', cell: ({ limits }) => limits || NONE },
            ]}
          />
        )}
      </Loaded>
    </Card>
  )
}

const RUNS = 100
const MODELS: DataColumn<TraceSummary> = {
  id: 'models',
  header: 'Model',
  cell: ({ models }) => models.join(', ') || NONE,
}

/** Each run of an evaluator is a trace of its own. */
function Runs({ projectId }: { projectId: string }) {
  const query = useQuery({
    queryKey: ['evaluator-runs', projectId],
    queryFn: ({ signal }) => traces(projectId, { query: 'environment:sightline-evaluator', limit: RUNS }, signal),
    refetchInterval: 10_000,
    retry: retryUnlessRefused,
  })
  return (
    <Card
      title="Run log"
      note={`The newest ${RUNS} of the last day; each run is a trace with its prompt, answer and cost`}
      actions={
        <Link to="/project/$projectId/traces" params={{ projectId }} search={{ environment: 'sightline-evaluator' }}>
          All runs
        </Link>
      }
    >
      <Loaded
        query={query}
        what="The runs"
        empty={({ data }) => data.length === 0 && <p className="muted">No evaluator ran in the last day.</p>}
      >
        {({ data }) => (
          <DataTable
            label="Runs, newest first"
            rows={data}
            rowKey={({ trace_id }) => trace_id}
            columns={traceColumns(projectId, 'Evaluator', [MODELS])}
          />
        )}
      </Loaded>
    </Card>
  )
}
