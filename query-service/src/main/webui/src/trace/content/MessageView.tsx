import {
  Brain,
  CircleQuestionMark,
  CornerDownRight,
  MessageSquareText,
  SlidersHorizontal,
  User,
  Wrench,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from '../../ui/CopyButton'
import { JsonView } from '../../ui/JsonView'
import type { Message, Part, Role } from './conversation'
import { MediaOf, MediaView } from './MediaView'
import styles from './MessageView.module.css'
import { Prose } from './Prose'
import type { Side } from './recogniseContent'

const ROLES: Record<Role, { label: string; icon: typeof User }> = {
  system: { label: 'System', icon: SlidersHorizontal },
  user: { label: 'User', icon: User },
  assistant: { label: 'Assistant', icon: MessageSquareText },
  tool: { label: 'Tool', icon: Wrench },
  other: { label: 'Message', icon: CircleQuestionMark },
}

export function MessageView({ message, side }: { message: Message; side: Side }) {
  const { label, icon: Icon } = ROLES[message.role]
  const text = textParts(message)
  return (
    <li className={styles.message} data-role={message.role} data-side={side}>
      <div className={styles.head}>
        <Icon size={14} aria-hidden="true" />
        <span className={styles.role}>{message.roleName ?? label}</span>
        {message.name && <span className="muted">{message.name}</span>}
        {message.finishReason && message.finishReason !== 'stop' && (
          <span className={styles.finish} title="Why the model stopped">
            {message.finishReason}
          </span>
        )}
        {text && (
          <span className={styles.copy}>
            <CopyButton text={text} what={`message of ${label}`} />
          </span>
        )}
      </div>
      {message.parts.length === 0 && <p className="muted">(no content)</p>}
      {message.parts.map((part, index) => (
        <PartView key={index} part={part} role={message.role} />
      ))}
    </li>
  )
}

function textParts(message: Message): string {
  return message.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n')
}

function PartView({ part, role }: { part: Part; role: Role }) {
  switch (part.kind) {
    case 'text':
      // Instructions are long, and the same in every call: their beginning is enough at first.
      return role === 'system' ? <Prose text={part.text} linesMax={6} charsMax={480} /> : <Prose text={part.text} />
    case 'reasoning':
      return (
        <details className={styles.reasoning}>
          <summary>
            <Brain size={14} aria-hidden="true" />
            Reasoning
          </summary>
          <Prose text={part.text || '(not recorded)'} />
        </details>
      )
    case 'tool_call':
      return (
        <ToolBox kind="call" name={part.name} id={part.id}>
          {isNothing(part.arguments) ? <p className="muted">no arguments</p> : <ToolValue value={part.arguments} />}
        </ToolBox>
      )
    case 'tool_result':
      return (
        <ToolBox kind={part.failed ? 'failed' : 'result'} name={part.name ?? 'tool'} id={part.id}>
          {isNothing(part.result) ? <p className="muted">nothing</p> : <ToolValue value={part.result} />}
        </ToolBox>
      )
    case 'media':
      return <MediaView media={part.media} />
    case 'other':
      return <JsonView value={part.value} openDepth={1} />
  }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

const TOOL_WORDS = { call: 'calls', result: 'returned', failed: 'failed' }

function ToolBox({
  kind,
  name,
  id,
  children,
}: {
  kind: 'call' | 'result' | 'failed'
  name: string
  id?: string
  children: ReactNode
}) {
  return (
    <div className={styles.tool} data-kind={kind}>
      <div className={styles.toolHead}>
        {kind === 'call' ? <Wrench size={13} aria-hidden="true" /> : <CornerDownRight size={13} aria-hidden="true" />}
        {kind === 'call' && <span className="muted">{TOOL_WORDS.call}</span>}
        <strong>{name}</strong>
        {kind !== 'call' && <span className={styles.outcome}>{TOOL_WORDS[kind]}</span>}
        {id && <code className={styles.callId}>{id}</code>}
      </div>
      <div className={styles.toolBody}>{children}</div>
    </div>
  )
}

function ToolValue({ value }: { value: unknown }) {
  return (
    <>
      {typeof value === 'string' ? <Prose text={value} linesMax={16} charsMax={1500} /> : <JsonView value={value} />}
      <MediaOf value={value} />
    </>
  )
}
