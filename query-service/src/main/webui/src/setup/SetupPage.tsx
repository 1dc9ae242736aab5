import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../api/client'
import { type CreatedApiKey, createApiKey, createOrganization, createProject } from '../api/manage'
import { ingestHealthQuery, sessionQuery } from '../api/queries'
import type { Project } from '../api/types'
import { mayOf } from '../app/useMay'
import { HintList } from '../ingest-health/HintList'
import { Snippets } from '../traces/FirstTrace'
import { Button } from '../ui/Button'
import { Buttons, Form, FormProblem, problemFor, SelectField, TextField } from '../ui/Field'
import { Logo } from '../ui/Logo'
import { Card } from '../ui/Page'
import { SecretBox } from '../ui/SecretBox'
import styles from './SetupPage.module.css'

type MadeProject = Pick<Project, 'id' | 'name'>

const LOOK_MS = 1500
const HINTS_AFTER_MS = 15_000

/** From nothing to the first trace: a project, its key, a program to paste, and the trace opens by itself. */
export function SetupPage() {
  const [project, setProject] = useState<MadeProject>()
  const [key, setKey] = useState<CreatedApiKey>()
  useEffect(() => {
    document.title = 'New project · Sightline'
  }, [])
  const step = !project ? 0 : !key ? 1 : 2
  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        <Link to="/" className={styles.brand} aria-label="Sightline, start page">
          <Logo /> Sightline
        </Link>
        <h1>{step === 2 ? 'Send the first trace' : 'New project'}</h1>
        <ol className={styles.steps}>
          {['Project', 'API key', 'First trace'].map((name, index) => (
            <li key={name} aria-current={index === step ? 'step' : undefined}>
              {index < step ? <Check size={14} aria-label="done" /> : <span>{index + 1}.</span>} {name}
            </li>
          ))}
        </ol>
        {!project && <NewProject onMade={setProject} />}
        {project && !key && <NewKey project={project} onMade={setKey} />}
        {project && key && <FirstArrival project={project} apiKey={key} />}
      </div>
    </main>
  )
}

const NEW_ORGANIZATION = ''

function NewProject({ onMade }: { onMade: (project: MadeProject) => void }) {
  const queryClient = useQueryClient()
  const session = useQuery(sessionQuery)
  const organizations = [
    ...new Map(session.data?.projects.map(({ organization }) => [organization.id, organization])).values(),
  ].filter(({ role }) => mayOf(role).manage)
  const [chosen, setChosen] = useState<string>()
  const [organization, setOrganization] = useState('')
  const [name, setName] = useState('')
  const organizationId = chosen ?? organizations[0]?.id ?? NEW_ORGANIZATION
  const make = useMutation({
    mutationFn: async () => {
      const id = organizationId || (await createOrganization(organization.trim())).id
      // What was made stays made: a second try goes on from there.
      setChosen(id)
      return createProject(id, name.trim())
    },
    onSuccess: async (made) => {
      const { projects } = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 })
      onMade(projects.find(({ id }) => id === made.id) ?? made)
    },
  })
  const isGiven = name.trim() !== '' && (organizationId !== NEW_ORGANIZATION || organization.trim() !== '')
  return (
    <Card title="Organization and project" note="A project keeps the traces of one application, with its own keys.">
      <Form onSubmit={() => isGiven && make.mutate()}>
        {organizations.length > 0 && (
          <SelectField
            label="Organization"
            value={organizationId}
            choices={[
              ...organizations.map(({ id, name }) => ({ value: id, label: name })),
              { value: NEW_ORGANIZATION, label: 'A new one' },
            ]}
            onChange={setChosen}
          />
        )}
        {organizationId === NEW_ORGANIZATION && (
          <TextField
            label={organizations.length > 0 ? 'Name of the organization' : 'Organization'}
            value={organization}
            maxLength={100}
            problem={problemFor(make.error, 'organization')}
            onChange={(event) => setOrganization(event.target.value)}
          />
        )}
        <TextField
          label="Project"
          placeholder="Shop assistant"
          value={name}
          maxLength={100}
          problem={problemFor(make.error, 'name')}
          onChange={(event) => setName(event.target.value)}
        />
        <FormProblem error={make.error} fields={['organization', 'name']} />
        <Buttons>
          <Button type="submit" look="primary" disabled={!isGiven || make.isPending}>
            {make.isPending ? 'Making it…' : 'Make the project'}
          </Button>
        </Buttons>
      </Form>
    </Card>
  )
}

function NewKey({ project, onMade }: { project: MadeProject; onMade: (key: CreatedApiKey) => void }) {
  const make = useMutation({ mutationFn: () => createApiKey(project.id, 'First key'), onSuccess: onMade })
  return (
    <Card title={`An API key for ${project.name}`} note="Your application proves with it whose traces it sends.">
      <FormProblem error={make.error} />
      <Buttons>
        <Button look="primary" disabled={make.isPending} onClick={() => make.mutate()}>
          {make.isPending ? 'Making it…' : 'Make an API key'}
        </Button>
      </Buttons>
    </Card>
  )
}

function FirstArrival({ project, apiKey }: { project: MadeProject; apiKey: CreatedApiKey }) {
  const navigate = useNavigate()
  const secret = { publicKey: apiKey.public_key, secretKey: apiKey.secret_key }
  const [began] = useState(Date.now)
  const first = useQuery({
    queryKey: ['first-trace', project.id],
    queryFn: async ({ signal }) =>
      (await api.traces(project.id, { from: '2000-01-01T00:00:00Z', limit: 1 }, signal)).data[0] ?? null,
    refetchInterval: LOOK_MS,
    retry: false,
  })
  const traceId = first.data?.trace_id
  useEffect(() => {
    if (!traceId) return
    void navigate({ to: '/project/$projectId/traces/$traceId', params: { projectId: project.id, traceId } })
  }, [traceId, project.id, navigate])
  return (
    <>
      <SecretBox {...secret} />
      <Card title="A program to paste" note="With this server’s address and your key filled in">
        <Snippets apiKey={secret} />
      </Card>
      <p className={styles.waiting} role="status">
        <i aria-hidden="true" />
        {first.isError
          ? 'Sightline does not answer. Trying again…'
          : 'Waiting for the first trace. It opens by itself.'}
      </p>
      <Hints projectId={project.id} since={began} />
      <Link to="/project/$projectId/home" params={{ projectId: project.id }}>
        Go to the project
      </Link>
    </>
  )
}

/** What came in and was turned away, when nothing arrives. */
function Hints({ projectId, since }: { projectId: string; since: number }) {
  const health = useQuery(ingestHealthQuery(projectId, 'setup', () => new Date(since - 60_000).toISOString()))
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), HINTS_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  const hints = health.data?.hints ?? []
  const bad = hints.filter(({ level }) => level === 'warning' || level === 'error')
  const shown = bad.length > 0 ? bad : late ? hints : []
  if (shown.length === 0) return null
  return (
    <Card title="What Sightline sees">
      <HintList hints={shown} />
    </Card>
  )
}
