/**
 * Evaluates expressions over columns of sums: point by point, or as one total over all points. Pure; what it needs is
 * handed in. Every step's result is finite: x/0, and what overflows, is 0.
 */
import { finite, sum } from '../number.js'
import type { SumColumn } from '../sums.js'
import { type BinaryNode, type Expression, type ExpressionNode, operandsOf } from './node.js'

/** The sums that an expression is evaluated on. Columns have one value per point. */
export interface ExpressionInputs {
  readonly points: number
  /** Width of point i in milliseconds. */
  readonly pointMs: (i: number) => number
  /** A metric's sums, undefined where it was never counted. Its arrays are only read. */
  column(metric: string): SumColumn | undefined
  /** The same points a duration of the expression earlier; asked for only those that `previousShiftsOf` names. */
  shifted(duration: string): ExpressionInputs
}

/** The value of an expression at each point, in an array of its own. */
export function evaluatePoints(expression: Expression, inputs: ExpressionInputs): Float64Array {
  return pointsOf(expression.root, inputs)
}

/**
 * The value of an expression over all points as one: each metric summed first, then the expression, so that a ratio's total is
 * the ratio of the totals. `cumulative(x)` and `average(x, n)` have x's total (of one bucket both are the bucket
 * itself), `level(x)` the level that stands at the last point, `previous(x, d)` the total of the shifted points, and
 * `rate(x, unit)` x's total per unit over the whole time.
 */
export function evaluateTotal(expression: Expression, inputs: ExpressionInputs): number {
  return totalOf(expression.root, inputs)
}

function totalOf(node: ExpressionNode, inputs: ExpressionInputs): number {
  switch (node.kind) {
    case 'constant':
      return node.value
    case 'metric': {
      const column = inputs.column(node.name)
      return column ? sum(column.values) : 0
    }
    case 'negate':
      return -totalOf(node.of, inputs)
    case 'binary':
      return operate(node.operator, totalOf(node.left, inputs), totalOf(node.right, inputs))
    case 'cumulative':
    case 'average':
      return totalOf(node.of, inputs)
    case 'level':
      return pointsOf(node, inputs)[inputs.points - 1] ?? 0
    case 'previous':
      return totalOf(node.of, inputs.shifted(node.duration))
    case 'rate':
      return operate('/', totalOf(node.of, inputs), wholeMs(inputs) / node.unitMs)
  }
}

/** Always a fresh array, so that each step may work in place. */
function pointsOf(node: ExpressionNode, inputs: ExpressionInputs): Float64Array {
  switch (node.kind) {
    case 'constant':
      return new Float64Array(inputs.points).fill(node.value)
    case 'metric':
      return inputs.column(node.name)?.values.slice() ?? new Float64Array(inputs.points)
    case 'negate':
      return mapPoints(pointsOf(node.of, inputs), value => -value)
    case 'binary':
      return combinePoints(node, inputs)
    case 'cumulative':
      return runningSums(pointsOf(node.of, inputs))
    case 'level':
      return standing(pointsOf(node.of, inputs), countedOf(node.of, inputs))
    case 'previous':
      return pointsOf(node.of, inputs.shifted(node.duration))
    case 'rate': {
      const { unitMs } = node
      return mapPoints(pointsOf(node.of, inputs), (value, i) =>
        operate('/', value, inputs.pointMs(i) / unitMs),
      )
    }
    case 'average':
      return movingMeans(pointsOf(node.of, inputs), node.count)
  }
}

function operate(operator: BinaryNode['operator'], left: number, right: number): number {
  if (operator === '+') return finite(left + right)
  if (operator === '-') return finite(left - right)
  if (operator === '*') return finite(left * right)
  return right === 0 ? 0 : finite(left / right)
}

function combinePoints(node: BinaryNode, inputs: ExpressionInputs): Float64Array {
  const left = pointsOf(node.left, inputs)
  const right = pointsOf(node.right, inputs)
  return mapPoints(left, (value, i) => operate(node.operator, value, right[i]!))
}

function mapPoints(values: Float64Array, map: (value: number, i: number) => number): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = map(values[i]!, i)
  return values
}

function runningSums(values: Float64Array): Float64Array {
  sum(values, values)
  return values
}

function standing(values: Float64Array, counted: Uint8Array): Float64Array {
  let level = 0
  return mapPoints(values, (value, i) => {
    if (counted[i]) level = value
    return level
  })
}

/** 1 where any metric below was counted; where there is none below (a constant), everywhere. */
function countedOf(node: ExpressionNode, inputs: ExpressionInputs): Uint8Array {
  const counted = new Uint8Array(inputs.points)
  return markCounted(node, inputs, counted) ? counted : counted.fill(1)
}

function markCounted(node: ExpressionNode, inputs: ExpressionInputs, counted: Uint8Array): boolean {
  if (node.kind === 'previous') return markCounted(node.of, inputs.shifted(node.duration), counted)
  if (node.kind === 'metric') {
    const marks = inputs.column(node.name)?.counted
    for (let i = 0; marks && i < counted.length; i++) counted[i]! |= marks[i]!
    return true
  }
  let metrics = false
  for (const operand of operandsOf(node)) metrics = markCounted(operand, inputs, counted) || metrics
  return metrics
}

/**
 * Means of the last `count` values, fewer at the start, in linear time and by additions only: a window is the tail of one
 * block of `count` values and the head of the next (van Herk 1992, there for maxima), so nothing is ever subtracted
 * and a large value leaves no error behind it.
 */
function movingMeans(values: Float64Array, count: number): Float64Array {
  const tails = values.slice()
  for (let i = values.length - 2; i >= 0; i--) {
    if ((i + 1) % count !== 0) tails[i] = tails[i]! + tails[i + 1]!
  }
  let head = 0
  return mapPoints(values, (value, i) => {
    head = i % count === 0 ? value : head + value
    const first = i - count + 1
    if (first < 0) return finite(head / (i + 1))
    return finite((first % count === 0 ? head : tails[first]! + head) / count)
  })
}

function wholeMs(inputs: ExpressionInputs): number {
  let ms = 0
  for (let i = 0; i < inputs.points; i++) ms += inputs.pointMs(i)
  return ms
}
