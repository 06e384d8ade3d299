/** Sums being gathered for one series: from stored rows and from deltas, into one column per metric. */
import { TICK_MS } from '../model/interval.js'
import type { SumColumn, Sums } from '../query/reader.js'
import type { Generation } from '../rollup/rollup.js'
import type { RowCursor } from '../rollup/row-cursor.js'
import { addSums } from '../rollup/sum.js'
import type { PlanIndex } from './plan-index.js'

/** Sums of one series (or of several, added up). */
export class Summing implements Sums {
  readonly columns = new Map<string, SumColumn>()
  readonly #points: number

  constructor(points: number) {
    this.#points = points
  }

  /** The column of a metric, added where it is missing. */
  column(metric: string): SumColumn {
    let column = this.columns.get(metric)
    if (!column) {
      column = { values: new Float64Array(this.#points), counted: new Uint8Array(this.#points) }
      this.columns.set(metric, column)
    }
    return column
  }

  /** Adds the rest of the row a cursor has been opened on. */
  addRow(cursor: RowCursor, pointOf: Int32Array): void {
    while (cursor.next()) {
      const { count, positions, values } = cursor
      let column: SumColumn | undefined
      for (let i = 0; i < count; i++) {
        const point = pointOf[positions[i]!]!
        if (point < 0) continue
        column ??= this.column(cursor.metric)
        column.values[point] = addSums(column.values[point]!, values[i]!)
        column.counted[point] = 1
      }
    }
  }

  /**
   * Adds a node's deltas.
   * @param isStored whether the row a delta goes to (index of the plan's chunk) holds the generation already
   */
  addDeltas(
    generation: Generation,
    node: number,
    index: PlanIndex,
    wanted: ReadonlySet<string> | null,
    isStored: ((chunk: number) => boolean) | null,
  ): void {
    for (const segment of index.segments) {
      generation.deltas.each(node, segment.interval, (tick, shape, values, at) => {
        const ms = tick * TICK_MS
        if (ms < segment.fromMs || ms >= segment.untilMs || isStored?.(segment.chunkAt(ms))) return
        const point = index.pointAt(ms)
        if (point >= 0) this.#add(point, generation.series.shapes.names[shape]!, values, at, wanted)
      })
    }
  }

  #add(
    point: number,
    metrics: readonly string[],
    values: Float64Array,
    at: number,
    wanted: ReadonlySet<string> | null,
  ): void {
    for (let m = 0; m < metrics.length; m++) {
      if (wanted && !wanted.has(metrics[m]!)) continue
      const column = this.column(metrics[m]!)
      column.values[point] = addSums(column.values[point]!, values[at + m]!)
      column.counted[point] = 1
    }
  }
}
