/**
 * The children of a path in all frames of a question: read side by side, evaluated side by side, and only those that are
 * shown made into objects. A child has a number here, from 0; in each frame it has a place in the columns, or −1.
 */
import {
  type Expression,
  type ExpressionInputs,
  evaluateTotal,
  usesLevel,
} from '../model/expression/expression.js'
import { sum } from '../model/number.js'
import type { Path } from '../model/path.js'
import type { SumColumn } from '../model/sums.js'
import { type FrameSums, type Frames, inputsFrom } from './frames.js'
import type { Child, ChildColumns, ChildrenOptions, Sums } from './reader.js'
import type { SeriesTotal } from './remainder.js'
import type { Scope } from './scope.js'

const NOWHERE = -1

/**
 * Reads the children of a path that have anything in any frame, in all frames, in no particular order. Null where there are more than
 * `options.most` (default: no matter how many).
 */
export async function readChildren(scope: Scope, path: Path, frames: Frames): Promise<Children>
export async function readChildren(
  scope: Scope,
  path: Path,
  frames: Frames,
  options: ChildrenOptions,
): Promise<Children | null>
export async function readChildren(
  scope: Scope,
  path: Path,
  frames: Frames,
  options?: ChildrenOptions,
): Promise<Children | null> {
  const { reader, key } = scope
  const read = await Promise.all(
    frames.plans.map(plan => reader.children(key, path, plan, frames.metrics, options)),
  )
  return read.every(({ complete }) => complete) ? new Children(frames, read) : null
}

/** The children of a path. */
export class Children {
  readonly count: number
  readonly #frames: Frames
  readonly #read: readonly ChildColumns[]
  /** Of each frame, the place of each child. */
  readonly #places: readonly Int32Array[]
  readonly #known: (Child | undefined)[] = []

  /** `read`: what was read for each of the frames. */
  constructor(frames: Frames, read: readonly ChildColumns[]) {
    this.#frames = frames
    this.#read = read
    this.#places = read.length === 1 ? [read[0]!.found] : joined(read)
    this.count = this.#places[0]!.length
  }

  /** The child of a number. */
  child(number: number): Child {
    this.#known[number] ??= this.#childOf(number)
    return this.#known[number]
  }

  /** The sums of a child. */
  sums(number: number): FrameSums {
    return this.#read.map((columns, frame) => sumsAt(columns, this.#places[frame]![number]!))
  }

  /** The metrics that were asked for as the sum over all children. */
  get addedUp(): FrameSums {
    return this.#read.map(({ addedUp }) => ({ columns: addedUp }))
  }

  /** The total of an expression for each child. */
  totals(expression: Expression): Float64Array {
    const totals = new Float64Array(this.count)
    // A level's total is what stands at the last point; all else follows from the totals of the metrics.
    if (usesLevel(expression)) {
      for (let i = 0; i < this.count; i++) {
        totals[i] = evaluateTotal(expression, inputsFrom(this.#frames, this.sums(i)))
      }
      return totals
    }
    let current = 0
    const inputs: ExpressionInputs[] = []
    for (const frame of this.#read.keys()) inputs.push(this.#totalInputs(frame, () => current, inputs))
    for (; current < this.count; current++) totals[current] = evaluateTotal(expression, inputs[0]!)
    return totals
  }

  /** Adds the children up, but those of these numbers. */
  addTo(total: SeriesTotal, except: readonly number[]): void {
    for (const [frame, columns] of this.#read.entries()) {
      const places = this.#places[frame]!.slice()
      for (const number of except) places[number] = NOWHERE
      total.addPlaces(frame, columns, places)
    }
  }

  #childOf(number: number): Child {
    const frame = this.#places.findIndex(places => places[number] !== NOWHERE)
    return this.#read[frame]!.child(this.#places[frame]![number]!)
  }

  /** Inputs of one point, the whole time, of whichever child is the current one. */
  #totalInputs(frame: number, current: () => number, all: readonly ExpressionInputs[]): ExpressionInputs {
    const { edgesMs } = this.#frames.plans[frame]!
    const wholeMs = edgesMs[edgesMs.length - 1]! - edgesMs[0]!
    const { points, columns } = this.#read[frame]!
    const places = this.#places[frame]!
    const total: SumColumn = { values: new Float64Array(1), counted: Uint8Array.of(1) }
    return {
      points: 1,
      pointMs: () => wholeMs,
      column: metric => {
        const column = columns.get(metric)
        const from = places[current()]! * points
        if (!column || from < 0) return undefined
        total.values[0] = sum(column.values, undefined, from, from + points)
        return total
      },
      shifted: duration => all[1 + this.#frames.shifts.indexOf(duration)]!,
    }
  }
}

/** The sums at a place of columns: of the metrics that were counted there. */
export function sumsAt({ points, columns }: ChildColumns, place: number): Sums {
  const own = new Map<string, SumColumn>()
  if (place === NOWHERE) return { columns: own }
  const from = place * points
  for (const [metric, { values, counted }] of columns) {
    const marks = counted.subarray(from, from + points)
    if (marks.includes(1)) own.set(metric, { values: values.subarray(from, from + points), counted: marks })
  }
  return { columns: own }
}

/** The places, in each frame, of the children of all frames. */
function joined(read: readonly ChildColumns[]): Int32Array[] {
  const numbers = new Map<string, number>()
  const found = read.map(columns => {
    return Array.from(columns.found, place => {
      const { name, overflow } = columns.child(place)
      const id = overflow ? `+${name}` : `-${name}`
      if (!numbers.has(id)) numbers.set(id, numbers.size)
      return { place, number: numbers.get(id)! }
    })
  })
  return found.map(children => {
    const places = new Int32Array(numbers.size).fill(NOWHERE)
    for (const { place, number } of children) places[number] = place
    return places
  })
}
