import { Tabs } from '@base-ui/react/tabs'
import { Link } from '@tanstack/react-router'
import { CopyButton } from '../ui/CopyButton'
import { usePreference } from '../ui/preferences'
import styles from './FirstTrace.module.css'
import { type SnippetKey, snippets } from './snippets'

/** A project that never got a trace: how to send the first one, from the stock OpenTelemetry of each language. */
export function FirstTrace({ projectId, live }: { projectId: string; live: boolean }) {
  return (
    <div className={styles.first}>
      <div className={styles.intro}>
        <h2>Send the first trace</h2>
        <p>
          Any OpenTelemetry SDK can send here, over gRPC or HTTP. Put in your project’s public and secret key, run it,
          and the trace appears on this page.
        </p>
        {live && (
          <p className={styles.waiting} role="status">
            <span aria-hidden="true" />
            Waiting for the first trace…
          </p>
        )}
        <p>
          Sent one and it is not here?{' '}
          <Link to="/project/$projectId/ingest-health" params={{ projectId }}>
            See what became of it
          </Link>
          .
        </p>
      </div>
      <Snippets />
    </div>
  )
}

/** Programs that send one span, with this server's address and, where it is known, the key filled in. */
export function Snippets({ apiKey }: { apiKey?: SnippetKey }) {
  const { origin, hostname } = window.location
  const all = snippets(origin, hostname, apiKey)
  const [language, setLanguage] = usePreference<string>(
    'snippet',
    'python',
    all.map((snippet) => snippet.id),
  )
  return (
    <Tabs.Root value={language} onValueChange={(value) => setLanguage(String(value))} className={styles.tabs}>
      <Tabs.List className={styles.list} aria-label="Language">
        {all.map(({ id, name }) => (
          <Tabs.Tab key={id} value={id} className={styles.tab}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {all.map(({ id, install, code, note }) => (
        <Tabs.Panel key={id} value={id} className={styles.panel}>
          {install && <Code text={install} what="install command" />}
          <Code text={code} what="program" />
          {note && <p className={styles.note}>{note}</p>}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  )
}

function Code({ text, what }: { text: string; what: string }) {
  return (
    <div className={styles.code}>
      <pre tabIndex={0} aria-label={what}>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  )
}
