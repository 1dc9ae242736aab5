import { Tabs } from '@base-ui/react/tabs'
import { CircleX, ClipboardCopy, Info, TriangleAlert } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { Observation } from '../../api/types'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { CopyButton } from '../../ui/CopyButton'
import { Failure } from '../../ui/Failure'
import { formatCost, formatCount, formatDuration, formatTime, formatTimestamp } from '../../ui/format'
import { LEVEL_NAMES } from '../../ui/LevelMark'
import { MarkedText } from '../../ui/MarkedText'
import { Popover } from '../../ui/Popover'
import { ESTIMATED_TITLE } from '../../ui/TokenFlow'
import { TypeIcon } from '../../ui/TypeIcon'
import { ContentView } from '../content/ContentView'
import { findingsOf } from '../content/findings'
import { asCurl, asTestCase } from '../export/copyAs'
import { useTrace } from '../traceContext'
import type { TraceSearch } from '../traceSearch'
import type { TreeNode } from '../tree/buildTree'
import { useWholeObservation } from '../useContent'
import { DetailsTab } from './DetailsTab'
import { EventsTab, type ExceptionEvent, ExceptionView, exceptionsOf } from './EventsTab'
import styles from './ObservationDetail.module.css'
import { ScoreList } from './ScoreList'
import { tokensText, UsageTable } from './UsageTable'

interface ObservationDetailProps {
  node: TreeNode
  tab: TraceSearch['tab']
  onTab: (tab: TraceSearch['tab']) => void
}

