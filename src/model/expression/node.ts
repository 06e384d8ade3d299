/** What an expression is once it is parsed: a tree of a few kinds of nodes, plain data. */

/** An expression: what was asked for, and what it means. */
export interface Expression {
  /** As asked, trimmed: the label of its values in every answer. */
  readonly text: string
  readonly root: ExpressionNode
}

/** An operator between two operands. */
export type Operator = '+' | '-' | '*' | '/'

/** A finite number, not negative (a minus is a node of its own). */
export interface ConstantNode {
  readonly kind: 'constant'
  readonly value: number
}

/** A metric by its name, in NFC. */
export interface MetricNode {
  readonly kind: 'metric'
  readonly name: string
}

/** A unary minus. */
export interface NegateNode {
  readonly kind: 'negate'
  readonly of: ExpressionNode
}

/** Two operands and what is done with them; x/0 is 0. */
export interface BinaryNode {
  readonly kind: 'binary'
  readonly operator: Operator
  readonly left: ExpressionNode
  readonly right: ExpressionNode
}

/** `cumulative(x)`: the running sum. */
export interface CumulativeNode {
  readonly kind: 'cumulative'
  readonly of: ExpressionNode
}

/** `level(x)`: the value of the last point that had one stands until the next. */
export interface LevelNode {
  readonly kind: 'level'
  readonly of: ExpressionNode
}

/** `previous(x, 1w)`: x as long before as `duration` says. Its operand holds no other `previous`. */
export interface PreviousNode {
  readonly kind: 'previous'
  readonly of: ExpressionNode
  /** `<n><unit>`, n ≥ 1 without leading zeros, units s m h d w mo y. */
  readonly duration: string
}

/** `rate(x, 1s)`: x per unit of time. */
export interface RateNode {
  readonly kind: 'rate'
  readonly of: ExpressionNode
  /** `<n><unit>`, n ≥ 1 without leading zeros, units s m h d w. */
  readonly unit: string
  readonly unitMs: number
}

/** `average(x, 7)`: the mean of the last `count` points, fewer at the start. */
export interface AverageNode {
  readonly kind: 'average'
  readonly of: ExpressionNode
  readonly count: number
}

/** Any node. */
export type ExpressionNode =
  | ConstantNode
  | MetricNode
  | NegateNode
  | BinaryNode
  | CumulativeNode
  | LevelNode
  | PreviousNode
  | RateNode
  | AverageNode

/** The operands of a node, left to right. */
export function operandsOf(node: ExpressionNode): readonly ExpressionNode[] {
  if (node.kind === 'constant' || node.kind === 'metric') return []
  return node.kind === 'binary' ? [node.left, node.right] : [node.of]
}
