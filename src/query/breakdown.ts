/**
 * A path broken down by its children: which of them are shown, what the others add up to, what none of them has.
 * Children are read once, with their points; where those would take too much memory, first only the totals, then the points of
 * those that are shown and one sum over the others. Children are read before their parent: a count in between can't make
 * them exceed it.
 */

import { HITS } from '../model/event.js'
import { type Expression, evaluateTotal, inputsOf, shareBasis } from '../model/expression/expression.js'
import { tidy } from '../model/number.js'
import type { Path } from '../model/path.js'
import type { TimeRange } from '../model/period.js'
import { type Children, readChildren } from './children.js'
import {
  type FrameSums,
  type Frames,
  inputsFrom,
  pointsFrames,
  readOtherChildren,
  readSeries,
} from './frames.js'
import { firstOf, orderOf } from './order.js'
import type { Child } from './reader.js'
import { SeriesTotal } from './remainder.js'
import { checkPoints, type Scope } from './scope.js'
import { readChildTotals } from './subdimensions.js'

/** Values of children that are held at once: 4 MiB and a little. */
const MOST_VALUES = 512 * 1024

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
export interface SharedChild extends Child {
  readonly sums: FrameSums
  /** |child| / max(|parent|, largest |child|) of what shares are measured by; 0 to 1. */
  readonly share: number
}

/** Breaks a path down. Throws `too_many_points` before it reads points. */
export async function breakdown(scope: Scope, request: BreakdownRequest): Promise<Breakdown> {
  const points = request.range.edgesMs.length - 1
  checkPoints(scope, 1, request.expressions.length, points)
  const frames = pointsFrames(scope, request.expressions, request.range)
  const most = Math.floor(MOST_VALUES / (points * frames.metrics.length * frames.plans.length))
  // Hits only tell whether children overlap, unless they are asked for: then their sum is enough.
  const addedUp = request.expressions.flatMap(inputsOf).includes(HITS) ? [] : [HITS]
  const children = await readChildren(scope, request.path, frames, { most, addedUp })
  return children === null
    ? breakManyDown(scope, request, frames)
    : breakFewDown(scope, request, frames, children)
}

async function breakFewDown(
  scope: Scope,
  request: BreakdownRequest,
  frames: Frames,
  children: Children,
): Promise<Breakdown> {
  const parent = await readSeries(scope, request.path, frames)
  const chosen = choose(request, frames, parent, children)
  checkShown(scope, request, frames, chosen)
  const others = new SeriesTotal(frames.plans.length, frames.points)
  children.addTo(
    others,
    chosen.map(({ number }) => number),
  )
  const shown = chosen.map(({ number, ...child }) => ({ ...child, sums: children.sums(number) }))
  return assemble(request, frames, parent, shown, children.count, others.sums, children.addedUp)
}

async function breakManyDown(scope: Scope, request: BreakdownRequest, frames: Frames): Promise<Breakdown> {
  const { path, expressions, range } = request
  const children = await readChildTotals(scope, path, expressions, range)
  const parent = await readSeries(scope, path, frames)
  const chosen = choose(request, frames, parent, children)
  checkShown(scope, request, frames, chosen)
  const [others, ...sums] = await Promise.all([
    readOtherChildren(scope, path, frames, new Set(chosen.map(child => child.name))),
    ...chosen.map(child => readSeries(scope, [...path, child.name], frames)),
  ])
  const shown = chosen.map(({ number, ...child }, i) => ({ ...child, sums: sums[i]! }))
  return assemble(request, frames, await readSeries(scope, path, frames), shown, children.count, others)
}

function assemble(
  request: BreakdownRequest,
  frames: Frames,
  parent: FrameSums,
  shown: readonly SharedChild[],
  children: number,
  others: FrameSums,
  addedUp?: FrameSums,
): Breakdown {
  const all = new SeriesTotal(frames.plans.length, frames.points)
  for (const child of shown) all.add(child.sums)
  all.add(others)
  if (addedUp) all.add(addedUp)
  const inputs = [...new Set(request.expressions.flatMap(inputsOf))]
  return {
    frames,
    parent,
    shown,
    children,
    others: children === shown.length ? null : others,
    unattributed: children === 0 ? null : all.remainderOf(parent, inputs),
  }
}

/** A child that is chosen to be shown. */
interface ChosenChild extends Child {
  readonly number: number
  readonly share: number
}

/** Chooses the children to show, largest share first. `frames` are the parent's; the children may come in others. */
function choose(
  request: BreakdownRequest,
  frames: Frames,
  parent: FrameSums,
  children: Children,
): ChosenChild[] {
  const basis = shareBasis(request.expressions[0]!)
  const sizes = children.totals(basis).map(sizeOf)
  const largest = sizes.reduce(
    (most, size) => Math.max(most, size),
    sizeOf(evaluateTotal(basis, inputsFrom(frames, parent))),
  )
  const shareOf = (number: number): number => (largest === 0 ? 0 : sizes[number]! / largest)
  const passing: number[] = []
  for (let number = 0; number < sizes.length; number++) {
    if (shareOf(number) >= request.threshold - SHARE_TOLERANCE) passing.push(number)
  }
  const order = orderOf({ by: 0, descending: true }, sizes, number => children.child(number))
  return firstOf(passing, request.limit, order).map(number => {
    return { ...children.child(number), number, share: tidy(shareOf(number)) }
  })
}

function sizeOf(total: number): number {
  return tidy(Math.abs(total))
}

/** The answer has the overall, the others and the unattributed beside the shown children. */
function checkShown(scope: Scope, request: BreakdownRequest, frames: Frames, shown: readonly Child[]): void {
  checkPoints(scope, shown.length + 3, request.expressions.length, frames.points)
}
