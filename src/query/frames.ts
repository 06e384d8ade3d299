/**
 * Frames: the time that a question reads, once as asked and once more for each `previous` in its expressions. All frames
 * of a question have the same number of points and read the same metrics; the first is the time as asked.
 */
import { HITS } from '../model/event.js'
import {
  type Expression,
  type ExpressionInputs,
  inputsOf,
  previousShiftsOf,
  usesLevel,
} from '../model/expression/expression.js'
import type { Path } from '../model/path.js'
import type { TimeRange } from '../model/period.js'
import { pointsPlan, shiftRange, totalPlan } from './plan.js'
import type { Sums, TimePlan } from './reader.js'
import type { Scope } from './scope.js'

/** What is read for a question. */
export interface Frames {
  /** The time as asked, then one plan for each of `shifts`. */
  readonly plans: readonly TimePlan[]
  readonly shifts: readonly string[]
  /** Names of the metrics read; `hits` always among them, to tell children that overlap. */
  readonly metrics: readonly string[]
  /** Points of each frame. */
  readonly points: number
}

/** The sums of one series in each frame. */
export type FrameSums = readonly Sums[]

/** Frames with a point per bucket of the range. */
export function pointsFrames(scope: Scope, expressions: readonly Expression[], range: TimeRange): Frames {
  return framesOf(scope, expressions, range, pointsPlan)
}

/**
 * Frames for totals: one point over the whole range, read as cheaply as it goes; a point per bucket where an expression
 * asks for a level, whose total is that of its last bucket.
 */
export function totalFrames(scope: Scope, expressions: readonly Expression[], range: TimeRange): Frames {
  return framesOf(scope, expressions, range, expressions.some(usesLevel) ? pointsPlan : totalPlan)
}

function framesOf(
  scope: Scope,
  expressions: readonly Expression[],
  range: TimeRange,
  plan: typeof pointsPlan,
): Frames {
  const shifts = [...new Set(expressions.flatMap(previousShiftsOf))]
  const ranges = [range, ...shifts.map(duration => shiftRange(range, duration, scope.zone))]
  const plans = ranges.map(each => plan(each, scope.retention, scope.nowMs))
  return {
    plans,
    shifts,
    metrics: [...new Set([...expressions.flatMap(inputsOf), HITS])],
    points: plans[0]!.edgesMs.length - 1,
  }
}

/** Reads one series in all frames. */
export function readSeries(scope: Scope, path: Path, frames: Frames): Promise<FrameSums> {
  return Promise.all(frames.plans.map(plan => scope.reader.series(scope.key, path, plan, frames.metrics)))
}

/** Reads the sum of a path's children but those named, in all frames. */
export function readOtherChildren(
  scope: Scope,
  path: Path,
  frames: Frames,
  except: ReadonlySet<string>,
): Promise<FrameSums> {
  return Promise.all(
    frames.plans.map(plan => scope.reader.sumChildren(scope.key, path, plan, frames.metrics, except)),
  )
}

/** What expressions are evaluated on: the sums of one series in all frames. */
export function inputsFrom(frames: Frames, sums: FrameSums, frame = 0): ExpressionInputs {
  const { edgesMs } = frames.plans[frame]!
  const { columns } = sums[frame]!
  return {
    points: frames.points,
    pointMs: i => edgesMs[i + 1]! - edgesMs[i]!,
    column: metric => columns.get(metric),
    shifted: duration => inputsFrom(frames, sums, 1 + frames.shifts.indexOf(duration)),
  }
}
