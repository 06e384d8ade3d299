/**
 * From text to tree, by recursive descent:
 *
 *     sum     = product (('+' | '-') product)*
 *     product = unary (('*' | '/') unary)*
 *     unary   = '-' unary | operand
 *     operand = number | '(' sum ')' | function '(' sum (',' argument)? ')' | name (':' suffix)?
 *
 * Text length and nesting are bounded, so no text can exhaust the stack, here or in what walks the tree.
 */
import { closest } from 'fastest-levenshtein'
import { type Duration, durationMs, parseDuration } from '../duration.js'
import { fieldError, type HailWhaleError } from '../errors.js'
import type { Expression, ExpressionNode, MetricNode, Operator } from './node.js'
import { expressionError, type Token, tokenize } from './tokens.js'

/** Characters of one expression. */
export const MAX_EXPRESSION_LENGTH = 1000

/** Parentheses, functions and minus signs inside each other. */
export const MAX_EXPRESSION_DEPTH = 64

/** Points that `average` may look back. */
export const MAX_AVERAGE_POINTS = 10_000

/** Different durations of `previous` in one expression: each is one more read of its metrics. */
export const MAX_PREVIOUS_SHIFTS = 8

const FUNCTIONS = ['cumulative', 'level', 'previous', 'rate', 'average'] as const
const SUFFIXES = ['sum', 'last', 'avg', 'average'] as const

type FunctionName = (typeof FUNCTIONS)[number]

/**
 * Reads an expression such as `dollars/hits`, `cumulative(dollars)` or `` `CPU percent` * 100 ``.
 * A `-` is always minus (a name with one goes in back-quotes), a number always a constant, a function's name without
 * parentheses a metric. Throws a `HailWhaleError` of the field `metrics` that says where and what was expected.
 */
export function parseExpression(text: string): Expression {
  const trimmed = text.trim()
  if (trimmed === '')
    throw fieldError('metrics', 'is empty: expected a metric or an expression, like dollars/hits')
  if (trimmed.length > MAX_EXPRESSION_LENGTH) {
    throw fieldError(
      'metrics',
      `an expression has at most ${MAX_EXPRESSION_LENGTH} characters, not ${trimmed.length}`,
    )
  }
  return { text: trimmed, root: new Parser(trimmed).whole() }
}

