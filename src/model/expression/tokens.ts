/**
 * The words of an expression. Splitting into words knows nothing of their order; it refuses what can be no word:
 * a back-quote that is not closed, a name that starts with a digit, a character that means nothing here.
 */
import { fieldError, type HailWhaleError } from '../errors.js'
import { DEFAULT_LIMITS } from '../limits.js'

/** What a token is; `end` comes once, last. */
export type TokenKind = 'name' | 'quoted' | 'number' | 'duration' | 'symbol' | 'end'

/** A word: its text (of a back-quoted name: the name) and where it starts, in UTF-16 units from 0. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly at: number
}

const SPACE = /\s+/y
const DURATION = /\d+(?:mo|[smhdwy])(?![\p{L}\p{N}\p{M}_.])/uy
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}\p{M}_.])/uy
const NAME = /[\p{L}_][\p{L}\p{N}\p{M}_.]*/uy
const QUOTED = /`((?:[^`]|``)*)`(?!`)/uy
const SYMBOL = /[-+*/(),:]/uy
const DIGIT_FIRST = /[\p{N}.][\p{L}\p{N}\p{M}_.]*/uy
const NOT_IN_A_NAME = /[\u0000-\u001f\p{Cs}]/u

/** Patterns in the order they are tried: a duration is longer than the number it starts with. */
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['duration', DURATION],
  ['number', NUMBER],
  ['name', NAME],
  ['quoted', QUOTED],
  ['symbol', SYMBOL],
]

/** An error in an expression: the text, the place (characters from 1), what was expected. */
export function expressionError(text: string, at: number, message: string): HailWhaleError {
  return fieldError('metrics', `'${text}' at character ${at + 1}: ${message}`)
}

/** Splits an expression into words, `end` last. Throws a `HailWhaleError` at the first that is none. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = matchAt(SPACE, text, 0)?.[0].length ?? 0
  while (at < text.length) {
    const { token, length } = tokenAt(text, at)
    tokens.push(token)
    at += length
    at += matchAt(SPACE, text, at)?.[0].length ?? 0
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

function tokenAt(text: string, at: number): { token: Token; length: number } {
  for (const [kind, pattern] of PATTERNS) {
    const match = matchAt(pattern, text, at)
    if (!match) continue
    const word = kind === 'quoted' || kind === 'name' ? checkedName(text, at, match[1] ?? match[0]) : match[0]
    return { token: { kind, text: word, at }, length: match[0].length }
  }
  throw noTokenError(text, at)
}

function checkedName(text: string, at: number, written: string): string {
  const name = written.replaceAll('``', '`').normalize('NFC')
  if (name === '') throw expressionError(text, at, 'a name between back-quotes cannot be empty')
  if (NOT_IN_A_NAME.test(name)) throw expressionError(text, at, 'a name cannot hold control characters')
  if (Buffer.byteLength(name) > DEFAULT_LIMITS.nameBytes) {
    throw expressionError(text, at, `a name has at most ${DEFAULT_LIMITS.nameBytes} bytes`)
  }
  return name
}

function noTokenError(text: string, at: number): HailWhaleError {
  if (text[at] === '`') return expressionError(text, at, 'this back-quote is not closed by another one')
  const digitFirst = matchAt(DIGIT_FIRST, text, at)
  const found = digitFirst ? digitFirst[0] : String.fromCodePoint(text.codePointAt(at)!)
  const message = digitFirst
    ? `'${found}' is neither a number nor a duration; as a name it goes in back-quotes: \`${found}\``
    : `'${found}' means nothing here; names with other characters than letters, digits, _ and . go in back-quotes`
  return expressionError(text, at, message)
}

/** What a sticky pattern finds exactly at this place. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