export function ObservationDetail({ node, tab, onTab }: ObservationDetailProps) {
  const { projectId, detail, scoresOf } = useTrace()
  const { observation, pending, error, retry } = useWholeObservation(projectId, detail, node.observation)
  const found = findingsOf(observation)
  const scores = scoresOf.get(observation.span_id) ?? []
  const events = observation.events ?? []
  const shown = tab === 'events' && events.length === 0 ? undefined : tab
  return (
    <article className={styles.detail}>
      <header className={styles.head}>
        <div className={styles.title}>
          <TypeIcon type={observation.type} size={15} />
          <h2>{observation.name}</h2>
          <span className={styles.type}>{observation.type}</span>
          <CopyAs traceId={detail.trace.trace_id} observation={observation} />
          <span className={styles.id}>
            <code title="Span id">{observation.span_id}</code>
            <CopyButton text={observation.span_id} what="span id" />
          </span>
        </div>
        <Facts observation={observation} offsetMs={node.offsetMs} />
      </header>
      <Problem observation={observation} exceptions={exceptionsOf(events)} />
      <Tabs.Root
        value={shown ?? 'content'}
        onValueChange={(value) => onTab(value === 'content' ? undefined : (value as TraceSearch['tab']))}
      >
        <Tabs.List className={styles.tabs}>
          <Tab value="content">Input and output</Tab>
          <Tab value="scores" count={scores.length}>
            Scores
          </Tab>
          <Tab value="details">Details</Tab>
          {events.length > 0 && (
            <Tab value="events" count={events.length}>
              Events
            </Tab>
          )}
        </Tabs.List>
        <Tabs.Panel value="content" className={styles.panel}>
          {found && (
            <div className={styles.findings}>
              <h3>
                {formatCount(found.findings.length)} {found.findings.length === 1 ? 'finding' : 'findings'}
                {found.action && <Badge tone={found.action === 'allow' ? 'neutral' : 'error'}>{found.action}</Badge>}
              </h3>
              <MarkedText text={found.text} findings={found.findings} label="What was found, in its place" />
            </div>
          )}
          {error ? (
            <Failure error={error} what="What was said" onRetry={retry} />
          ) : pending ? (
            <p className="muted" role="status">
              Reading what was said…
            </p>
          ) : (
            <ContentView input={observation.input} output={observation.output} failed={observation.level === 'ERROR'} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="scores" className={styles.panel}>
          <ScoreList scores={scores} nothing="This step has no score of its own." />
        </Tabs.Panel>
        <Tabs.Panel value="details" className={styles.panel}>
          <DetailsTab observation={observation} />
        </Tabs.Panel>
        <Tabs.Panel value="events" className={styles.panel}>
          <EventsTab events={events} startTime={observation.start_time} />
        </Tabs.Panel>
      </Tabs.Root>
    </article>
  )
}

/** The step for elsewhere: as a call to try again, as a test case. */
function CopyAs({ traceId, observation }: { traceId: string; observation: Observation }) {
  const curl = useMemo(() => asCurl(observation), [observation])
  return (
    <Popover
      title="Copy as"
      align="end"
      trigger={
        <Button look="quiet" icon aria-label="Copy the step as…" title="Copy the step as…">
          <ClipboardCopy size={14} />
        </Button>
      }
    >
      <div className={styles.copies}>
        <CopyLine name="Test case" text={() => asTestCase(traceId, observation)} />
        {curl && <CopyLine name="curl (OpenAI-compatible)" text={() => curl} />}
        <CopyLine name="JSON" text={() => JSON.stringify(observation, null, 2)} />
      </div>
    </Popover>
  )
}

function CopyLine({ name, text }: { name: string; text: () => string }) {
  return (
    <div>
      <span>{name}</span>
      <CopyButton text={text} what={name} withWord />
    </div>
  )
}

function Tab({ value, count, children }: { value: string; count?: number; children: ReactNode }) {
  return (
    <Tabs.Tab value={value} className={styles.tab}>
      {children}
      {count !== undefined && count > 0 && <span className={styles.count}>{count}</span>}
    </Tabs.Tab>
  )
}

function Facts({ observation, offsetMs }: { observation: Observation; offsetMs: number }) {
  const { model, provider } = observation
  const hasUsage = Object.keys(observation.usage ?? {}).length > 0 || observation.total_tokens !== null
  return (
    <dl className={styles.facts}>
      <Fact name="Latency">{formatDuration(observation.latency_ms)}</Fact>
      {observation.time_to_first_token_ms !== null && (
        <Fact name="First token">{formatDuration(observation.time_to_first_token_ms)}</Fact>
      )}
      <Fact name="Started">
        <span title={formatTimestamp(observation.start_time)}>
          {formatTime(observation.start_time)} <span className="muted">+{formatDuration(offsetMs)}</span>
        </span>
      </Fact>
      {model && (
        <Fact name="Model">
          {model} {provider && <span className="muted">{provider}</span>}
        </Fact>
      )}
      {hasUsage && (
        <Fact name="Tokens">
          <Popover
            title="Tokens and cost"
            trigger={
              <button
                type="button"
                className={styles.more}
                title={observation.usage_estimated ? ESTIMATED_TITLE : 'Tokens and cost by kind'}
              >
                {tokensText(observation)}
              </button>
            }
          >
            <UsageTable observation={observation} />
          </Popover>
        </Fact>
      )}
      {observation.total_cost !== null && <Fact name="Cost">{formatCost(observation.total_cost)}</Fact>}
      {observation.tool_name && <Fact name="Tool">{observation.tool_name}</Fact>}
      {observation.agent_name && <Fact name="Agent">{observation.agent_name}</Fact>}
      {observation.prompt_name && (
        <Fact name="Prompt">
          {observation.prompt_name}{' '}
          {observation.prompt_version !== null && <span className="muted">v{observation.prompt_version}</span>}
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const PROBLEM_ICONS = { ERROR: CircleX, WARNING: TriangleAlert, DEFAULT: Info, DEBUG: Info }

/** What went wrong, before anything else. */
function Problem({ observation, exceptions }: { observation: Observation; exceptions: readonly ExceptionEvent[] }) {
  const { level, status_message: message, error_type: type } = observation
  if (level !== 'ERROR' && level !== 'WARNING' && !message && exceptions.length === 0) return null
  const Icon = PROBLEM_ICONS[level]
  return (
    <div className={styles.problem} data-level={level}>
      <Icon size={17} aria-hidden="true" />
      <div>
        <strong>{type || exceptions[0]?.type || LEVEL_NAMES[level]}</strong>
        {message && <p>{message}</p>}
        {exceptions.map((exception) => (
          <ExceptionView key={exception.time + exception.type} exception={exception} told={message} />
        ))}
      </div>
    </div>
  )
}