/** One pass over one text. */
class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #position = 0
  #depth = 0
  #inPrevious = false
  readonly #shifts = new Set<string>()

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokenize(text)
  }

  whole(): ExpressionNode {
    const root = this.#sum()
    if (this.#next.kind !== 'end') throw this.#expected('an operator or the end')
    return root
  }

  #sum(): ExpressionNode {
    return this.#chain('+', '-', () => this.#product())
  }

  #product(): ExpressionNode {
    return this.#chain('*', '/', () => this.#unary())
  }

  #chain(one: Operator, other: Operator, operand: () => ExpressionNode): ExpressionNode {
    let left = operand()
    for (;;) {
      const operator = this.#take(one) ? one : this.#take(other) ? other : undefined
      if (!operator) return left
      left = { kind: 'binary', operator, left, right: operand() }
    }
  }

  #unary(): ExpressionNode {
    if (!this.#take('-')) return this.#operand()
    return this.#deeper(() => ({ kind: 'negate', of: this.#unary() }))
  }

  #operand(): ExpressionNode {
    if (this.#take('(')) return this.#deeper(() => this.#closed(this.#sum()))
    const token = this.#next
    if (token.kind === 'number') return this.#constant()
    if (token.kind !== 'name' && token.kind !== 'quoted')
      throw this.#expected('a metric, a number, a function or (')
    this.#position++
    if (token.kind === 'name' && this.#take('(')) return this.#deeper(() => this.#closed(this.#call(token)))
    return this.#suffixed({ kind: 'metric', name: token.text })
  }

  #constant(): ExpressionNode {
    const value = Number(this.#next.text)
    if (!Number.isFinite(value)) throw this.#fail('this number is too large')
    this.#position++
    return { kind: 'constant', value }
  }

  #call(token: Token): ExpressionNode {
    const name = FUNCTIONS.find(known => known === token.text)
    if (!name) throw this.#unknown('function', token, FUNCTIONS)
    if (name === 'previous') return this.#previous(token)
    const of = this.#sum()
    if (name === 'rate') return this.#rate(of)
    if (name === 'average') return { kind: 'average', of, count: this.#count() }
    return { kind: name, of }
  }

  #previous(token: Token): ExpressionNode {
    if (this.#inPrevious)
      throw this.#fail('previous stands in another previous: write one with the whole duration', token)
    this.#inPrevious = true
    const of = this.#sum()
    this.#inPrevious = false
    const at = this.#position + 1
    const { amount, unit } = this.#duration('previous', 'a duration like 1w (units s m h d w mo y)')
    const duration = `${amount}${unit}`
    if (this.#shifts.add(duration).size <= MAX_PREVIOUS_SHIFTS) return { kind: 'previous', of, duration }
    throw this.#fail(
      `an expression has at most ${MAX_PREVIOUS_SHIFTS} different durations of previous`,
      this.#tokens[at],
    )
  }

  #rate(of: ExpressionNode): ExpressionNode {
    const at = this.#position + 1
    const duration = this.#duration('rate', 'a unit of time like 1s (units s m h d w)')
    const { amount, unit } = duration
    if (unit !== 'mo' && unit !== 'y')
      return { kind: 'rate', of, unit: `${amount}${unit}`, unitMs: durationMs(duration) }
    throw this.#fail(
      'a month or a year has no fixed width: expected a unit of time in s m h d w',
      this.#tokens[at],
    )
  }

  #duration(name: FunctionName, expected: string): Duration {
    this.#comma(name, expected)
    if (this.#next.kind !== 'duration') throw this.#expected(expected)
    const duration = parseDuration(this.#next.text, 'metrics')
    this.#position++
    return duration
  }

  #count(): number {
    const expected = `a whole number of points from 1 to ${MAX_AVERAGE_POINTS}, like 7`
    this.#comma('average', expected)
    const count = this.#next.kind === 'number' ? Number(this.#next.text) : 0
    if (!Number.isInteger(count) || count < 1 || count > MAX_AVERAGE_POINTS) throw this.#expected(expected)
    this.#position++
    return count
  }

  #comma(name: FunctionName, then: string): void {
    if (!this.#take(','))
      throw this.#expected(`an operator, or a comma and ${then}, as ${name} takes two arguments`)
  }

  #suffixed(metric: MetricNode): ExpressionNode {
    if (!this.#take(':')) return metric
    const token = this.#next
    const suffix = SUFFIXES.find(known => token.kind === 'name' && known === token.text)
    if (!suffix) {
      if (token.kind !== 'name') throw this.#expected(`one of ${SUFFIXES.join(', ')}`)
      throw this.#unknown('conversion', token, SUFFIXES)
    }
    this.#position++
    if (suffix === 'sum') return metric
    if (suffix === 'last') return { kind: 'level', of: metric }
    return { kind: 'binary', operator: '/', left: metric, right: { kind: 'metric', name: 'hits' } }
  }

  #closed(node: ExpressionNode): ExpressionNode {
    if (!this.#take(')')) throw this.#expected(this.#next.text === ',' ? ')' : 'an operator or )')
    return node
  }

  #deeper(inside: () => ExpressionNode): ExpressionNode {
    if (++this.#depth > MAX_EXPRESSION_DEPTH) {
      throw this.#fail(`nested more than ${MAX_EXPRESSION_DEPTH} deep`)
    }
    const node = inside()
    this.#depth--
    return node
  }

  get #next(): Token {
    return this.#tokens[this.#position]!
  }

  #take(symbol: string): boolean {
    if (this.#next.kind !== 'symbol' || this.#next.text !== symbol) return false
    this.#position++
    return true
  }

  #expected(what: string): HailWhaleError {
    const { kind, text } = this.#next
    const found = kind === 'end' ? 'the end' : `'${text}'`
    const operand = kind === 'name' || kind === 'quoted' || kind === 'number' || kind === 'duration'
    const hint = operand && what.startsWith('an operator') ? ' (in a URL, a plus is written %2B)' : ''
    return this.#fail(`expected ${what}, found ${found}${hint}`)
  }

  #unknown(what: string, token: Token, known: readonly string[]): HailWhaleError {
    const nearest = closest(token.text, known)
    return this.#fail(
      `there is no ${what} '${token.text}': nearest is ${nearest} (of ${known.join(', ')})`,
      token,
    )
  }

  #fail(message: string, token: Token = this.#next): HailWhaleError {
    return expressionError(this.#text, token.at, message)
  }
}
