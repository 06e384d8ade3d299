/** Values on their way out: evaluated, tidied, as plain arrays and objects by metric. */
import { type Expression, evaluatePoints, evaluateTotal } from '../model/expression/expression.js'
import { tidy } from '../model/number.js'
import { type FrameSums, type Frames, inputsFrom } from './frames.js'

/** One value per metric asked for, under the text it was asked with. */
export type Totals = Readonly<Record<string, number>>

/** One column of values per metric asked for. */
export type Columns = Readonly<Record<string, readonly number[]>>

/** A series as it goes out: its totals over the whole time and its points. */
export interface SeriesValues {
  readonly total: Totals
  readonly points: Columns
}

/** Evaluates a series; its frames have a point per bucket. */
export function seriesValues(
  expressions: readonly Expression[],
  frames: Frames,
  sums: FrameSums,
): SeriesValues {
  const inputs = inputsFrom(frames, sums)
  return {
    total: byMetric(expressions, expression => tidy(evaluateTotal(expression, inputs))),
    points: byMetric(expressions, expression => tidied(evaluatePoints(expression, inputs))),
  }
}

/** An object with one entry per expression, under its text (also one that is `__proto__`). */
export function byMetric<T>(
  expressions: readonly Expression[],
  value: (expression: Expression, index: number) => T,
): Record<string, T> {
  return Object.fromEntries(
    expressions.map((expression, index) => [expression.text, value(expression, index)]),
  )
}

/** Values as a plain array of tidy numbers. */
export function tidied(values: Float64Array): number[] {
  const plain = new Array<number>(values.length)
  for (let i = 0; i < values.length; i++) plain[i] = tidy(values[i]!)
  return plain
}
