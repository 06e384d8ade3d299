/**
 * The reference that expressions are tested against: one point at a time, straight from the words of the contract, at
 * whatever cost. It carries along how far another order of adding may lead, so that a comparison can be strict where
 * arithmetic is exact and lets go where a difference of nearly equal numbers is divided by.
 */
import type { ExpressionNode, Operator } from '../../src/model/expression/node.js'

/** One point of a metric: its sum, undefined where nothing was counted. */
export type PlainPoint = number | undefined

/** A table of points, and those of each shift. */
export interface PlainTable {
  readonly widthsMs: readonly number[]
  readonly metrics: Readonly<Record<string, readonly PlainPoint[]>>
  readonly shifts?: Readonly<Record<string, PlainTable>>
}

/** A value, and how far from it a right answer may be: `Infinity` where rounding decides. */
export interface PlainValue {
  readonly value: number
  readonly slack: number
}

const ROUNDING = 2 ** -50

/** The value of a node at point i. */
export function plainPoint(node: ExpressionNode, table: PlainTable, i: number): PlainValue {
  const upTo = Array.from({ length: i + 1 }, (_, j) => j)
  if (node.kind === 'constant') return exact(node.value)
  if (node.kind === 'metric') return exact(table.metrics[node.name]?.[i] ?? 0)
  if (node.kind === 'binary') {
    return operation(node.operator, plainPoint(node.left, table, i), plainPoint(node.right, table, i))
  }
  if (node.kind === 'previous') return plainPoint(node.of, table.shifts![node.duration]!, i)
  const at = (j: number): PlainValue => plainPoint(node.of, table, j)
  if (node.kind === 'negate') return { value: -at(i).value, slack: at(i).slack }
  if (node.kind === 'cumulative') return sumOf(upTo.map(at))
  if (node.kind === 'rate') return operation('/', at(i), exact(table.widthsMs[i]! / node.unitMs))
  if (node.kind === 'average') {
    const window = upTo.slice(-node.count).map(at)
    return operation('/', sumOf(window), exact(window.length))
  }
  const last = upTo.findLast(j => counted(node.of, table, j) !== false)
  return last === undefined ? exact(0) : at(last)
}

/** The value of a node over all points of the table as one. */
export function plainTotal(node: ExpressionNode, table: PlainTable): PlainValue {
  if (node.kind === 'constant') return exact(node.value)
  if (node.kind === 'metric') return sumOf((table.metrics[node.name] ?? []).map(point => exact(point ?? 0)))
  if (node.kind === 'binary') {
    return operation(node.operator, plainTotal(node.left, table), plainTotal(node.right, table))
  }
  if (node.kind === 'level') return plainPoint(node, table, table.widthsMs.length - 1)
  if (node.kind === 'previous') return plainTotal(node.of, table.shifts![node.duration]!)
  const total = plainTotal(node.of, table)
  if (node.kind === 'negate') return { value: -total.value, slack: total.slack }
  if (node.kind !== 'rate') return total
  const wholeMs = table.widthsMs.reduce((sum, widthMs) => sum + widthMs, 0)
  return operation('/', total, exact(wholeMs / node.unitMs))
}

/** Whether any metric in a node was counted at the point; undefined where there is no metric in it. */
function counted(node: ExpressionNode, table: PlainTable, i: number): boolean | undefined {
  if (node.kind === 'constant') return undefined
  if (node.kind === 'metric') return table.metrics[node.name]?.[i] !== undefined
  if (node.kind === 'previous') return counted(node.of, table.shifts![node.duration]!, i)
  if (node.kind !== 'binary') return counted(node.of, table, i)
  const [left, right] = [counted(node.left, table, i), counted(node.right, table, i)]
  return left === undefined ? right : left || right === true
}

function exact(value: number): PlainValue {
  return { value, slack: 0 }
}

/** The same operation on the same doubles is the same double; only what was inexact before can differ. */
function operation(operator: Operator, left: PlainValue, right: PlainValue): PlainValue {
  const results = {
    '+': [left.value + right.value, left.slack + right.slack],
    '-': [left.value - right.value, left.slack + right.slack],
    '*': [
      left.value * right.value,
      Math.abs(left.value) * right.slack + (Math.abs(right.value) + right.slack) * left.slack,
    ],
    '/': quotient(left, right),
  } as const
  const [value, slack] = results[operator]
  if (left.slack + right.slack === 0) return exact(Number.isFinite(value) ? value : 0)
  const whole = slack + ROUNDING * Math.abs(value)
  return Number.isFinite(whole) ? { value, slack: whole } : { value: 0, slack: Number.POSITIVE_INFINITY }
}

function quotient(left: PlainValue, right: PlainValue): readonly [number, number] {
  if (right.value === 0 && right.slack === 0) return [0, 0]
  const value = left.value / right.value
  const nearest = Math.abs(right.value) - right.slack
  if (nearest <= 0) return [0, Number.POSITIVE_INFINITY]
  return [value, (left.slack + Math.abs(value) * right.slack) / nearest]
}

/** Small multiples of 1/1024 add up exactly in any order; anything else may be off by rounding at each step. */
function sumOf(values: readonly PlainValue[]): PlainValue {
  const value = values.reduce((total, next) => total + next.value, 0)
  const exactly = values.every(
    next => next.slack === 0 && Number.isInteger(next.value * 1024) && Math.abs(next.value) < 2 ** 30,
  )
  if (exactly) return exact(value)
  const size = values.reduce((total, next) => total + Math.abs(next.value), 0)
  const slack = values.reduce((total, next) => total + next.slack, 0) + ROUNDING * values.length * size
  if (Number.isFinite(slack)) return { value, slack }
  return { value: 0, slack: Number.POSITIVE_INFINITY }
}
