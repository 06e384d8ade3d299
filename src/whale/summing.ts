/**
 * Sums being gathered, from stored rows and from deltas: of one series, or of many side by side. Each series has a place; a
 * metric's column holds the points of place 0, then those of place 1, and so on, and grows with the places.
 */
import { TICK_MS } from '../model/interval.js'
import type { SumColumn } from '../query/reader.js'
import { grown } from '../rollup/nodes.js'
import type { Generation } from '../rollup/rollup.js'
import type { RowCursor } from '../rollup/row-cursor.js'
import { addSums } from '../rollup/sum.js'
import type { PlanIndex } from './plan-index.js'

/** Tells of one of the nodes and a chunk of the plan (by their indexes) whether its row holds the generation already. */
export type IsStored = (node: number, chunk: number) => boolean

/** A metric's sums so far. */
interface GrowingColumn {
  readonly metric: string
  values: Float64Array
  counted: Uint8Array
  isUsed: boolean
  /** From one place to the next: the points, or 0 where all places are added up. */
  readonly stride: number
}

/** Sums of series by place. */
export class Summing {
  readonly #points: number
  readonly #expected: number
  readonly #addedUp: readonly string[]
  readonly #columns: GrowingColumn[] = []
  /** Of the cursor's metrics, in its order. */
  readonly #cursorColumns: GrowingColumn[] = []
  /** Of each shape of the generation that was added last: a column for each of its metrics, where it is wanted. */
  #shapeColumns: (readonly (GrowingColumn | undefined)[])[] = []
  #generation: Generation | undefined
  #places = 0
  #found = new Uint8Array(1)

  /** `places`: how many there will be, about. There may be more. Of the metrics `addedUp`, all places have one column. */
  constructor(points: number, places = 1, addedUp: readonly string[] = []) {
    this.#points = points
    this.#expected = places
    this.#addedUp = addedUp
  }

  /** A column for each metric that anything was counted of. The arrays may be longer than the places need. */
  columns(): ReadonlyMap<string, SumColumn> {
    return this.#used(column => column.stride > 0)
  }

  /** The same of the metrics that are added up over all places. */
  addedUp(): ReadonlyMap<string, SumColumn> {
    return this.#used(column => column.stride === 0)
  }

  #used(isWanted: (column: GrowingColumn) => boolean): ReadonlyMap<string, SumColumn> {
    return new Map(
      this.#columns
        .filter(column => column.isUsed && isWanted(column))
        .map(({ metric, values, counted }) => [metric, { values, counted }]),
    )
  }

  /** The places of which anything was counted, ascending. */
  found(): Int32Array {
    const places = new Int32Array(this.#places)
    let count = 0
    for (let place = 0; place < this.#places; place++) if (this.#found[place] === 1) places[count++] = place
    return places.subarray(0, count)
  }

  /** Adds the rest of the row a cursor has been opened on. */
  addRow(place: number, cursor: RowCursor, pointOf: Int32Array): void {
    this.#reach(place)
    const { positions, values } = cursor
    while (cursor.next()) {
      const column = this.#cursorColumn(cursor)
      const base = place * column.stride
      const { count } = cursor
      for (let i = 0; i < count; i++) {
        const point = pointOf[positions[i]!]!
        if (point >= 0) this.#add(column, place, base + point, values[i]!)
      }
    }
  }

  /** Adds the deltas of nodes of one key, each to its place, but those that the stored rows hold. */
  addDeltas(
    places: readonly number[],
    generation: Generation,
    nodes: readonly number[],
    index: PlanIndex,
    wanted: ReadonlySet<string> | null,
    isStored: IsStored | null,
  ): void {
    for (const place of places) this.#reach(place)
    for (const { interval, fromMs, untilMs, chunkAt } of index.segments) {
      generation.deltas.eachOf(nodes, interval, (tick, shape, values, at, i) => {
        const ms = tick * TICK_MS
        if (ms < fromMs || ms >= untilMs || isStored?.(i, chunkAt(ms))) return
        const point = index.pointAt(ms)
        if (point < 0) return
        const place = places[i]!
        const columns = this.#columnsOf(generation, shape, wanted)
        for (let m = 0; m < columns.length; m++) {
          const column = columns[m]
          if (column) this.#add(column, place, place * column.stride + point, values[at + m]!)
        }
      })
    }
  }

  #add(column: GrowingColumn, place: number, at: number, value: number): void {
    column.values[at] = addSums(column.values[at]!, value)
    column.counted[at] = 1
    column.isUsed = true
    this.#found[place] = 1
  }

  /** Makes room for a place. */
  #reach(place: number): void {
    if (place < this.#places) return
    this.#places = place + 1
    this.#found = grown(this.#found, Math.max(this.#places, this.#expected))
    if (this.#places > this.#expected) for (const column of this.#columns) this.#fit(column)
  }

  #fit(column: GrowingColumn): void {
    const most = column.stride === 0 ? this.#points : Math.max(this.#places, this.#expected) * this.#points
    column.values = grown(column.values, most)
    column.counted = grown(column.counted, most)
  }

  #cursorColumn(cursor: RowCursor): GrowingColumn {
    const { metricIndex } = cursor
    this.#cursorColumns[metricIndex] ??= this.#column(cursor.metric)
    return this.#cursorColumns[metricIndex]!
  }

  #columnsOf(
    generation: Generation,
    shape: number,
    wanted: ReadonlySet<string> | null,
  ): readonly (GrowingColumn | undefined)[] {
    if (this.#generation !== generation) {
      this.#generation = generation
      this.#shapeColumns = []
    }
    const known = this.#shapeColumns[shape]
    if (known) return known
    const metrics = generation.series.shapes.names[shape]!
    const columns = metrics.map(metric => (wanted?.has(metric) === false ? undefined : this.#column(metric)))
    this.#shapeColumns[shape] = columns
    return columns
  }

  #column(metric: string): GrowingColumn {
    const known = this.#columns.find(column => column.metric === metric)
    if (known) return known
    const stride = this.#addedUp.includes(metric) ? 0 : this.#points
    const column = { metric, values: NO_VALUES, counted: NO_MARKS, isUsed: false, stride }
    this.#fit(column)
    this.#columns.push(column)
    return column
  }
}

const NO_VALUES = new Float64Array(0)
const NO_MARKS = new Uint8Array(0)
