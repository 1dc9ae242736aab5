import { formatCount, formatCountShort, NONE } from './format'

interface TokenFlowProps {
  input: number | null
  output: number | null
  total: number | null
  /** Nobody reported some of them: they are counted from the text. */
  estimated?: boolean
  /** For narrow columns; the exact numbers are on hover. */
  short?: boolean
}

/** What stands before an estimated number, and what it says on hover. */
export const ESTIMATED = '~'
export const ESTIMATED_TITLE = 'Estimated from the text: the application reported no usage'

/** Tokens in and out, or the total where the two were not told apart. */
export function TokenFlow({ input, output, total, estimated = false, short = false }: TokenFlowProps) {
  const format = short ? formatCountShort : formatCount
  const mark = estimated ? ESTIMATED : ''
  const title = estimated ? ESTIMATED_TITLE : undefined
  if (input === null && output === null) {
    if (total === null) return <span className="muted">{NONE}</span>
    return (
      <span className="number" title={title}>
        {mark}
        {format(total)}
      </span>
    )
  }
  const exact = short ? `${formatCount(input)} in, ${formatCount(output)} out` : undefined
  return (
    <span className="number" title={[exact, title].filter(Boolean).join('. ') || undefined}>
      {mark}
      {format(input)} <span className="muted">→</span> {mark}
      {format(output)}
    </span>
  )
}
