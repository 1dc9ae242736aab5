import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type Backfill,
  backfillsOf,
  changeBackfill,
  changeRule,
  createRule,
  deleteRule,
  type EvaluationRule,
  evaluationRules,
  evaluators,
  type NewRule,
  startBackfill,
  type Target,
} from '../api/evaluate'
import { retryUnlessRefused } from '../api/queries'
import { useMay } from '../app/useMay'
import { Badge } from '../ui/Badge'
import { Button } from '../ui/Button'
import { DataTable } from '../ui/DataTable'
import { Buttons, CheckField, FieldRow, Form, FormProblem, problemFor, SelectField, TextField } from '../ui/Field'
import { formatCount, NONE } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Modal } from '../ui/Modal'
import { Card } from '../ui/Page'
import { QueryBar } from '../ui/QueryBar'
import { Progress } from '../ui/Work'

/** What is judged by whom, and runs over what is stored already. */
export function Rules({ projectId }: { projectId: string }) {
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const queryKey = ['evaluation-rules', projectId]
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => evaluationRules(projectId, signal),
    refetchInterval: 15_000,
    retry: retryUnlessRefused,
  })
  const [making, setMaking] = useState(false)
  const [filling, setFilling] = useState<EvaluationRule>()
  const renew = () => queryClient.invalidateQueries({ queryKey })
  const turn = useMutation({
    mutationFn: ({ id, enabled = true }: EvaluationRule) => changeRule(projectId, id, { enabled: !enabled }),
    onSuccess: renew,
  })
  const remove = useMutation({ mutationFn: (id: string) => deleteRule(projectId, id), onSuccess: renew })
  return (
    <>
      <Card title="Rules" actions={may.manage && <Button onClick={() => setMaking(true)}>New rule</Button>}>
        <FormProblem error={turn.error ?? remove.error} />
        <Loaded
          query={query}
          what="The rules"
          empty={(list) => list.length === 0 && <p className="muted">No rule yet: nothing is judged by itself.</p>}
        >
          {(list) => (
            <DataTable
              label="Rules"
              rows={list}
              rowKey={({ id }) => id}
              columns={[
                { id: 'name', header: 'Name', cell: ({ name }) => <strong>{name}</strong>, sortBy: ({ name }) => name },
                { id: 'target', header: 'Judges', cell: ({ target }) => targetName(target) },
                {
                  id: 'query',
                  header: 'Where',
                  cell: ({ query: text }) => (text ? <code>{text}</code> : 'every trace'),
                },
                {
                  id: 'share',
                  header: 'Share',
                  align: 'end',
                  cell: ({ sampling = 1 }) => `${Math.round(sampling * 1000) / 10} %`,
                },
                { id: 'today', header: 'Today', cell: ({ activity }) => today(activity) },
                {
                  id: 'state',
                  header: 'State',
                  cell: ({ enabled = true }) => (enabled ? <Badge tone="good">on</Badge> : <Badge>off</Badge>),
                },
                {
                  id: 'do',
                  header: <span className="visually-hidden">Change</span>,
                  align: 'end',
                  cell: (rule) => (
                    <>
                      {may.manage && (
                        <Button look="quiet" disabled={turn.isPending} onClick={() => turn.mutate(rule)}>
                          {(rule.enabled ?? true) ? 'Turn off' : 'Turn on'}
                        </Button>
                      )}
                      <Button look="quiet" onClick={() => setFilling(rule)}>
                        {may.manage ? 'Backfill' : 'Backfills'}
                      </Button>
                      {may.manage && (
                        <Button look="quiet" disabled={remove.isPending} onClick={() => remove.mutate(rule.id)}>
                          Remove
                        </Button>
                      )}
                    </>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Card>
      {filling && <Backfills key={filling.id} projectId={projectId} rule={filling} />}
      {making && (
        <RuleDialog
          projectId={projectId}
          onClose={() => setMaking(false)}
          onMade={() => {
            setMaking(false)
            void renew()
          }}
        />
      )}
    </>
  )
}

function targetName(target: Target = 'trace'): string {
  return target.replaceAll('_', ' ')
}

function today(activity: EvaluationRule['activity']): string {
  const parts = [
    [activity?.scheduled_today, 'begun'],
    [activity?.waiting, 'waiting'],
    [activity?.failed_today, 'failed'],
    [activity?.left_out_today, 'left out'],
    [activity?.dead, 'given up'],
  ] as const
  const said = parts.flatMap(([count, word]) => (count ? [`${formatCount(count)} ${word}`] : []))
  return said.join(', ') || NONE
}

function RuleDialog({ projectId, onClose, onMade }: { projectId: string; onClose: () => void; onMade: () => void }) {
  const [draft, setDraft] = useState<NewRule>({ name: '', target: 'trace', evaluator_ids: [], sampling: 1 })
  const known = useQuery({
    queryKey: ['evaluators', projectId],
    queryFn: ({ signal }) => evaluators(projectId, signal),
    retry: retryUnlessRefused,
  })
  const make = useMutation({ mutationFn: () => createRule(projectId, draft), onSuccess: onMade })
  const change = (part: Partial<NewRule>) => setDraft({ ...draft, ...part })
  const chosen = draft.evaluator_ids ?? []
  return (
    <Modal title="New rule" open wide onClose={onClose}>
      <Form onSubmit={() => make.mutate()}>
        <FieldRow>
          <TextField
            label="Name"
            value={draft.name ?? ''}
            problem={problemFor(make.error, 'name')}
            onChange={(event) => change({ name: event.target.value })}
          />
          <SelectField
            label="Judges each"
            value={draft.target ?? 'trace'}
            choices={(['trace', 'observation', 'session', 'trajectory', 'dataset_run_item'] as Target[]).map(
              (target) => ({ value: target, label: targetName(target) }),
            )}
            onChange={(target) => change({ target })}
          />
          <TextField
            label="Share of traces, percent"
            inputMode="decimal"
            defaultValue="100"
            problem={problemFor(make.error, 'sampling')}
            onChange={(event) => change({ sampling: Number(event.target.value) / 100 })}
          />
          <TextField
            label="Delay, seconds"
            inputMode="numeric"
            placeholder="0"
            problem={problemFor(make.error, 'delay_seconds')}
            onChange={(event) => change({ delay_seconds: Number(event.target.value) || undefined })}
          />
          <TextField
            label="At most a day"
            inputMode="numeric"
            placeholder="no bound"
            problem={problemFor(make.error, 'budget_per_day')}
            onChange={(event) => change({ budget_per_day: Number(event.target.value) || undefined })}
          />
        </FieldRow>
        <QueryBar
          inForm
          projectId={projectId}
          query={draft.query}
          onChange={(query) => change({ query })}
          error={make.error}
          label="Which traces"
          placeholder="Which traces; empty: every one"
        />
        <Loaded query={known} what="The evaluators">
          {(list) => (
            <FieldRow>
              {list.map(({ id, name }) => (
                <CheckField
                  key={id}
                  label={name}
                  checked={chosen.includes(id)}
                  onChange={(event) =>
                    change({
                      evaluator_ids: event.target.checked ? [...chosen, id] : chosen.filter((each) => each !== id),
                    })
                  }
                />
              ))}
            </FieldRow>
          )}
        </Loaded>
        <FormProblem error={make.error} fields={['name', 'sampling', 'delay_seconds', 'budget_per_day', 'query']} />
        <Buttons>
          <Button type="submit" look="primary" disabled={!draft.name?.trim() || chosen.length === 0 || make.isPending}>
            Make the rule
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </Buttons>
      </Form>
    </Modal>
  )
}

const DAY_MS = 86_400_000

function Backfills({ projectId, rule }: { projectId: string; rule: EvaluationRule }) {
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const queryKey = ['backfills', projectId, rule.id]
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => backfillsOf(projectId, rule.id, signal),
    refetchInterval: 2000,
    retry: retryUnlessRefused,
  })
  const [days, setDays] = useState('7')
  const renew = () => queryClient.invalidateQueries({ queryKey })
  const start = useMutation({
    mutationFn: () =>
      startBackfill(projectId, rule.id, { from: new Date(Date.now() - Number(days) * DAY_MS).toISOString() }),
    onSuccess: renew,
  })
  const change = useMutation({
    mutationFn: ({ id, state }: { id: string; state: Backfill['state'] }) =>
      changeBackfill(projectId, rule.id, id, state),
    onSuccess: renew,
  })
  return (
    <Card title={`Backfills of ${rule.name}`} note="Judges what is stored already">
      {may.manage && (
        <Form onSubmit={() => start.mutate()} label="New backfill">
          <FieldRow>
            <TextField
              label="The last days"
              inputMode="numeric"
              value={days}
              onChange={(event) => setDays(event.target.value)}
            />
          </FieldRow>
          <FormProblem error={start.error ?? change.error} />
          <Buttons>
            <Button type="submit" look="primary" disabled={!(Number(days) > 0) || start.isPending}>
              Start
            </Button>
          </Buttons>
        </Form>
      )}
      <Loaded
        query={query}
        what="The backfills"
        empty={(list) => list.length === 0 && <p className="muted">None yet.</p>}
      >
        {(list) => (
          <DataTable
            label="Backfills, newest first"
            rows={list}
            rowKey={({ id }) => id}
            columns={[
              { id: 'state', header: 'State', cell: ({ state }) => <Badge tone={tone(state)}>{state}</Badge> },
              {
                id: 'progress',
                header: 'Progress',
                cell: (backfill) => (
                  <>
                    {formatCount(backfill.done ?? 0)} of {backfill.listed ? '' : 'at least '}
                    {formatCount(backfill.scheduled ?? 0)}
                    {backfill.failed ? `, ${formatCount(backfill.failed)} failed` : ''}
                    {backfill.state === 'running' && (
                      <Progress
                        label="Backfill"
                        share={
                          backfill.listed && backfill.scheduled
                            ? ((backfill.done ?? 0) + (backfill.failed ?? 0)) / backfill.scheduled
                            : undefined
                        }
                      />
                    )}
                  </>
                ),
              },
              { id: 'error', header: 'Error', cell: ({ error }) => error || NONE },
              may.manage && {
                id: 'do',
                header: <span className="visually-hidden">Change</span>,
                align: 'end',
                cell: ({ id, state }) =>
                  (state === 'running' || state === 'paused') && (
                    <>
                      <Button
                        look="quiet"
                        onClick={() => change.mutate({ id, state: state === 'running' ? 'paused' : 'running' })}
                      >
                        {state === 'running' ? 'Pause' : 'Go on'}
                      </Button>
                      <Button look="quiet" onClick={() => change.mutate({ id, state: 'cancelled' })}>
                        Cancel
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

function tone(state: Backfill['state']) {
  return state === 'failed' ? 'error' : state === 'done' ? 'good' : state === 'paused' ? 'warning' : 'neutral'
}
