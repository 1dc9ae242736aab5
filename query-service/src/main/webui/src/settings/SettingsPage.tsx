import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { type ApiKey, apiKeys, createApiKey, deleteApiKey, renameProject } from '../api/manage'
import { retryUnlessRefused, sessionQuery } from '../api/queries'
import { MANAGERS_ONLY, useMay } from '../app/useMay'
import { usePageState } from '../app/usePage'
import { Snippets } from '../traces/FirstTrace'
import { Button } from '../ui/Button'
import { DataTable } from '../ui/DataTable'
import { Buttons, Form, FormProblem, problemFor, Segments, TextField } from '../ui/Field'
import { formatTimestamp, NONE } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Modal } from '../ui/Modal'
import { Card, Page } from '../ui/Page'
import { SecretBox } from '../ui/SecretBox'
import { Connections } from './Connections'
import { IngestSettings } from './IngestSettings'
import { Members } from './Members'

const TABS = [
  { value: 'project', label: 'Project' },
  { value: 'keys', label: 'API keys' },
  { value: 'members', label: 'Members' },
  { value: 'privacy', label: 'Redaction and retention' },
  { value: 'connections', label: 'LLM connections' },
] as const

export function SettingsPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/settings' })
  const search = useSearch({ from: '/session/project/$projectId/settings' })
  const { change } = usePageState(search)
  const tab = TABS.find(({ value }) => value === search.tab)?.value ?? 'project'
  return (
    <Page
      title="Settings"
      actions={
        <Segments
          label="Part of the settings"
          value={tab}
          choices={TABS}
          onChange={(value) => change({ tab: value === 'project' ? undefined : value })}
        />
      }
    >
      {tab === 'project' && <ProjectCard projectId={projectId} />}
      {tab === 'keys' && <KeysCard projectId={projectId} />}
      {tab === 'members' && <Members projectId={projectId} />}
      {tab === 'privacy' && <IngestSettings projectId={projectId} />}
      {tab === 'connections' && <Connections projectId={projectId} />}
    </Page>
  )
}

function ProjectCard({ projectId }: { projectId: string }) {
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const session = useQuery(sessionQuery)
  const project = session.data?.projects.find(({ id }) => id === projectId)
  const [name, setName] = useState(project?.name ?? '')
  const rename = useMutation({
    mutationFn: () => renameProject(projectId, name.trim()),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  })
  return (
    <>
      <Card title="Project" note={`In the organization ${project?.organization.name ?? ''}`}>
        <Form onSubmit={() => rename.mutate()}>
          <TextField
            label="Name"
            value={name}
            maxLength={100}
            readOnly={!may.manage}
            note={may.manage ? undefined : MANAGERS_ONLY}
            problem={problemFor(rename.error, 'name')}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField label="Project id" mono value={projectId} readOnly note="For the header X-Sightline-Project" />
          <FormProblem error={rename.error} fields={['name']} />
          {may.manage && (
            <Buttons>
              <Button
                type="submit"
                look="primary"
                disabled={!name.trim() || name === project?.name || rename.isPending}
              >
                Rename
              </Button>
              {rename.isSuccess && <span role="status">Saved. The name is new everywhere after a reload.</span>}
            </Buttons>
          )}
        </Form>
      </Card>
      <Card title="Another project">
        <p>
          <Link to="/setup">Make a new project</Link>, with a key and a program to paste.
        </p>
      </Card>
    </>
  )
}

function KeysCard({ projectId }: { projectId: string }) {
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const queryKey = ['keys', projectId]
  const keys = useQuery({ queryKey, queryFn: ({ signal }) => apiKeys(projectId, signal), retry: retryUnlessRefused })
  const [name, setName] = useState('')
  const [removing, setRemoving] = useState<ApiKey>()
  const make = useMutation({
    mutationFn: () => createApiKey(projectId, name.trim()),
    onSuccess: () => {
      setName('')
      return queryClient.invalidateQueries({ queryKey })
    },
  })
  const remove = useMutation({
    mutationFn: (key: ApiKey) => deleteApiKey(projectId, key.public_key),
    onSuccess: () => {
      setRemoving(undefined)
      return queryClient.invalidateQueries({ queryKey })
    },
  })
  const made = make.data
  return (
    <>
      <Card title="API keys" note="A key sends traces to this project and reads them.">
        <Loaded
          query={keys}
          what="The keys"
          empty={(list) => list.length === 0 && <p className="muted">No key yet.</p>}
        >
          {(list) => (
            <DataTable
              label="API keys"
              rows={list}
              rowKey={({ public_key }) => public_key}
              columns={[
                { id: 'key', header: 'Public key', cell: ({ public_key }) => <code>{public_key}</code> },
                { id: 'name', header: 'Name', cell: (key) => key.name ?? NONE },
                {
                  id: 'made',
                  header: 'Made',
                  cell: ({ created_at }) => (created_at ? formatTimestamp(created_at) : NONE),
                },
                may.manage && {
                  id: 'remove',
                  header: <span className="visually-hidden">Remove</span>,
                  align: 'end',
                  cell: (key) => (
                    <Button look="quiet" onClick={() => setRemoving(key)}>
                      Remove
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
        {made?.secret_key && <SecretBox publicKey={made.public_key} secretKey={made.secret_key} />}
        {may.manage ? (
          <Form onSubmit={() => make.mutate()} label="New key">
            <TextField
              label="Name of a new key"
              placeholder="Production"
              value={name}
              maxLength={100}
              problem={problemFor(make.error, 'name')}
              onChange={(event) => setName(event.target.value)}
            />
            <FormProblem error={make.error} fields={['name']} />
            <Buttons>
              <Button type="submit" look="primary" disabled={make.isPending}>
                Make a key
              </Button>
            </Buttons>
          </Form>
        ) : (
          <p className="muted">{MANAGERS_ONLY}</p>
        )}
      </Card>
      <Card title="Send with it">
        <Snippets apiKey={made?.secret_key ? { publicKey: made.public_key, secretKey: made.secret_key } : undefined} />
      </Card>
      {removing && (
        <Modal title={`Remove ${removing.public_key}?`} open onClose={() => setRemoving(undefined)}>
          <p>Whatever still uses it is turned away from now on. Its traces stay.</p>
          <FormProblem error={remove.error} />
          <Buttons>
            <Button disabled={remove.isPending} onClick={() => remove.mutate(removing)}>
              Remove the key
            </Button>
            <Button look="primary" onClick={() => setRemoving(undefined)}>
              Keep it
            </Button>
          </Buttons>
        </Modal>
      )}
    </>
  )
}
