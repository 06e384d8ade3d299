/** Lists of expressions as texts, apart from the parser: pages in the browser take them apart as well. Pure. */

/**
 * Splits a list of expressions at its commas, but not at those inside parentheses or back-quotes. Nothing else is checked and
 * empty pieces stay: `parseExpression` names what is wrong with a piece.
 */
export function splitExpressions(text: string): string[] {
  const pieces: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '`') quoted = !quoted
    else if (quoted) continue
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === ',' && depth <= 0) {
      pieces.push(text.slice(start, i))
      start = i + 1
    }
  }
  pieces.push(text.slice(start))
  return pieces
}
