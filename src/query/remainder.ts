/**
 * Adding series up, and what is left of a parent when its children are taken away. Sums of decimals carry the noise of binary
 * fractions: a remainder is rounded to what its operands can tell, so that 0.3 − (0.1 + 0.2) is nothing.
 */

import { HITS } from '../model/event.js'
import type { FrameSums } from './frames.js'
import type { ChildColumns, SumColumn, Sums } from './reader.js'

/** Significant digits of the operands that a remainder is good for: doubles have 15 to 17, adding up loses some. */
const REMAINDER_DIGITS = 13

/** How far children's hits may exceed their parent's by rounding alone, relative to the parent's. */
const OVERLAP_TOLERANCE = 1e-9

interface MutableColumn extends SumColumn {
  /** Sum of the absolute values. */
  readonly magnitudes: Float64Array
}

/** Series added up, frame by frame. */
export class SeriesTotal {
  readonly #points: number
  readonly #frames: readonly Map<string, MutableColumn>[]

  /** Nothing yet, in so many frames of so many points. */
  constructor(frames: number, points: number) {
    this.#points = points
    this.#frames = Array.from({ length: frames }, () => new Map())
  }

  /** Adds a series. */
  add(series: FrameSums): void {
    for (const [frame, sums] of series.entries()) {
      for (const [metric, column] of sums.columns) addColumn(this.#column(frame, metric), column, 0)
    }
  }

  /** Adds the children at these places of a frame's columns; −1 is none. */
  addPlaces(frame: number, { columns, points }: ChildColumns, places: Int32Array): void {
    for (const [metric, column] of columns) {
      const total = this.#column(frame, metric)
      for (const place of places) if (place >= 0) addColumn(total, column, place * points)
    }
  }

  /** The sums so far. They go on changing with `add`. */
  get sums(): FrameSums {
    return this.#frames.map(columns => ({ columns }))
  }

  /**
   * What `parent` has of those metrics beyond what was added, or null where that is nothing, or where it can't be said because
   * what was added overlaps: its hits are more than the parent's at some point (events with several values).
   */
  remainderOf(parent: FrameSums, metrics: readonly string[]): FrameSums | null {
    if (parent.some((sums, frame) => this.#exceeds(sums, frame))) return null
    const rest = parent.map((sums, frame) => this.#remainder(sums, frame, metrics))
    return rest.some(sums => sums.columns.size > 0) ? rest : null
  }

  #column(frame: number, metric: string): MutableColumn {
    const columns = this.#frames[frame]!
    let total = columns.get(metric)
    if (total === undefined) {
      total = emptyColumn(this.#points)
      columns.set(metric, total)
    }
    return total
  }

  #exceeds(parent: Sums, frame: number): boolean {
    const added = this.#frames[frame]!.get(HITS)?.values
    const whole = parent.columns.get(HITS)?.values
    if (added === undefined) return false
    return added.some((hits, point) => {
      const most = whole?.[point] ?? 0
      return hits - most > OVERLAP_TOLERANCE * Math.max(Math.abs(most), 1)
    })
  }

  /** The columns in which anything is left. */
  #remainder(parent: Sums, frame: number, metrics: readonly string[]): Sums {
    const added = this.#frames[frame]!
    const columns = new Map<string, SumColumn>()
    for (const metric of metrics) {
      const column = remainderColumn(this.#points, parent.columns.get(metric), added.get(metric))
      if (column !== undefined) columns.set(metric, column)
    }
    return { columns }
  }
}

function emptyColumn(points: number): MutableColumn {
  return {
    values: new Float64Array(points),
    counted: new Uint8Array(points),
    magnitudes: new Float64Array(points),
  }
}

/** Adds the points that start at `from` in the part's arrays: those that were counted, the others are 0. */
function addColumn(total: MutableColumn, part: SumColumn, from: number): void {
  const { values, counted, magnitudes } = total
  const { values: added, counted: isCounted } = part
  for (let i = 0; i < values.length; i++) {
    if (isCounted[from + i] === 0) continue
    const value = added[from + i]!
    values[i]! += value
    magnitudes[i]! += Math.abs(value)
    counted[i] = 1
  }
}

function remainderColumn(
  points: number,
  whole: SumColumn | undefined,
  added: MutableColumn | undefined,
): SumColumn | undefined {
  const values = new Float64Array(points)
  const counted = new Uint8Array(points)
  let anything = false
  for (let i = 0; i < points; i++) {
    const value = whole?.values[i] ?? 0
    const rest = settled(value - (added?.values[i] ?? 0), Math.abs(value) + (added?.magnitudes[i] ?? 0))
    if (rest === 0) continue
    values[i] = rest
    counted[i] = 1
    anything = true
  }
  return anything ? { values, counted } : undefined
}

/** A difference rounded to what operands of that magnitude can tell. Whole numbers are exact as they are. */
function settled(difference: number, magnitude: number): number {
  if (Number.isInteger(difference)) return difference
  const decimals = REMAINDER_DIGITS - 1 - Math.floor(Math.log10(magnitude))
  return decimals >= 0 && decimals <= 100 ? Number(difference.toFixed(decimals)) : difference
}
