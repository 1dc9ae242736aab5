import { CircleX } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatCost, formatCount, formatDuration } from '../../ui/format'
import { TokenFlow } from '../../ui/TokenFlow'
import { TypeIcon } from '../../ui/TypeIcon'
import { ContentView } from '../content/ContentView'
import { useTrace } from '../traceContext'
import type { TreeNode } from '../tree/buildTree'
import { useMainContent } from '../useContent'
import { type ErrorGroup, errorGroups } from './errorGroups'
import { ScoreList } from './ScoreList'
import { costliestSteps, errorsOf, modelTotals, slowestPath, slowestSteps } from './summarise'
import styles from './TraceOverview.module.css'

/** The trace as a whole: what was asked and answered, what failed, how it was scored, where time and money went. */
export function TraceOverview({ missing }: { missing: string | undefined }) {
  const { projectId, detail, tree } = useTrace()
  const errors = errorsOf(tree)
  const groups = errorGroups(errors)
  const content = useMainContent(projectId, detail, tree)
  const models = modelTotals(detail.observations)
  const slowest = slowestSteps(tree, 5)
  const costliest = costliestSteps(tree, 5)
  const path = slowestPath(tree)
  return (
    <article className={styles.overview}>
      <h2 className="visually-hidden">Whole trace</h2>
      {missing !== undefined && (
        <p className={styles.missing}>
          Observation <code>{missing}</code> is not in this trace. It may have been cut off or may still be on its way.
        </p>
      )}
      {errors.length > 0 && (
        <Section title={errors.length === 1 ? '1 error' : `${formatCount(errors.length)} errors`}>
          <ul className={styles.errors}>
            {groups.slice(0, ERRORS_SHOWN).map((group) => (
              <ErrorLine key={group.first.observation.span_id} group={group} />
            ))}
          </ul>
          {groups.length > ERRORS_SHOWN && (
            <p className="muted">
              and {formatCount(groups.length - ERRORS_SHOWN)} more: press e to go from one to the next
            </p>
          )}
        </Section>
      )}
      {/* The heading stands inside: it carries the switch between chat, JSON and text. */}
      {content.pending ? (
        <p className="muted" role="status">
          Reading what was said…
        </p>
      ) : (
        <ContentView input={content.input} output={content.output} failed={errors.length > 0} />
      )}
      <div className={styles.columns}>
        <Section title="Scores">
          <ScoreList scores={detail.scores} nothing="This trace has no score yet." withTarget />
        </Section>
        <div className={styles.column}>
          {models.length > 0 && (
            <Section title="Models">
              <ModelTable models={models} />
            </Section>
          )}
          {slowest.length > 1 && (
            <Section title="Where the time went">
              <Steps
                steps={slowest.map(({ node, selfMs, share }) => ({ node, share, text: formatDuration(selfMs) }))}
              />
            </Section>
          )}
          {costliest.length > 1 && (
            <Section title="Where the money went">
              <Steps steps={costliest.map(({ node, cost, share }) => ({ node, share, text: formatCost(cost) }))} />
            </Section>
          )}
          {path.length > 2 && (
            <Section title="Slowest path">
              <ol className={styles.path}>
                {path.slice(0, PATH_SHOWN).map((node) => (
                  <PathStep key={node.observation.span_id} node={node} />
                ))}
              </ol>
            </Section>
          )}
        </div>
      </div>
    </article>
  )
}

const ERRORS_SHOWN = 6
const PATH_SHOWN = 12

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function ErrorLine({ group: { first, reason, count } }: { group: ErrorGroup }) {
  const { open } = useTrace()
  const { observation } = first
  return (
    <li>
      <button type="button" className={styles.error} onClick={() => open(observation.span_id)}>
        <CircleX size={15} aria-hidden="true" />
        <span>
          <strong>{observation.name}</strong>
          {count > 1 && <span className="muted"> {formatCount(count)} times</span>}
          <span className={styles.reason}>{reason}</span>
        </span>
      </button>
    </li>
  )
}

function ModelTable({ models }: { models: ReturnType<typeof modelTotals> }) {
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Calls</th>
            <th scope="col">Tokens in → out</th>
            <th scope="col">Time</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {models.map((each) => (
            <tr key={each.model}>
              <th scope="row">{each.model}</th>
              <td>{formatCount(each.calls)}</td>
              <td>
                <TokenFlow
                  input={each.inputTokens}
                  output={each.outputTokens}
                  total={null}
                  estimated={each.usageEstimated}
                />
              </td>
              <td>{formatDuration(each.latencyMs)}</td>
              <td>{formatCost(each.cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PathStep({ node }: { node: TreeNode }) {
  const { open } = useTrace()
  return (
    <li data-type={node.observation.type}>
      <button type="button" className={styles.step} onClick={() => open(node.observation.span_id)}>
        <TypeIcon type={node.observation.type} />
        <span className={styles.stepName}>{node.observation.name}</span>
        <span className="number muted">{formatDuration(node.durationMs)}</span>
      </button>
    </li>
  )
}

/** Steps with how much of the whole each took. */
function Steps({ steps }: { steps: readonly { node: TreeNode; share: number; text: string }[] }) {
  const { open } = useTrace()
  return (
    <ul className={styles.steps}>
      {steps.map(({ node, text, share }) => (
        <li key={node.observation.span_id} data-type={node.observation.type}>
          <button type="button" className={styles.step} onClick={() => open(node.observation.span_id)}>
            <TypeIcon type={node.observation.type} />
            <span className={styles.stepName}>{node.observation.name}</span>
            <span className={styles.stepTrack} aria-hidden="true">
              <span style={{ width: `${share * 100}%` }} />
            </span>
            <span className="number">{text}</span>
            <span className="number muted">{Math.round(share * 100)} %</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
