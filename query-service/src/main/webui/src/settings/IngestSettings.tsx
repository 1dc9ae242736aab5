import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type ProjectSettings, projectSettings, type RedactionPattern, saveProjectSettings } from '../api/manage'
import { retryUnlessRefused } from '../api/queries'
import { Button } from '../ui/Button'
import { Buttons, CheckField, FieldRow, Form, FormProblem, Segments, TextField } from '../ui/Field'
import { Loaded } from '../ui/Loaded'
import { Card } from '../ui/Page'

const KINDS = ['email_address', 'phone_number', 'credit_card', 'iban_code', 'us_ssn', 'ip_address', 'secret']
const MILLION = 1_000_000

/** What happens to personal data and secrets, how long what is stored stays, and how much is kept. */
export function IngestSettings({ projectId }: { projectId: string }) {
  const query = useQuery({
    queryKey: ['settings', projectId],
    queryFn: ({ signal }) => projectSettings(projectId, signal),
    retry: retryUnlessRefused,
  })
  return (
    <Loaded query={query} what="The settings">
      {(settings) => <SettingsForm key={projectId} projectId={projectId} settings={settings} />}
    </Loaded>
  )
}

function SettingsForm({ projectId, settings }: { projectId: string; settings: ProjectSettings }) {
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState(settings)
  const save = useMutation({
    mutationFn: () => saveProjectSettings(projectId, draft),
    onSuccess: (saved) => {
      queryClient.setQueryData(['settings', projectId], saved)
      setDraft(saved)
    },
  })
  const { redaction, sampling } = draft
  const change = (part: Partial<ProjectSettings>) => {
    save.reset()
    setDraft({ ...draft, ...part })
  }
  const redact = (part: Partial<ProjectSettings['redaction']>) => change({ redaction: { ...redaction, ...part } })
  const kinds = redaction.kinds.length === 0 ? KINDS : redaction.kinds
  return (
    <Form onSubmit={() => save.mutate()}>
      <Card title="Redaction" note="Before anything is stored. What was replaced can never be read again.">
        <Segments
          label="What is done with personal data and secrets"
          value={redaction.mode}
          choices={[
            { value: 'off', label: 'Off' },
            { value: 'flag', label: 'Note what is found' },
            { value: 'redact', label: 'Replace what is found' },
          ]}
          onChange={(mode) => redact({ mode })}
        />
        {redaction.mode !== 'off' && (
          <>
            <FieldRow>
              {KINDS.map((kind) => (
                <CheckField
                  key={kind}
                  label={kind.replaceAll('_', ' ')}
                  checked={kinds.includes(kind)}
                  onChange={(event) => {
                    const next = event.target.checked ? [...kinds, kind] : kinds.filter((each) => each !== kind)
                    redact({ kinds: next.length === KINDS.length ? [] : next })
                  }}
                />
              ))}
            </FieldRow>
            <Patterns patterns={redaction.patterns} onChange={(patterns) => redact({ patterns })} />
          </>
        )}
      </Card>
      <Card title="Retention" note="Older data goes by itself. Empty: it stays.">
        <Retention retention={draft.retention} onChange={(retention) => change({ retention })} />
      </Card>
      <Card title="Sampling" note="Traces with an error or a finding are kept besides.">
        <TextField
          label="Traces kept, in percent"
          inputMode="decimal"
          defaultValue={String((sampling.keep_ppm / MILLION) * 100)}
          onChange={(event) => {
            const percent = Number(event.target.value)
            if (percent > 0 && percent <= 100) change({ sampling: { keep_ppm: Math.round((percent / 100) * MILLION) } })
          }}
        />
      </Card>
      <FormProblem error={save.error} />
      <Buttons>
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? 'Saving…' : 'Save'}
        </Button>
        {save.isSuccess && <span role="status">Saved. It holds within about a minute.</span>}
      </Buttons>
    </Form>
  )
}

function Patterns({
  patterns,
  onChange,
}: {
  patterns: RedactionPattern[]
  onChange: (patterns: RedactionPattern[]) => void
}) {
  const change = (at: number, part: Partial<RedactionPattern>) =>
    onChange(patterns.map((pattern, index) => (index === at ? { ...pattern, ...part } : pattern)))
  return (
    <>
      {patterns.map((pattern, index) => (
        <FieldRow key={index}>
          <TextField
            label="Own kind"
            value={pattern.kind}
            onChange={(event) => change(index, { kind: event.target.value })}
          />
          <TextField
            label="Pattern (RE2)"
            mono
            value={pattern.pattern}
            onChange={(event) => change(index, { pattern: event.target.value })}
          />
          <Button look="quiet" onClick={() => onChange(patterns.filter((_, at) => at !== index))}>
            Remove
          </Button>
        </FieldRow>
      ))}
      <Buttons>
        <Button onClick={() => onChange([...patterns, { kind: '', pattern: '' }])}>Add a pattern</Button>
      </Buttons>
    </>
  )
}

type RetentionSettings = NonNullable<ProjectSettings['retention']>

const RETENTION_LABELS: Record<string, string> = {
  days: 'Everything, days',
  content_days: 'Texts of observations, days',
  observation_days: 'Observations, days',
  score_days: 'Scores, days',
}

function Retention({
  retention = {},
  onChange,
}: {
  retention?: RetentionSettings
  onChange: (retention: RetentionSettings) => void
}) {
  const names = [...new Set(['days', 'content_days', ...Object.keys(retention)])].filter((name) => {
    const value = retention[name]
    return value === undefined || value === null || typeof value === 'number'
  })
  return (
    <FieldRow>
      {names.map((name) => (
        <TextField
          key={name}
          label={RETENTION_LABELS[name] ?? name.replaceAll('_', ' ')}
          inputMode="numeric"
          defaultValue={retention[name] === undefined || retention[name] === null ? '' : String(retention[name])}
          onChange={(event) => {
            const days = Number(event.target.value)
            const { [name]: _, ...rest } = retention
            onChange(event.target.value.trim() === '' ? rest : { ...rest, [name]: days })
          }}
        />
      ))}
    </FieldRow>
  )
}
