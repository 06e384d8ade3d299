/**
 * A path broken down by its children: which of them are shown, what the others add up to, what none of them has.
 * Few children are read once, with their points; of many, first only the totals, then the points of those that are
 * shown and one sum over the others. Children are read before their parent: a count in between can't make them exceed it.
 */
import { type Expression, evaluateTotal, inputsOf, shareBasis } from '../model/expression/expression.js'
import { tidy } from '../model/number.js'
import type { Path } from '../model/path.js'
import type { TimeRange } from '../model/period.js'
import {
  type ChildFrames,
  type FrameSums,
  type Frames,
  inputsFrom,
  pointsFrames,
  readChildren,
  readOtherChildren,
  readSeries,
} from './frames.js'
import { compareNames, firstOf } from './order.js'
import { SeriesTotal } from './remainder.js'
import { checkPoints, type Scope } from './scope.js'
import { readChildTotals } from './subdimensions.js'

/** Up to so many children are read with their points at once. */
const FEW_CHILDREN = 32

/** A share misses the threshold by more than this, or it is the threshold: 0.3 of 3 is a tenth. */
const SHARE_TOLERANCE = 1e-12

/** What is to be broken down, and how far. */
export interface BreakdownRequest {
  readonly path: Path
  readonly expressions: readonly Expression[]
  readonly range: TimeRange
  /** Children with a smaller share are not shown; 0 to 1. */
  readonly threshold: number
  /** At most so many are shown. */
  readonly limit: number
}

/** A path broken down. Sums are to be read with `frames`. */
export interface Breakdown {
  readonly frames: Frames
  readonly parent: FrameSums
  /** Largest share first, then by name. */
  readonly shown: readonly SharedChild[]
  /** How many children there are in the time asked for, shown or not. */
  readonly children: number
  /** The children that are not shown, added up; null where there are none. */
  readonly others: FrameSums | null
  /** What no child has; null where that is nothing or can't be said. */
  readonly unattributed: FrameSums | null
}

/** A child, its part of the whole and its sums. */
export interface SharedChild extends ChildFrames {
  /** |child| / max(|parent|, largest |child|) of what shares are measured by; 0 to 1. */
  readonly share: number
}

/** Breaks a path down. Throws `too_many_points` before it reads points. */
export async function breakdown(scope: Scope, request: BreakdownRequest): Promise<Breakdown> {
  const points = request.range.edgesMs.length - 1
  checkPoints(scope, 1, request.expressions.length, points)
  const frames = pointsFrames(scope, request.expressions, request.range)
  const names = await scope.reader.listChildren(scope.key, request.path, { limit: FEW_CHILDREN + 1 })
  return names.length <= FEW_CHILDREN
    ? breakFewDown(scope, request, frames)
    : breakManyDown(scope, request, frames)
}

async function breakFewDown(scope: Scope, request: BreakdownRequest, frames: Frames): Promise<Breakdown> {
  const children = await readChildren(scope, request.path, frames)
  const parent = await readSeries(scope, request.path, frames)
  const { shown, rest } = divide(request, frames, parent, children)
  checkShown(scope, request, frames, shown)
  const others = totalOf(frames, rest)
  return assemble(request, frames, parent, shown, rest.length, others.sums)
}

async function breakManyDown(scope: Scope, request: BreakdownRequest, frames: Frames): Promise<Breakdown> {
  const { path, expressions, range } = request
  const totals = await readChildTotals(scope, path, expressions, range)
  const parent = await readSeries(scope, path, frames)
  const { shown: chosen, rest } = divide(request, totals.frames, parent, totals.children, frames)
  checkShown(scope, request, frames, chosen)
  const [others, ...sums] = await Promise.all([
    readOtherChildren(scope, path, frames, new Set(chosen.map(child => child.name))),
    ...chosen.map(child => readSeries(scope, [...path, child.name], frames)),
  ])
  const shown = chosen.map((child, i) => ({ ...child, sums: sums[i]! }))
  return assemble(request, frames, await readSeries(scope, path, frames), shown, rest.length, others)
}

function assemble(
  request: BreakdownRequest,
  frames: Frames,
  parent: FrameSums,
  shown: readonly SharedChild[],
  otherChildren: number,
  others: FrameSums,
): Breakdown {
  const all = totalOf(frames, shown)
  all.add(others)
  const children = shown.length + otherChildren
  const inputs = [...new Set(request.expressions.flatMap(inputsOf))]
  return {
    frames,
    parent,
    shown,
    children,
    others: otherChildren === 0 ? null : others,
    unattributed: children === 0 ? null : all.remainderOf(parent, inputs),
  }
}

/** Divides children into those to show, with their shares, and the rest. Children and parent may come in different frames. */
function divide(
  request: BreakdownRequest,
  frames: Frames,
  parent: FrameSums,
  children: readonly ChildFrames[],
  parentFrames = frames,
): { shown: SharedChild[]; rest: ChildFrames[] } {
  const basis = shareBasis(request.expressions[0]!)
  const sizeOf = (inFrames: Frames, sums: FrameSums): number =>
    tidy(Math.abs(evaluateTotal(basis, inputsFrom(inFrames, sums))))
  const sizes = children.map(child => sizeOf(frames, child.sums))
  const largest = sizes.reduce((most, size) => Math.max(most, size), sizeOf(parentFrames, parent))
  const shareOf = (i: number): number => (largest === 0 ? 0 : sizes[i]! / largest)
  const passing = [...sizes.keys()].filter(i => shareOf(i) >= request.threshold - SHARE_TOLERANCE)
  const chosen = firstOf(
    passing,
    request.limit,
    (a, b) => sizes[b]! - sizes[a]! || compareNames(children[a]!, children[b]!),
  )
  const shown = chosen.map(i => ({ ...children[i]!, share: tidy(shareOf(i)) }))
  const places = new Set(chosen)
  return { shown, rest: children.filter((_, i) => !places.has(i)) }
}

/** The answer has the overall, the others and the unattributed beside the shown children. */
function checkShown(
  scope: Scope,
  request: BreakdownRequest,
  frames: Frames,
  shown: readonly SharedChild[],
): void {
  checkPoints(scope, shown.length + 3, request.expressions.length, frames.points)
}

function totalOf(frames: Frames, children: readonly ChildFrames[]): SeriesTotal {
  const total = new SeriesTotal(frames.plans.length, frames.points)
  for (const child of children) total.add(child.sums)
  return total
}
