import type { Observation } from '../../api/types'
import { formatCost, formatCount } from '../../ui/format'
import { ESTIMATED, ESTIMATED_TITLE } from '../../ui/TokenFlow'
import styles from './UsageTable.module.css'

type Usage = Pick<
  Observation,
  'usage' | 'cost' | 'input_tokens' | 'output_tokens' | 'total_tokens' | 'total_cost' | 'usage_estimated'
>

export function tokensText({ input_tokens: input, output_tokens: output, ...usage }: Usage): string {
  const mark = usage.usage_estimated ? ESTIMATED : ''
  if (input === null && output === null) return mark + formatCount(usage.total_tokens)
  return `${mark}${formatCount(input)} → ${mark}${formatCount(output)}`
}

/** Tokens and cost by kind, with each kind's share of the cost (or of the tokens, where nothing is priced). */
export function UsageTable({ observation }: { observation: Usage }) {
  const usage = observation.usage ?? {}
  const cost = observation.cost ?? {}
  const kinds = [...new Set([...Object.keys(usage), ...Object.keys(cost)])].filter((kind) => kind !== 'total')
  const priced = kinds.some((kind) => (cost[kind] ?? 0) > 0)
  const weights = priced ? cost : usage
  const whole = kinds.reduce((sum, kind) => sum + (weights[kind] ?? 0), 0)
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">Tokens</th>
          <th scope="col">Cost</th>
          <th scope="col">
            <span className="visually-hidden">Share of the {priced ? 'cost' : 'tokens'}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind) => {
          const share = whole > 0 ? (weights[kind] ?? 0) / whole : 0
          return (
            <tr key={kind}>
              <th scope="row">{kind.replaceAll('_', ' ')}</th>
              <td>{formatCount(usage[kind])}</td>
              <td>{formatCost(cost[kind])}</td>
              <td>
                <span
                  className={styles.track}
                  title={`${Math.round(share * 100)} % of the ${priced ? 'cost' : 'tokens'}`}
                >
                  <span style={{ width: `${share * 100}%` }} />
                </span>
              </td>
            </tr>
          )
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Total</th>
          <td>{formatCount(observation.total_tokens)}</td>
          <td>{formatCost(observation.total_cost)}</td>
          <td>
            {observation.usage_estimated && (
              <span className="muted" title={ESTIMATED_TITLE}>
                estimated
              </span>
            )}
          </td>
        </tr>
      </tfoot>
    </table>
  )
}
