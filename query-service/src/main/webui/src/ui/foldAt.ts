/** Where a text is cut when it is folded; its length when it is short enough. A little more than allowed is let pass. */
export function foldAt(text: string, linesMax: number, charsMax: number): number {
  const LEEWAY = 1.25
  let end = text.length > charsMax * LEEWAY ? charsMax : text.length
  let newline = -1
  let cut = -1
  for (let lines = 1; lines <= linesMax * LEEWAY; lines++) {
    newline = text.indexOf('\n', newline + 1)
    if (newline === -1 || newline >= end) return end === text.length ? end : wordEnd(text, end)
    if (lines === linesMax) cut = newline
  }
  if (cut !== -1) end = Math.min(end, cut)
  return end
}

/** Not in the middle of a word, unless it has no end nearby. */
function wordEnd(text: string, at: number): number {
  const space = text.lastIndexOf(' ', at)
  return space > at - 80 ? space : at
}
