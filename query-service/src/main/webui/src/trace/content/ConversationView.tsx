import { useState } from 'react'
import { JsonView } from '../../ui/JsonView'
import styles from './ConversationView.module.css'
import type { Message, Tool } from './conversation'
import { MessageView } from './MessageView'
import type { Side } from './recogniseContent'

interface ConversationViewProps {
  messages: readonly Message[]
  tools: readonly Tool[]
  settings: Record<string, unknown>
  side: Side
}

/** More than these, and the middle of a chat is folded: what came last is what the step is about. */
const SHOWN_MAX = 8
const SHOWN_LAST = 4

export function ConversationView({ messages, tools, settings, side }: ConversationViewProps) {
  const [all, setAll] = useState(false)
  const isFolded = !all && messages.length > SHOWN_MAX
  const first = isFolded ? messages.slice(0, messages[0]?.role === 'system' ? 2 : 1) : messages
  const last = isFolded ? messages.slice(-SHOWN_LAST) : []
  const hidden = messages.length - first.length - last.length
  return (
    <div className={styles.conversation}>
      {tools.length > 0 && <Tools tools={tools} />}
      {Object.keys(settings).length > 0 && (
        <details className={styles.aside}>
          <summary>Settings of the request</summary>
          <JsonView value={settings} openDepth={1} />
        </details>
      )}
      <ol className={styles.messages}>
        {first.map((message, index) => (
          <MessageView key={index} message={message} side={side} />
        ))}
        {hidden > 0 && (
          <li>
            <button type="button" className={styles.hidden} onClick={() => setAll(true)}>
              Show {hidden} messages between
            </button>
          </li>
        )}
        {last.map((message, index) => (
          <MessageView key={messages.length - SHOWN_LAST + index} message={message} side={side} />
        ))}
      </ol>
    </div>
  )
}

function Tools({ tools }: { tools: readonly Tool[] }) {
  return (
    <details className={styles.aside}>
      <summary>
        {tools.length} {tools.length === 1 ? 'tool' : 'tools'} offered: {tools.map((tool) => tool.name).join(', ')}
      </summary>
      <ul>
        {tools.map((tool) => (
          <li key={tool.name}>
            <strong>{tool.name}</strong> {tool.description}
            {tool.parameters !== undefined && <JsonView value={tool.parameters} openDepth={0} />}
          </li>
        ))}
      </ul>
    </details>
  )
}
