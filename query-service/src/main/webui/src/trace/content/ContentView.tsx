import { useMemo } from 'react'
import { CopyButton } from '../../ui/CopyButton'
import { usePreference } from '../../ui/preferences'
import { ContentBody } from './ContentBody'
import styles from './ContentView.module.css'
import type { Content } from './conversation'
import { recognise, type Side } from './recogniseContent'

const VIEWS = ['chat', 'json', 'text'] as const
export type View = (typeof VIEWS)[number]

/** The input and output of an observation, readable as what they are, or as JSON or text. */
export function ContentView({ input, output, failed }: { input: unknown; output: unknown; failed: boolean }) {
  const [view, setView] = usePreference<View>('content-view', 'chat', VIEWS)
  const read = useMemo(
    () => ({ input: recognise(input, 'input'), output: recognise(output, 'output') }),
    [input, output],
  )
  if (read.input.kind === 'empty' && read.output.kind === 'empty') {
    return (
      <p className="muted">
        No input or output was recorded. Instrumentations often leave them out until told to capture content.
      </p>
    )
  }
  const isChat = read.input.kind === 'conversation' || read.output.kind === 'conversation'
  return (
    <div className={styles.content}>
      <fieldset className={styles.views}>
        <legend className="visually-hidden">Show as</legend>
        {VIEWS.map((each) => (
          <button key={each} type="button" aria-pressed={view === each} onClick={() => setView(each)}>
            {{ chat: isChat ? 'Chat' : 'Readable', json: 'JSON', text: 'Text' }[each]}
          </button>
        ))}
      </fieldset>
      <Half side="input" value={input} content={read.input} view={view} />
      <Half side="output" value={output} content={read.output} view={view} failed={failed} />
    </div>
  )
}

interface HalfProps {
  side: Side
  value: unknown
  content: Content
  view: View
  failed?: boolean
}

const TITLES: Record<Side, string> = { input: 'Input', output: 'Output' }

function Half({ side, value, content, view, failed = false }: HalfProps) {
  const title = TITLES[side]
  return (
    <section className={styles.half}>
      <div className={styles.head}>
        <h3>{title}</h3>
        {summary(content) && <span className="muted">{summary(content)}</span>}
        {content.kind !== 'empty' && <CopyButton text={() => textOf(value)} what={side} />}
      </div>
      {content.kind === 'empty' ? (
        <p className="muted">
          {side === 'output' && failed ? 'No output: the step failed.' : `No ${side} was recorded.`}
        </p>
      ) : (
        <ContentBody value={value} content={content} view={view} side={side} />
      )}
    </section>
  )
}

function summary(content: Content): string {
  if (content.kind === 'documents') return count(content.documents.length, 'document')
  return content.kind === 'conversation' && content.messages.length > 1 ? count(content.messages.length, 'message') : ''
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
