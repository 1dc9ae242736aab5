import { formatCount, formatCountShort, NONE } from './format'

interface TokenFlowProps {
  input: number | null
  output: number | null
  total: number | null
  /** For narrow columns; the exact numbers are on hover. */
  short?: boolean
}

/** Tokens in and out, or the total where the two were not told apart. */
export function TokenFlow({ input, output, total, short = false }: TokenFlowProps) {
  const format = short ? formatCountShort : formatCount
  if (input === null && output === null) {
    return total === null ? <span className="muted">{NONE}</span> : <span className="number">{format(total)}</span>
  }
  return (
    <span className="number" title={short ? `${formatCount(input)} in, ${formatCount(output)} out` : undefined}>
      {format(input)} <span className="muted">→</span> {format(output)}
    </span>
  )
}
