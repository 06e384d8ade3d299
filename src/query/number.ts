/** One series over one time, without what is below it: what a single big number is made of. */
import type { Limits } from '../model/limits.js'
import type { Path } from '../model/path.js'
import type { Zones } from '../model/timezone.js'
import { pointsFrames, readSeries } from './frames.js'
import type { AskedValues } from './question.js'
import type { RollupReader } from './reader.js'
import { checkPoints, scopeOf } from './scope.js'
import { type AskedTime, rangeOf } from './time.js'
import { type SeriesValues, seriesValues } from './values.js'

/** Which series, and when. */
export interface NumberQuestion extends AskedValues {
  readonly dimension: Path
  readonly time: AskedTime
}

/** The series. Times are epoch milliseconds. */
export interface NumberAnswer {
  readonly from: number
  readonly to: number
  readonly times: readonly number[]
  readonly tz: string
  readonly values: SeriesValues
}

/** Answers it. Throws `too_many_points` before it reads points, `not_kept`, and `invalid_parameter`. */
export async function numberOf(
  reader: RollupReader,
  zones: Zones,
  question: NumberQuestion,
  limits: Limits,
): Promise<NumberAnswer> {
  const { metrics, dimension, time } = question
  const scope = scopeOf(reader, zones, question, limits)
  const range = rangeOf(time, scope)
  checkPoints(scope, 1, metrics.length, range.edgesMs.length - 1)
  const frames = pointsFrames(scope, metrics, range)
  const sums = await readSeries(scope, dimension, frames)
  return {
    from: range.fromMs,
    to: range.untilMs,
    times: Array.from(range.edgesMs.subarray(0, -1)),
    tz: scope.zone.id,
    values: seriesValues(metrics, frames, sums),
  }
}
