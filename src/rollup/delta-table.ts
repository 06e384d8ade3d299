/**
 * Accumulators of one interval: each holds the values of one series, one bucket and one shape. Those of a series form a list; the one
 * at its head is open, the others are closed (`deltas.ts` says what that means). Any is found by a hash of (node, bucket, shape).
 */
import { grown } from './nodes.js'

/** Fields of an accumulator, as offsets into its integers. */
const NODE = 0
const BUCKET = 1
const SHAPE = 2
const NEXT = 3
const VALUE = 4
const HASH_NEXT = 5
const STRIDE = 6

/** Told of an accumulator: the first tick of its bucket, its shape, where its values are, and whose it is of the nodes visited. */
export type DeltaVisitor = (
  tick: number,
  shape: number,
  values: Float64Array,
  at: number,
  index: number,
) => void

/** The accumulators of one interval. Accumulators are numbers from 1 on; 0 is none. */
export class DeltaTable {
  /** Ticks of a bucket. */
  readonly ticks: number
  values = new Float64Array(256)
  #records = new Int32Array(STRIDE * 128)
  #head = new Int32Array(128)
  #count = 0
  #valueCount = 0
  #hash = new Int32Array(256)

  constructor(ticks: number) {
    this.ticks = ticks
  }

  /** Bytes in use: of records, their places in the hash, values and heads. */
  get bytes(): number {
    return this.#count * (STRIDE + 2) * 4 + this.#valueCount * 8 + this.#head.length * 4
  }

  /** Makes room for the heads of this many nodes. */
  fit(nodes: number): void {
    if (nodes > this.#head.length) this.#head = grown(this.#head, nodes)
  }

  /** The open accumulator of a node, or 0. */
  head(node: number): number {
    return this.#head[node] ?? 0
  }

  bucketOf(accumulator: number): number {
    return this.#records[accumulator * STRIDE + BUCKET]!
  }

  shapeOf(accumulator: number): number {
    return this.#records[accumulator * STRIDE + SHAPE]!
  }

  /** Where the accumulator's values start in `values`. */
  valuesOf(accumulator: number): number {
    return this.#records[accumulator * STRIDE + VALUE]!
  }

  /** Whether the open accumulator of a node is of this bucket and shape. */
  isOpen(accumulator: number, bucket: number, shape: number): boolean {
    const o = accumulator * STRIDE
    return accumulator !== 0 && this.#records[o + BUCKET] === bucket && this.#records[o + SHAPE] === shape
  }

  /** Adds the values `from[at … at + width)` to an accumulator. */
  addTo(accumulator: number, from: Float64Array, at: number, width: number): void {
    const values = this.values
    const value = this.#records[accumulator * STRIDE + VALUE]!
    for (let i = 0; i < width; i++) values[value + i]! += from[at + i]!
  }

  /** The accumulator of a node, bucket and shape, or 0. */
  find(node: number, bucket: number, shape: number): number {
    const records = this.#records
    let a = this.#hash[hashOf(node, bucket, shape) & (this.#hash.length - 1)]!
    for (; a !== 0; a = records[a * STRIDE + HASH_NEXT]!) {
      const o = a * STRIDE
      if (records[o] === node && records[o + BUCKET] === bucket && records[o + SHAPE] === shape) return a
    }
    return 0
  }

  /** Makes an accumulator of zeros, as the open one of its node or as a closed one behind it. */
  make(node: number, bucket: number, shape: number, width: number, open: boolean): number {
    const a = ++this.#count
    if (a > this.#hash.length) this.#rehash()
    this.#records = grown(this.#records, (a + 1) * STRIDE)
    this.fit(node + 1)
    const records = this.#records
    const value = this.#valueCount
    this.#valueCount += width
    this.values = grown(this.values, this.#valueCount)
    const o = a * STRIDE
    records[o] = node
    records[o + BUCKET] = bucket
    records[o + SHAPE] = shape
    records[o + VALUE] = value
    const slot = hashOf(node, bucket, shape) & (this.#hash.length - 1)
    records[o + HASH_NEXT] = this.#hash[slot]!
    this.#hash[slot] = a
    const head = this.#head[node]!
    records[o + NEXT] = open ? head : records[head * STRIDE + NEXT]!
    if (open) this.#head[node] = a
    else records[head * STRIDE + NEXT] = a
    return a
  }

  /** Visits the accumulators of a node, the open one first, then the closed ones, nearly always from new to old. */
  each(node: number, visit: DeltaVisitor, index: number): void {
    const records = this.#records
    for (let a = this.head(node); a !== 0; a = records[a * STRIDE + NEXT]!) {
      const o = a * STRIDE
      visit(records[o + BUCKET]!, records[o + SHAPE]!, this.values, records[o + VALUE]!, index)
    }
  }

  #rehash(): void {
    const hash = new Int32Array(this.#hash.length * 2)
    const records = this.#records
    for (let a = 1; a < this.#count; a++) {
      const o = a * STRIDE
      const slot = hashOf(records[o + NODE]!, records[o + BUCKET]!, records[o + SHAPE]!) & (hash.length - 1)
      records[o + HASH_NEXT] = hash[slot]!
      hash[slot] = a
    }
    this.#hash = hash
  }
}

/** Mixes the three numbers (a multiplicative hash in the manner of Knuth's, with the high bits folded down). */
function hashOf(node: number, bucket: number, shape: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(bucket, 0x85ebca6b) ^ Math.imul(shape, 0xc2b2ae35)
  return mixed ^ (mixed >>> 15)
}
