import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  deleteConnection,
  type LlmConnection,
  type LlmConnectionInput,
  llmConnections,
  saveConnection,
  testConnection,
} from '../api/evaluate'
import { retryUnlessRefused } from '../api/queries'
import { useMay } from '../app/useMay'
import { Badge } from '../ui/Badge'
import { Button } from '../ui/Button'
import { DataTable } from '../ui/DataTable'
import { Buttons, FieldRow, Form, FormProblem, problemFor, SelectField, TextField } from '../ui/Field'
import { formatDuration, NONE } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Modal } from '../ui/Modal'
import { Card } from '../ui/Page'

const PROVIDERS = [
  { value: 'openai', label: 'OpenAI' },
  { value: 'openai-compatible', label: 'OpenAI-compatible' },
  { value: 'azure', label: 'Azure OpenAI' },
  { value: 'anthropic', label: 'Anthropic' },
  { value: 'ollama', label: 'Ollama' },
  { value: 'gemini', label: 'Gemini' },
  { value: 'bedrock', label: 'Bedrock' },
]

/** Where the language models of the judges are. */
export function Connections({ projectId }: { projectId: string }) {
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const queryKey = ['llm-connections', projectId]
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => llmConnections(projectId, signal),
    retry: retryUnlessRefused,
  })
  const [editing, setEditing] = useState<LlmConnection | 'new'>()
  const remove = useMutation({
    mutationFn: (name: string) => deleteConnection(projectId, name),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
  })
  return (
    <Card
      title="LLM connections"
      note="What judges ask. Keys are kept encrypted and never shown."
      actions={may.manage && <Button onClick={() => setEditing('new')}>Add a connection</Button>}
    >
      <Loaded
        query={query}
        what="The connections"
        empty={(list) =>
          list.length === 0 && <p className="muted">None yet. Scorers in the box need none; judges do.</p>
        }
      >
        {(list) => (
          <DataTable
            label="LLM connections"
            rows={list}
            rowKey={({ name }) => name}
            columns={[
              { id: 'name', header: 'Name', cell: ({ name }) => name },
              { id: 'provider', header: 'Provider', cell: ({ provider }) => provider },
              { id: 'models', header: 'Models', cell: ({ models }) => models?.join(', ') || NONE },
              {
                id: 'key',
                header: 'Key',
                cell: ({ display_key }) => (display_key ? <code>…{display_key}</code> : NONE),
              },
              {
                id: 'state',
                header: 'State',
                cell: ({ circuit_open }) =>
                  circuit_open ? (
                    <Badge tone="warning">left alone after failures</Badge>
                  ) : (
                    <Badge tone="good">in use</Badge>
                  ),
              },
              may.manage && {
                id: 'test',
                header: 'Test',
                cell: ({ name }) => <Test projectId={projectId} name={name} />,
              },
              may.manage && {
                id: 'do',
                header: <span className="visually-hidden">Change</span>,
                align: 'end',
                cell: (connection) =>
                  connection.from_environment ? (
                    <span className="muted">from the environment</span>
                  ) : (
                    <>
                      <Button look="quiet" onClick={() => setEditing(connection)}>
                        Change
                      </Button>
                      <Button look="quiet" disabled={remove.isPending} onClick={() => remove.mutate(connection.name)}>
                        Remove
                      </Button>
                    </>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      <FormProblem error={remove.error} />
      {editing && (
        <ConnectionDialog
          projectId={projectId}
          known={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined)
            void queryClient.invalidateQueries({ queryKey })
          }}
        />
      )}
    </Card>
  )
}

function Test({ projectId, name }: { projectId: string; name: string }) {
  const test = useMutation({ mutationFn: () => testConnection(projectId, name) })
  const said = test.data
  return (
    <>
      <Button look="quiet" disabled={test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? 'Asking…' : 'Test'}
      </Button>{' '}
      <span role="status">
        {said &&
          (said.ok ? (
            <Badge tone="good">
              {said.model ?? 'answered'}, {formatDuration((said.duration_seconds ?? 0) * 1000)}
            </Badge>
          ) : (
            <Badge tone="error">{said.error ?? 'failed'}</Badge>
          ))}
      </span>
      <FormProblem error={test.error} />
    </>
  )
}

interface ConnectionDialogProps {
  projectId: string
  known: LlmConnection | undefined
  onClose: () => void
  onSaved: () => void
}

function ConnectionDialog({ projectId, known, onClose, onSaved }: ConnectionDialogProps) {
  const [draft, setDraft] = useState<LlmConnectionInput>(known ?? { name: '', provider: 'openai' })
  const name = draft.name?.trim() ?? ''
  const [models, setModels] = useState(known?.models?.join(', ') ?? '')
  const save = useMutation({
    mutationFn: () => {
      const { display_key, circuit_open, from_environment, updated_at, ...written } = draft
      return saveConnection(projectId, name, {
        ...written,
        name,
        models: models.split(',').flatMap((model) => model.trim() || []),
      })
    },
    onSuccess: onSaved,
  })
  const change = (part: LlmConnectionInput) => setDraft({ ...draft, ...part })
  return (
    <Modal title={known ? `Change ${known.name}` : 'Add a connection'} open onClose={onClose}>
      <Form onSubmit={() => save.mutate()}>
        <TextField
          label="Name"
          value={draft.name ?? ''}
          readOnly={known !== undefined}
          problem={problemFor(save.error, 'name')}
          onChange={(event) => change({ name: event.target.value })}
        />
        <SelectField
          label="Provider"
          value={draft.provider ?? ''}
          choices={PROVIDERS}
          problem={problemFor(save.error, 'provider')}
          onChange={(provider) => change({ provider })}
        />
        <TextField
          label="Address"
          note="Empty: the provider’s own, where it has one"
          mono
          value={draft.base_url ?? ''}
          problem={problemFor(save.error, 'base_url')}
          onChange={(event) => change({ base_url: event.target.value })}
        />
        <FieldRow>
          <TextField
            label="Models"
            note="With commas between; the first is the usual one"
            value={models}
            problem={problemFor(save.error, 'models')}
            onChange={(event) => setModels(event.target.value)}
          />
          {draft.provider === 'azure' && (
            <TextField
              label="API version"
              value={draft.api_version ?? ''}
              onChange={(event) => change({ api_version: event.target.value })}
            />
          )}
        </FieldRow>
        <TextField
          label="API key"
          type="password"
          autoComplete="new-password"
          note={known ? 'Empty: the one before stays' : undefined}
          value={draft.api_key ?? ''}
          problem={problemFor(save.error, 'api_key')}
          onChange={(event) => change({ api_key: event.target.value || undefined })}
        />
        <FormProblem error={save.error} fields={['name', 'provider', 'base_url', 'models', 'api_key']} />
        <Buttons>
          <Button type="submit" look="primary" disabled={!name || save.isPending}>
            Save
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </Buttons>
      </Form>
    </Modal>
  )
}
