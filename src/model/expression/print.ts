/** From tree to text: what `parseExpression` reads back as the same tree. */
import type { BinaryNode, ExpressionNode } from './node.js'

/** How tightly a node holds together; an operand that holds less tightly goes in parentheses. */
const SUM = 1
const PRODUCT = 2
const UNARY = 3
const OPERAND = 4

const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_.]*$/u

/** A metric's name as an expression spells it: as it is where it is an identifier, else in back-quotes. */
export function printMetric(name: string): string {
  return PLAIN_NAME.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}

/** A tree as text, with spaces around operators and no parentheses that are not needed. */
export function printExpression(node: ExpressionNode): string {
  switch (node.kind) {
    case 'constant':
      return String(node.value)
    case 'metric':
      return printMetric(node.name)
    case 'negate':
      return `-${printOperand(node.of, UNARY)}`
    case 'binary':
      return printBinary(node)
    case 'previous':
      return `previous(${printExpression(node.of)}, ${node.duration})`
    case 'rate':
      return `rate(${printExpression(node.of)}, ${node.unit})`
    case 'average':
      return `average(${printExpression(node.of)}, ${node.count})`
    default:
      return `${node.kind}(${printExpression(node.of)})`
  }
}

function printBinary(node: BinaryNode): string {
  const own = tightness(node)
  return `${printOperand(node.left, own)} ${node.operator} ${printOperand(node.right, own + 1)}`
}

function printOperand(node: ExpressionNode, atLeast: number): string {
  const text = printExpression(node)
  return tightness(node) < atLeast ? `(${text})` : text
}

function tightness(node: ExpressionNode): number {
  if (node.kind === 'binary') return node.operator === '+' || node.operator === '-' ? SUM : PRODUCT
  return node.kind === 'negate' ? UNARY : OPERAND
}
