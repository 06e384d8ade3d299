/**
 * `/graph`: what a graph needs in one answer, column by column: overall, the children with a share that shows, the
 * others as one, and what has no child. Plain data, so that `stream.ts` can tell what changed.
 */
import type { Limits } from '../model/limits.js'
import type { Zones } from '../model/timezone.js'
import { type Breakdown, breakdown, type SharedChild } from './breakdown.js'
import type { FrameSums } from './frames.js'
import { inOrder } from './order.js'
import type { GraphQuestion } from './question.js'
import type { RollupReader } from './reader.js'
import { scopeOf } from './scope.js'
import { rangeOf } from './time.js'
import { type SeriesValues, seriesValues } from './values.js'

/** The answer. Times are epoch milliseconds; every column has a value for each of `times`. */
export interface GraphAnswer {
  readonly key: readonly string[]
  /** The path that is broken down; `[]` is the root. */
  readonly dimension: readonly string[]
  /** Start of the first bucket. */
  readonly from: number
  /** End of the last bucket. */
  readonly to: number
  readonly interval: string
  readonly tz: string
  readonly metrics: readonly string[]
  /** Start of each bucket. */
  readonly times: readonly number[]
  readonly overall: SeriesValues
  /** The children whose share is at least the threshold, largest first unless another order was asked for. */
  readonly series: readonly GraphSeries[]
  /** The remaining children added up; null where none remain. */
  readonly other: GraphOther | null
  /** What the path has and none of its children has; null where that is nothing, or children overlap. */
  readonly unattributed: SeriesValues | null
  /** Children with anything in the time asked for, shown or not. */
  readonly children: number
}

/** A child's line. */
export interface GraphSeries extends SeriesValues {
  readonly dimension: readonly string[]
  readonly name: string
  /** |child| / max(|parent|, largest |child|), 0 to 1. */
  readonly share: number
  /** Present on the overflow child: what was counted beyond the most children that a parent can have. */
  readonly overflow?: true
}

/** The remaining children as one line. */
export interface GraphOther extends SeriesValues {
  /** How many they are. */
  readonly children: number
}

/** Answers `/graph`. Throws `too_many_points` before it reads points, `not_kept`, and `invalid_parameter` for a time that can't be. */
export async function graph(
  reader: RollupReader,
  zones: Zones,
  question: GraphQuestion,
  limits: Limits,
): Promise<GraphAnswer> {
  const scope = scopeOf(reader, zones, question, limits)
  const range = rangeOf(question.time, scope)
  const { dimension: path, metrics: expressions, threshold, limit } = question
  const found = await breakdown(scope, { path, expressions, range, threshold, limit })
  const values = (sums: FrameSums) => seriesValues(expressions, found.frames, sums)
  return {
    key: question.key,
    dimension: path,
    from: range.fromMs,
    to: range.untilMs,
    interval: range.interval,
    tz: scope.zone.id,
    metrics: expressions.map(({ text }) => text),
    times: Array.from(range.edgesMs.subarray(0, -1)),
    overall: values(found.parent),
    series: seriesOf(question, found),
    other: found.others && { children: found.children - found.shown.length, ...values(found.others) },
    unattributed: found.unattributed && values(found.unattributed),
    children: found.children,
  }
}

function seriesOf(question: GraphQuestion, found: Breakdown): GraphSeries[] {
  const series = found.shown.map(child => ({
    child,
    ...seriesValues(question.metrics, found.frames, child.sums),
  }))
  const entries = series.map(({ child, total, points }) => seriesEntry(question, child, { total, points }))
  if (question.sort === null) return entries
  const texts = question.metrics.map(({ text }) => text)
  return inOrder(
    entries.map(entry => ({ name: entry.name, overflow: entry.overflow === true, entry })),
    question.sort,
    ({ entry }) => texts.map(text => entry.total[text]!),
  ).map(({ entry }) => entry)
}

function seriesEntry(question: GraphQuestion, child: SharedChild, values: SeriesValues): GraphSeries {
  return {
    dimension: [...question.dimension, child.name],
    name: child.name,
    share: child.share,
    ...(child.overflow && { overflow: true as const }),
    ...values,
  }
}
