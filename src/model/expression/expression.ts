/**
 * Metric expressions: `dollars/hits`, `cumulative(dollars)`, `previous(dollars, 1w)`. The door to this folder:
 * text → tree (parser), what it reads (inspect), its values (evaluate), tree → text (print).
 */
export { type ExpressionInputs, evaluatePoints, evaluateTotal } from './evaluate.js'
export { inputsOf, isRatio, previousShiftsOf, shareBasis, usesLevel } from './inspect.js'
export type { Expression, ExpressionNode } from './node.js'
export { parseExpression } from './parser.js'
export { printExpression, printMetric } from './print.js'
export { splitExpressions } from './split.js'
