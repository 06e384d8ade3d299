/**
 * Deltas: what was counted since the last flush, in the finest interval only. An accumulator holds the values of one series, one
 * bucket and one shape. Adding is all that an event costs, however many intervals are kept: the wider ones are made when the
 * deltas are flushed, and added up when they are read before that.
 *
 * The accumulators of a series form a list (newest first); one that is not at its head is found by a hash of (node, bucket, shape).
 */
import { grown } from './nodes.js'
import type { SeriesTable } from './series.js'

/** Fields of an accumulator, as offsets into its five integers. */
export const NODE = 0
export const BUCKET = 1
export const SHAPE = 2
export const NEXT = 3
export const VALUE = 4
const HASH_NEXT = 5
/** Integers an accumulator takes. */
export const STRIDE = 6

/** The deltas of one generation. Hot fields are public arrays: read them, never write them. */
export class DeltaTable {
  readonly series: SeriesTable
  /** Accumulators, from 1 on: `records[a * STRIDE + field]`. BUCKET is the first tick of the bucket. */
  records = new Int32Array(STRIDE * 1024)
  values = new Float64Array(2048)
  /** Node → its newest accumulator, or 0. */
  head = new Int32Array(1024)
  count = 0
  #valueCount = 0
  #hash = new Int32Array(2048)

  constructor(series: SeriesTable) {
    this.series = series
  }

  /** Bytes held. */
  get bytes(): number {
    return (this.records.length + this.head.length + this.#hash.length) * 4 + this.values.length * 8
  }

  /** Makes room for accumulators of all nodes of the series table: call once before adding, after nodes were added. */
  fit(): void {
    if (this.head.length < this.series.nodes.count) this.head = grown(this.head, this.series.nodes.count)
  }

  /**
   * Adds the values `from[at … at + width)` to a series' bucket.
   * @param bucket the first tick of the bucket
   */
  add(node: number, bucket: number, shape: number, from: Float64Array, at: number, width: number): void {
    const records = this.records
    const newest = this.head[node]! * STRIDE
    let value: number
    if (newest !== 0 && records[newest + BUCKET] === bucket && records[newest + SHAPE] === shape) {
      value = records[newest + VALUE]!
    } else value = this.#find(node, bucket, shape, width)
    const values = this.values
    for (let i = 0; i < width; i++) values[value + i]! += from[at + i]!
  }

  /** Where the values of an accumulator are; made where there is none. */
  #find(node: number, bucket: number, shape: number, width: number): number {
    const slot = hashOf(node, bucket, shape) & (this.#hash.length - 1)
    const records = this.records
    for (let a = this.#hash[slot]!; a !== 0; a = records[a * STRIDE + HASH_NEXT]!) {
      const o = a * STRIDE
      if (records[o] === node && records[o + BUCKET] === bucket && records[o + SHAPE] === shape)
        return records[o + VALUE]!
    }
    return this.#make(node, bucket, shape, width)
  }

  #make(node: number, bucket: number, shape: number, width: number): number {
    const a = ++this.count
    if (a > this.#hash.length) this.#rehash()
    if ((a + 1) * STRIDE > this.records.length) this.records = grown(this.records, (a + 1) * STRIDE)
    const value = this.#valueCount
    this.#valueCount += width
    if (this.#valueCount > this.values.length) this.values = grown(this.values, this.#valueCount)
    const o = a * STRIDE
    const slot = hashOf(node, bucket, shape) & (this.#hash.length - 1)
    this.records[o] = node
    this.records[o + BUCKET] = bucket
    this.records[o + SHAPE] = shape
    this.records[o + NEXT] = this.head[node]!
    this.records[o + VALUE] = value
    this.records[o + HASH_NEXT] = this.#hash[slot]!
    this.#hash[slot] = a
    this.head[node] = a
    return value
  }

  #rehash(): void {
    const hash = new Int32Array(this.#hash.length * 2)
    const records = this.records
    for (let a = 1; a < this.count; a++) {
      const o = a * STRIDE
      const slot = hashOf(records[o]!, records[o + BUCKET]!, records[o + SHAPE]!) & (hash.length - 1)
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
