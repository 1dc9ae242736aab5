import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  changeProjectSettings,
  type ProjectSettings,
  projectSettings,
  type RedactionPattern,
  type RedactionSettings,
  type RetentionDays,
  type RetentionSettings,
} from '../api/manage'
import { retryUnlessRefused } from '../api/queries'
import { MANAGERS_ONLY, useMay } from '../app/useMay'
import { Button } from '../ui/Button'
import { Buttons, CheckField, FieldRow, Form, FormProblem, Segments, TextField } from '../ui/Field'
import { Loaded } from '../ui/Loaded'
import { Card } from '../ui/Page'
import { mergePatch } from './mergePatch'

const KINDS = ['email_address', 'phone_number', 'credit_card', 'iban_code', 'us_ssn', 'ip_address', 'secret']
const MILLION = 1_000_000
const LIMITS = [
  { name: 'spans_per_second', label: 'Spans a second' },
  { name: 'bytes_per_second', label: 'Bytes a second' },
  { name: 'spans_per_month', label: 'Spans a month (UTC)' },
] as const

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
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  // Both stay as they were read until it is saved: only what was changed here is sent, so that what others change
  // meanwhile, and what this form does not show, stays.
  const [base, setBase] = useState(settings)
  const [draft, setDraft] = useState(settings)
  const save = useMutation({
    mutationFn: () => changeProjectSettings(projectId, mergePatch(base, draft)),
    onSuccess: (saved) => {
      queryClient.setQueryData(['settings', projectId], saved)
      setBase(saved)
      setDraft(saved)
    },
  })
  const { mode = 'off', kinds: chosen = [], patterns = [] } = draft.redaction ?? {}
  const keepPpm = draft.sampling?.keep_ppm ?? MILLION
  const change = (part: Partial<ProjectSettings>) => {
    save.reset()
    setDraft({ ...draft, ...part })
  }
  const redact = (part: RedactionSettings) => change({ redaction: { ...draft.redaction, ...part } })
  // None named: all of them.
  const kinds = chosen?.length ? chosen : KINDS
  return (
    <Form onSubmit={() => save.mutate()} readOnly={may.manage ? undefined : MANAGERS_ONLY}>
      <Card title="Redaction" note="Before anything is stored. What was replaced can never be read again.">
        <Segments
          label="What is done with personal data and secrets"
          value={mode ?? 'off'}
          choices={[
            { value: 'off', label: 'Off' },
            { value: 'flag', label: 'Note what is found' },
            { value: 'redact', label: 'Replace what is found' },
          ]}
          onChange={(mode) => redact({ mode })}
        />
        {mode !== 'off' && (
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
            <Patterns mayChange={may.manage} patterns={patterns ?? []} onChange={(patterns) => redact({ patterns })} />
          </>
        )}
      </Card>
      <Card title="Retention" note="Older data goes by itself. Empty: as long as the installation keeps it.">
        <Retention
          mayChange={may.manage}
          retention={draft.retention ?? {}}
          onChange={(retention) => change({ retention })}
        />
      </Card>
      <Card title="Sampling" note="Traces with an error or a finding are kept besides.">
        <TextField
          label="Traces kept, in percent"
          inputMode="decimal"
          defaultValue={String((keepPpm / MILLION) * 100)}
          onChange={(event) => {
            const percent = Number(event.target.value)
            if (percent > 0 && percent <= 100) change({ sampling: { keep_ppm: Math.round((percent / 100) * MILLION) } })
          }}
        />
      </Card>
      <Card
        title="Limits"
        note="What comes above them is turned away, and counted on the ingest health page. Empty: none."
      >
        <FieldRow>
          {LIMITS.map(({ name, label }) => (
            <NumberField
              key={name}
              label={label}
              value={draft.limits?.[name]}
              onChange={(value) => change({ limits: { ...draft.limits, [name]: value } })}
            />
          ))}
        </FieldRow>
      </Card>
      <FormProblem error={save.error} />
      {may.manage && (
        <Buttons>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {save.isPending ? 'Saving…' : 'Save'}
          </Button>
          {save.isSuccess && <span role="status">Saved. It holds within about a minute.</span>}
        </Buttons>
      )}
    </Form>
  )
}

function Patterns({
  mayChange,
  patterns,
  onChange,
}: {
  mayChange: boolean
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
          {mayChange && (
            <Button look="quiet" onClick={() => onChange(patterns.filter((_, at) => at !== index))}>
              Remove
            </Button>
          )}
        </FieldRow>
      ))}
      {mayChange && (
        <Buttons>
          <Button onClick={() => onChange([...patterns, { kind: '', pattern: '' }])}>Add a pattern</Button>
        </Buttons>
      )}
    </>
  )
}

interface RetentionProps {
  mayChange: boolean
  retention: RetentionSettings
  onChange: (retention: RetentionSettings) => void
}

function Retention({ mayChange, retention, onChange }: RetentionProps) {
  const environments = Object.entries(retention.environments ?? {})
  const changeAll = (entries: typeof environments) =>
    onChange({ ...retention, environments: Object.fromEntries(entries) })
  const change = (at: number, name: string, days: RetentionDays) =>
    changeAll(environments.map((entry, index) => (index === at ? [name, days] : entry)))
  return (
    <>
      <FieldRow>
        <Days of={retention} onChange={(days) => onChange({ ...retention, ...days })} />
      </FieldRow>
      {environments.map(([name, days], index) => (
        <FieldRow key={index}>
          <TextField
            label="In the environment"
            value={name}
            onChange={(event) => {
              const next = event.target.value
              if (!environments.some(([other]) => other === next)) change(index, next, days)
            }}
          />
          <Days of={days} onChange={(next) => change(index, name, { ...days, ...next })} />
          {mayChange && (
            <Button look="quiet" onClick={() => changeAll(environments.filter((_, at) => at !== index))}>
              Remove
            </Button>
          )}
        </FieldRow>
      ))}
      {mayChange && (
        <Buttons>
          <Button
            disabled={environments.some(([name]) => name === '')}
            onClick={() => changeAll([...environments, ['', {}]])}
          >
            Add an environment
          </Button>
        </Buttons>
      )}
    </>
  )
}

function Days({ of, onChange }: { of: RetentionDays; onChange: (days: RetentionDays) => void }) {
  return (
    <>
      <NumberField label="Everything, days" value={of.days} onChange={(days) => onChange({ days })} />
      <NumberField
        label="Texts of observations, days"
        value={of.content_days}
        onChange={(content_days) => onChange({ content_days })}
      />
    </>
  )
}

interface NumberFieldProps {
  label: string
  value: number | null | undefined
  onChange: (value: number | undefined) => void
}

/** A number that may be left out. What is none is said to be none, and not taken. */
function NumberField({ label, value, onChange }: NumberFieldProps) {
  const [wrong, setWrong] = useState(false)
  return (
    <TextField
      label={label}
      inputMode="numeric"
      defaultValue={String(value ?? '')}
      problem={wrong ? 'A whole number from 1 on, or nothing' : undefined}
      onChange={(event) => {
        const text = event.target.value.trim()
        const isGiven = /^[1-9]\d{0,14}$/.test(text)
        setWrong(!isGiven && text !== '')
        if (isGiven || text === '') onChange(isGiven ? Number(text) : undefined)
      }}
    />
  )
}
