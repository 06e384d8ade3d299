/**
 * Deltas: what was counted since the last flush. An event is added to the finest interval of its key alone. There the newest bucket of a
 * series is open; when a newer one begins it is closed, and cascades once into the next wider interval, where the same holds.
 * What comes late for a closed bucket goes on into the wider ones at once.
 *
 * So the deltas of an interval are its own accumulators and the open ones of all finer intervals; everything else in the finer
 * ones is already in its own. The cost of an event does not grow with the number of intervals, and a question of days does
 * not read minutes.
 */
import { KEPT_INTERVAL_MS, KEPT_INTERVALS, type KeptInterval, TICK_MS } from '../model/interval.js'
import { DeltaTable, type DeltaVisitor } from './delta-table.js'
import type { Policies, SeriesTable } from './series.js'

const LEVELS = KEPT_INTERVALS.length
const NO_LEVEL = -1

/** The deltas of one generation. */
export class Deltas {
  readonly series: SeriesTable
  readonly #tables: readonly DeltaTable[]
  /** Policy → its finest level. */
  readonly #finest: readonly number[]
  /** Policy × level → the next wider level of the policy, or −1. */
  readonly #wider: Int8Array

  constructor(series: SeriesTable, policies: Policies) {
    this.series = series
    this.#tables = KEPT_INTERVALS.map(interval => new DeltaTable(KEPT_INTERVAL_MS[interval] / TICK_MS))
    this.#finest = policies.all.map(({ retention }) => levelOf(retention[0]!.interval))
    this.#wider = new Int8Array(policies.all.length * LEVELS).fill(NO_LEVEL)
    for (const [policy, { retention }] of policies.all.entries()) {
      for (let i = 1; i < retention.length; i++) {
        this.#wider[policy * LEVELS + levelOf(retention[i - 1]!.interval)] = levelOf(retention[i]!.interval)
      }
    }
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#tables.reduce((bytes, table) => bytes + table.bytes, 0)
  }

  /** Makes room for all nodes of the series table: call before adding, after nodes were added. */
  fit(): void {
    for (const level of this.#finest) this.#tables[level]!.fit(this.series.nodes.count)
  }

  /** Adds the values `from[at … at + width)` to the series' bucket that holds a tick. */
  add(node: number, tick: number, shape: number, from: Float64Array, at: number, width: number): void {
    this.#addAt(this.#finest[this.series.policy[node]!]!, node, tick, shape, from, at, width)
  }

  /** Whether anything was counted of a series. */
  has(node: number): boolean {
    return this.#tables[this.#finest[this.series.policy[node]!]!]!.head(node) !== 0
  }

  /** Visits all that was counted of a series, by buckets of an interval that is kept of it, or of finer ones. */
  each(node: number, interval: KeptInterval, visit: DeltaVisitor): void {
    this.eachOf([node], interval, visit)
  }

  /**
   * Visits all that was counted of some series of one key, by buckets of an interval that is kept of it, or of finer ones. Goes from
   * interval to interval, not from series to series: memory is read in larger runs.
   */
  eachOf(nodes: readonly number[], interval: KeptInterval, visit: DeltaVisitor): void {
    if (nodes.length === 0) return
    const level = levelOf(interval)
    const policy = this.series.policy[nodes[0]!]!
    for (let finer = this.#finest[policy]!; finer !== level; finer = this.#wider[policy * LEVELS + finer]!) {
      if (finer === NO_LEVEL) return
      const table = this.#tables[finer]!
      for (let i = 0; i < nodes.length; i++) {
        const open = table.head(nodes[i]!)
        if (open !== 0)
          visit(table.bucketOf(open), table.shapeOf(open), table.values, table.valuesOf(open), i)
      }
    }
    const table = this.#tables[level]!
    for (let i = 0; i < nodes.length; i++) table.each(nodes[i]!, visit, i)
  }

  #addAt(
    level: number,
    node: number,
    tick: number,
    shape: number,
    from: Float64Array,
    at: number,
    width: number,
  ): void {
    const table = this.#tables[level]!
    const bucket = table.ticks === 1 ? tick : tick - (tick % table.ticks)
    const open = table.head(node)
    if (table.isOpen(open, bucket, shape)) table.addTo(open, from, at, width)
    else this.#addElsewhere(level, node, bucket, shape, from, at, width)
  }

  /** Adds to another bucket (or shape) than the open one: a newer one, which opens, or a closed one, which cascades. */
  #addElsewhere(
    level: number,
    node: number,
    bucket: number,
    shape: number,
    from: Float64Array,
    at: number,
    width: number,
  ): void {
    const table = this.#tables[level]!
    const open = table.head(node)
    const opens = open === 0 || bucket > table.bucketOf(open)
    const wider = this.#wider[this.series.policy[node]! * LEVELS + level]!
    if (opens && open !== 0 && wider !== NO_LEVEL) this.#close(table, open, wider, node)
    const found = opens ? 0 : table.find(node, bucket, shape)
    table.addTo(found === 0 ? table.make(node, bucket, shape, width, opens) : found, from, at, width)
    if (!opens && wider !== NO_LEVEL) this.#addAt(wider, node, bucket, shape, from, at, width)
  }

  #close(table: DeltaTable, open: number, wider: number, node: number): void {
    const shape = table.shapeOf(open)
    const width = this.series.shapes.names[shape]!.length
    this.#addAt(wider, node, table.bucketOf(open), shape, table.values, table.valuesOf(open), width)
  }
}

function levelOf(interval: KeptInterval): number {
  return KEPT_INTERVALS.indexOf(interval)
}
