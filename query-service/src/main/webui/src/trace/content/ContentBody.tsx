import { FoldedText } from '../../ui/FoldedText'
import { JsonView } from '../../ui/JsonView'
import styles from './ContentBody.module.css'
import { textOf, type View } from './ContentView'
import { ConversationView } from './ConversationView'
import { type Content, parseJson } from './conversation'
import { DocumentsView } from './DocumentsView'
import { MediaOf } from './MediaView'
import { Prose } from './Prose'
import type { Side } from './recogniseContent'

interface ContentBodyProps {
  value: unknown
  content: Content
  view: View
  side: Side
}

export function ContentBody({ value, content, view, side }: ContentBodyProps) {
  if (view === 'text') return <PlainText text={textOf(value)} />
  if (view === 'json') return <Json value={typeof value === 'string' ? (parseJson(value) ?? value) : value} />
  switch (content.kind) {
    case 'conversation':
      return (
        <ConversationView messages={content.messages} tools={content.tools} settings={content.settings} side={side} />
      )
    case 'documents':
      return <DocumentsView documents={content.documents} />
    case 'text':
      return (
        <div className={styles.box}>
          <Prose text={content.text} />
        </div>
      )
    case 'value':
      return (
        <>
          <Json value={content.value} />
          <MediaOf value={content.value} />
        </>
      )
    case 'empty':
      return null
  }
}

function Json({ value }: { value: unknown }) {
  return (
    <div className={styles.box}>
      <JsonView value={value} />
    </div>
  )
}

function PlainText({ text }: { text: string }) {
  return (
    <div className={styles.box}>
      <FoldedText
        text={text}
        linesMax={60}
        charsMax={6000}
        render={(shown) => <pre className={styles.text}>{shown}</pre>}
      />
    </div>
  )
}
