/**
 * A batch: what one commit counts, column by column. Each entry is an event (or several alike, summed): the leaves of
 * its paths, its tick, its shape and values, and the guards that may forbid counting it. Prefixes of the leaves are implied.
 * A batch refers to an interner for names; it is either being built (by one builder) or final.
 */
import { TICK_MS } from '../model/interval.js'
import type { Path } from '../model/path.js'
import { grown, KIND_DIMENSION, KIND_KEY, NodeTable, ROOT_NODE } from './nodes.js'
import { ShapeTable } from './shapes.js'

/** Names of many batches as numbers: the hail keeps one and starts anew when it has grown too large. */
export class Interner {
  readonly nodes = new NodeTable()
  readonly shapes = new ShapeTable()

  /** About how much memory the names take, in bytes. */
  get bytes(): number {
    return this.nodes.bytes + this.shapes.bytes
  }

  /** The node of a key. */
  key(key: Path): number {
    let node = ROOT_NODE
    for (const name of key) node = this.nodes.intern(node, KIND_KEY, name)
    return node
  }

  /** The node of a dimension path below a key's node. */
  dimension(keyNode: number, path: Path): number {
    let node = keyNode
    for (const name of path) node = this.nodes.intern(node, KIND_DIMENSION, name)
    return node
  }
}

/** What became of the guarded entries of a batch, and of the names that found no room. */
export interface BatchOutcome {
  /** Per entry: 1 where it was not counted, as its id or that of its request had been seen before. Empty for a batch without guards. */
  readonly duplicate: Uint8Array
  /** Entries (by index) that were counted under an overflow child; empty where none was, which is nearly always. */
  readonly overflowed: ReadonlySet<number>
}

/** A final batch. */
export interface Batch {
  readonly interner: Interner
  /** The server's clock when the batch was closed, epoch milliseconds: what the dedupe window counts from. */
  readonly receivedAtMs: number
  /** Entries add to exactly the nodes they name, not to the nodes above: how a reset takes away what it has read. */
  readonly exact: boolean
  readonly count: number
  /** Per entry: the time, in ticks since 1970. */
  readonly ticks: Int32Array
  /** Per entry: the shape, a number of the interner. */
  readonly shapes: Int32Array
  /** Entry e's leaves are `leaves[leafEnd[e - 1] … leafEnd[e])`: nodes of the interner, at least one. */
  readonly leafEnd: Int32Array
  readonly leaves: Int32Array
  /** Entry e's values are `values[valueEnd[e - 1] … valueEnd[e])`, in the order of its shape. */
  readonly valueEnd: Int32Array
  readonly values: Float64Array
  /** 16 bytes each: hashes of ids that are counted once. */
  readonly guards: Uint8Array
  readonly guardCount: number
  /** Per entry, where there are guards: its own guard and the guard of its request, or −1. */
  readonly eventGuard: Int32Array
  readonly requestGuard: Int32Array
  /** Told what became of the batch once it is applied, where the appender is in the same process. */
  applied?: (outcome: BatchOutcome) => void
}

/** Bytes of a guard. */
export const GUARD_BYTES = 16

/** Collects the entries of one commit. */
export class BatchBuilder {
  readonly interner: Interner
  readonly exact: boolean
  count = 0
  guardCount = 0
  #ticks = new Int32Array(64)
  #shapes = new Int32Array(64)
  #leafEnd = new Int32Array(64)
  #leaves = new Int32Array(128)
  #leafCount = 0
  #valueEnd = new Int32Array(64)
  #values = new Float64Array(128)
  #valueCount = 0
  #guards = new Uint8Array(0)
  #eventGuard = new Int32Array(0)
  #requestGuard = new Int32Array(0)

  constructor(interner: Interner, options: { readonly exact?: boolean } = {}) {
    this.interner = interner
    this.exact = options.exact ?? false
  }

  /** Adds a guard (16 bytes); returns its number. */
  guard(hash: Uint8Array): number {
    const at = this.guardCount * GUARD_BYTES
    this.#guards = grown(this.#guards, at + GUARD_BYTES)
    this.#guards.set(hash, at)
    return this.guardCount++
  }

  /** Adds a leaf to the entry being built. */
  leaf(node: number): void {
    if (this.#leafCount === this.#leaves.length) this.#leaves = grown(this.#leaves, this.#leafCount + 1)
    this.#leaves[this.#leafCount++] = node
  }

  /** Adds a value to the entry being built, in the order of its shape. */
  value(value: number): void {
    if (this.#valueCount === this.#values.length) this.#values = grown(this.#values, this.#valueCount + 1)
    this.#values[this.#valueCount++] = value
  }

  /** Forgets the leaves and values of the entry being built. */
  abandon(): void {
    this.#leafCount = this.count === 0 ? 0 : this.#leafEnd[this.count - 1]!
    this.#valueCount = this.count === 0 ? 0 : this.#valueEnd[this.count - 1]!
  }

  /** Ends the entry being built; returns its index. */
  entry(tick: number, shape: number, eventGuard = -1, requestGuard = -1): number {
    const e = this.count++
    if (e >= this.#ticks.length) this.#grow(e + 1)
    this.#ticks[e] = tick
    this.#shapes[e] = shape
    this.#leafEnd[e] = this.#leafCount
    this.#valueEnd[e] = this.#valueCount
    if (eventGuard >= 0 || requestGuard >= 0 || this.#eventGuard.length > 0)
      this.#guardEntry(e, eventGuard, requestGuard)
    return e
  }

  /** Takes back the entries from `count` on (a request that turned out wrong). */
  truncate(count: number): void {
    this.count = count
    this.abandon()
  }

  /** The batch: the builder must not be used afterwards. */
  finish(receivedAtMs: number): Batch {
    if (this.guardCount > 0) this.#padGuards()
    return {
      interner: this.interner,
      receivedAtMs,
      exact: this.exact,
      count: this.count,
      ticks: this.#ticks,
      shapes: this.#shapes,
      leafEnd: this.#leafEnd,
      leaves: this.#leaves,
      valueEnd: this.#valueEnd,
      values: this.#values,
      guards: this.#guards.subarray(0, this.guardCount * GUARD_BYTES),
      guardCount: this.guardCount,
      eventGuard: this.#eventGuard,
      requestGuard: this.#requestGuard,
    }
  }

  #grow(count: number): void {
    this.#ticks = grown(this.#ticks, count)
    this.#shapes = grown(this.#shapes, count)
    this.#leafEnd = grown(this.#leafEnd, count)
    this.#valueEnd = grown(this.#valueEnd, count)
  }

  #guardEntry(e: number, eventGuard: number, requestGuard: number): void {
    this.#padGuards(e)
    this.#eventGuard[e] = eventGuard
    this.#requestGuard[e] = requestGuard
  }

  /** Guard columns are made when the first guard comes: entries before it have none. */
  #padGuards(e = this.count - 1): void {
    const had = this.#eventGuard.length
    if (e < had) return
    this.#eventGuard = grown(this.#eventGuard, e + 64)
    this.#requestGuard = grown(this.#requestGuard, e + 64)
    this.#eventGuard.fill(-1, had)
    this.#requestGuard.fill(-1, had)
  }
}

/** The tick that holds a time. */
export function tickOf(atMs: number): number {
  return Math.floor(atMs / TICK_MS)
}
