/**
 * The subdimensions of a path: which of them a question is answered for, and their totals. Levels below the path are
 * walked from the top, `limit` children of each parent in the order asked for, each parent before its children.
 */

import { HailWhaleError } from '../model/errors.js'
import { type Expression, evaluateTotal } from '../model/expression/expression.js'
import type { Path } from '../model/path.js'
import type { TimeRange } from '../model/period.js'
import { type Children, readChildren } from './children.js'
import { type Frames, inputsFrom, readSeries, totalFrames } from './frames.js'
import { firstOf, orderOf, type Sort } from './order.js'
import { checkPoints, type Scope } from './scope.js'

/** Paths whose children one question reads, at most: each is a read, also where it has none. */
const MOST_PARENTS = 10_000

/** Which series a question is about. */
export interface Selection {
  readonly dimensions: readonly Path[]
  /** Leave the dimensions themselves out: only what is below them. */
  readonly childrenOnly: boolean
  /** Levels below each dimension. */
  readonly depth: number
  /** At most so many children of each parent; null: all. */
  readonly limit: number | null
  readonly sort: Sort
}

/** One series of a selection. */
export interface SelectedSeries {
  readonly path: Path
  /** Its totals, one per expression, where they were read to put children in order; undefined for the dimensions themselves. */
  readonly totals?: readonly number[]
}

/** Reads what the totals of a path's children are made of. Throws `too_many_points` where that would be more than an answer may be. */
export async function readChildTotals(
  scope: Scope,
  path: Path,
  expressions: readonly Expression[],
  range: TimeRange,
): Promise<Children> {
  const frames = totalFrames(scope, expressions, range)
  if (frames.points > 1) await checkChildren(scope, path, frames)
  return readChildren(scope, path, frames)
}

/** Children are counted before they are read with a point per bucket: there may be a hundred thousand. */
async function checkChildren(scope: Scope, path: Path, frames: Frames): Promise<void> {
  const most = Math.floor(scope.limits.pointsPerAnswer / (frames.points * frames.metrics.length))
  const children = await scope.reader.listChildren(scope.key, path, { limit: most + 1 })
  checkPoints(scope, children.length, frames.metrics.length, frames.points)
}

/** Reads the totals of one series, one per expression. */
export async function readTotals(
  scope: Scope,
  path: Path,
  expressions: readonly Expression[],
  range: TimeRange,
): Promise<number[]> {
  const frames = totalFrames(scope, expressions, range)
  const inputs = inputsFrom(frames, await readSeries(scope, path, frames))
  return expressions.map(expression => evaluateTotal(expression, inputs))
}

/**
 * Selects series, each once. `pointsEach` values per expression will be answered for each: `too_many_points` is thrown as
 * soon as that is too much.
 */
export async function selectSeries(
  scope: Scope,
  selection: Selection,
  expressions: readonly Expression[],
  range: TimeRange,
  pointsEach: number,
): Promise<SelectedSeries[]> {
  const selected = new Map<string, SelectedSeries>()
  const select = (series: SelectedSeries): void => {
    selected.set(JSON.stringify(series.path), series)
    checkPoints(scope, selected.size, expressions.length, pointsEach)
  }
  let parents = 0
  const descend = async (path: Path, depth: number): Promise<void> => {
    if (depth === 0) return
    parents += 1
    if (parents > MOST_PARENTS) throw tooDeep()
    for (const child of await orderedChildren(scope, path, selection, expressions, range)) {
      select(child)
      await descend(child.path, depth - 1)
    }
  }
  for (const path of selection.dimensions) {
    if (!selection.childrenOnly) select({ path })
    await descend(path, selection.depth)
  }
  return [...selected.values()]
}

function tooDeep(): HailWhaleError {
  return new HailWhaleError(
    'too_many_points',
    `the levels below have more than ${MOST_PARENTS} dimensions to look into: ask for a smaller depth or limit`,
  )
}

/** The children of a path that are selected, in order. */
async function orderedChildren(
  scope: Scope,
  path: Path,
  { sort, limit }: Selection,
  expressions: readonly Expression[],
  range: TimeRange,
): Promise<Required<SelectedSeries>[]> {
  const children = await readChildTotals(scope, path, expressions, range)
  const totals = expressions.map(expression => children.totals(expression))
  const sorted = sort.by === 'name' ? [] : (totals[sort.by] ?? new Float64Array(children.count))
  const numbers = Array.from({ length: children.count }, (_, number) => number)
  const order = orderOf(sort, sorted, number => children.child(number))
  return firstOf(numbers, limit ?? children.count, order).map(number => ({
    path: [...path, children.child(number).name],
    totals: totals.map(column => column[number]!),
  }))
}
