/**
 * `/plotpoints`: points as Flot draws them, by dimension and metric. The series themselves are kept apart from that shape, for
 * answers that want rows.
 */
import { evaluatePoints } from '../model/expression/expression.js'
import type { Limits } from '../model/limits.js'
import { type Path, pathLabel } from '../model/path.js'
import type { Zones } from '../model/timezone.js'
import { inputsFrom, pointsFrames, readSeries } from './frames.js'
import type { PlotpointsQuestion } from './question.js'
import type { RollupReader } from './reader.js'
import { checkPoints, scopeOf } from './scope.js'
import { selectSeries } from './subdimensions.js'
import { rangeOf } from './time.js'
import { byMetric, type Columns, tidied } from './values.js'

/** Dimension → metric → points, each `[ms, value]`: dense, ascending, the last bucket holding now. */
export type PlotpointsAnswer = Readonly<
  Record<string, Readonly<Record<string, readonly (readonly [ms: number, value: number])[]>>>
>

/** The series that were asked for: each dimension, then what is below it. */
export interface Plotpoints {
  readonly key: Path
  /** Texts of the metrics asked for. */
  readonly metrics: readonly string[]
  /** Start of each bucket, epoch milliseconds. */
  readonly times: readonly number[]
  readonly series: readonly { readonly path: Path; readonly points: Columns }[]
}

/** Series read at once. */
const READS_AT_ONCE = 64

/** Answers `/plotpoints`. Throws `too_many_points` before it reads points, `not_kept`, and `invalid_parameter`. */
export async function plotpoints(
  reader: RollupReader,
  zones: Zones,
  question: PlotpointsQuestion,
  limits: Limits,
): Promise<Plotpoints> {
  const scope = scopeOf(reader, zones, question, limits)
  const range = rangeOf(question.time, scope)
  const expressions = question.metrics
  const points = range.edgesMs.length - 1
  checkPoints(scope, question.childrenOnly ? 1 : question.dimensions.length, expressions.length, points)
  const frames = pointsFrames(scope, expressions, range)
  const selected = await selectSeries(scope, question, expressions, range, points)
  const series: { path: Path; points: Columns }[] = []
  for (let first = 0; first < selected.length; first += READS_AT_ONCE) {
    const some = selected.slice(first, first + READS_AT_ONCE)
    const sums = await Promise.all(some.map(({ path }) => readSeries(scope, path, frames)))
    for (const [i, { path }] of some.entries()) {
      const inputs = inputsFrom(frames, sums[i]!)
      series.push({ path, points: byMetric(expressions, each => tidied(evaluatePoints(each, inputs))) })
    }
  }
  return {
    key: question.key,
    metrics: expressions.map(({ text }) => text),
    times: Array.from(range.edgesMs.subarray(0, -1)),
    series,
  }
}

/** The Flot-ready shape. */
export function plotpointsAnswer({ metrics, times, series }: Plotpoints): PlotpointsAnswer {
  return Object.fromEntries(
    series.map(({ path, points }) => [
      pathLabel(path),
      Object.fromEntries(
        metrics.map(metric => [metric, times.map((ms, i) => [ms, points[metric]![i]!] as const)]),
      ),
    ]),
  )
}
