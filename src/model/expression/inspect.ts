/** What can be said of an expression without evaluating it: what it reads, and what its share is measured by. */
import { type Expression, type ExpressionNode, operandsOf } from './node.js'
import { printExpression } from './print.js'

/** The names of the metrics it reads, each once, in the order they are written. */
export function inputsOf(expression: Expression): readonly string[] {
  return collect(expression.root, node => (node.kind === 'metric' ? node.name : undefined))
}

/** The durations that `previous` looks back by, each once: for each, its inputs are read that much earlier as well. */
export function previousShiftsOf(expression: Expression): readonly string[] {
  return collect(expression.root, node => (node.kind === 'previous' ? node.duration : undefined))
}

/** Whether it asks for a standing level anywhere: what stood before the first point then matters. */
export function usesLevel(expression: Expression): boolean {
  return collect(expression.root, node => (node.kind === 'level' ? node.kind : undefined)).length > 0
}

/**
 * Whether it is a ratio: a division by something that depends on a metric, perhaps scaled by constants, negated, or as
 * a whole put into `previous` or `average`. `dollars/hits * 100` is one; `hits/2` and `dollars/hits + 1` are none.
 */
export function isRatio(expression: Expression): boolean {
  return denominatorOf(expression.root) !== undefined
}

/** What a share is measured by: of a ratio its denominator, else the expression itself. */
export function shareBasis(expression: Expression): Expression {
  const root = denominatorOf(expression.root)
  return root ? { text: printExpression(root), root } : expression
}

function denominatorOf(node: ExpressionNode): ExpressionNode | undefined {
  if (node.kind === 'negate') return denominatorOf(node.of)
  if (node.kind === 'previous' || node.kind === 'average') {
    const of = denominatorOf(node.of)
    return of && { ...node, of }
  }
  if (node.kind !== 'binary') return undefined
  const { operator, left, right } = node
  if (operator === '/') return isConstant(right) ? denominatorOf(left) : right
  if (operator !== '*') return undefined
  if (isConstant(right)) return denominatorOf(left)
  return isConstant(left) ? denominatorOf(right) : undefined
}

function isConstant(node: ExpressionNode): boolean {
  return node.kind !== 'metric' && operandsOf(node).every(isConstant)
}

function collect(
  root: ExpressionNode,
  pick: (node: ExpressionNode) => string | undefined,
): readonly string[] {
  const found = new Set<string>()
  const visit = (node: ExpressionNode): void => {
    const picked = pick(node)
    if (picked !== undefined) found.add(picked)
    operandsOf(node).forEach(visit)
  }
  visit(root)
  return [...found]
}
