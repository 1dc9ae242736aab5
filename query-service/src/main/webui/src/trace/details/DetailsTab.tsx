import type { ReactNode } from 'react'
import type { Observation } from '../../api/types'
import { formatDuration, formatTimestamp } from '../../ui/format'
import styles from './DetailsTab.module.css'
import { KeyValueTable } from './KeyValueTable'
import { UsageTable } from './UsageTable'

/** Everything about an observation that is not its content. */
export function DetailsTab({ observation }: { observation: Observation }) {
  const hasUsage = Object.keys(observation.usage ?? {}).length > 0 || Object.keys(observation.cost ?? {}).length > 0
  return (
    <div className={styles.details}>
      {hasUsage && (
        <Section title="Tokens and cost">
          <UsageTable observation={observation} />
        </Section>
      )}
      <Values title="Model parameters" values={observation.model_parameters} />
      <Values title="Metadata" values={observation.metadata} />
      <Values title="Attributes" values={observation.attributes} />
      <Values title="About this step" values={about(observation)} inOrder />
      <Values title="Resource" values={observation.resource_attributes} />
      {observation.links && observation.links.length > 0 && (
        <Values
          title="Links"
          values={Object.fromEntries(observation.links.map((link, index) => [`link ${index + 1}`, link]))}
        />
      )}
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      {children}
    </section>
  )
}

function Values({
  title,
  values,
  inOrder,
}: {
  title: string
  values: Record<string, unknown> | null
  inOrder?: boolean
}) {
  if (!values || Object.keys(values).length === 0) return null
  return (
    <Section title={title}>
      <KeyValueTable values={values} label={title} inOrder={inOrder} />
    </Section>
  )
}

function about(observation: Observation): Record<string, unknown> {
  const { service_name: service, scope_name: scope, scope_version: version } = observation
  const all = {
    started: formatTimestamp(observation.start_time),
    ended: observation.end_time && formatTimestamp(observation.end_time),
    'first token after':
      observation.time_to_first_token_ms !== null && formatDuration(observation.time_to_first_token_ms),
    environment: observation.environment,
    service,
    instrumentation: scope && `${scope}${version ? ` ${version}` : ''}`,
    user: observation.user_id,
    session: observation.session_id,
    'tool call id': observation.tool_call_id,
    'parent span id': observation.parent_span_id,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value))
}
