/** Where the buckets of a plan's segments fall: from stored chunks and from delta ticks to the plan's points. */
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, type KeptInterval } from '../model/interval.js'
import type { TimePlan, TimeSegment } from '../query/reader.js'

/** One stored chunk that a plan reads: of each of its positions, the point it belongs to, or −1. */
export interface PlanChunk {
  readonly interval: KeptInterval
  readonly chunk: number
  readonly pointOf: Int32Array
}

/** A segment of a plan; `chunkAt` answers the index in the plan's `chunks` of the chunk that holds one of its times. */
export interface IndexedSegment extends TimeSegment {
  readonly chunkAt: (ms: number) => number
}

/** A plan, indexed. */
export class PlanIndex {
  readonly points: number
  /** Every chunk the plan reads, in time order. */
  readonly chunks: readonly PlanChunk[]
  readonly segments: readonly IndexedSegment[]
  readonly #edgesMs: Float64Array

  constructor(plan: TimePlan) {
    this.#edgesMs = plan.edgesMs
    this.points = plan.edgesMs.length - 1
    const chunks: PlanChunk[] = []
    this.segments = plan.segments.map(({ interval, fromMs, untilMs }) => {
      const widthMs = KEPT_INTERVAL_MS[interval]
      const chunkMs = CHUNK_BUCKETS[interval] * widthMs
      const firstChunk = Math.floor(fromMs / chunkMs)
      const first = chunks.length - firstChunk
      for (let chunk = firstChunk; chunk * chunkMs < untilMs; chunk++) {
        chunks.push({
          interval,
          chunk,
          pointOf: this.#pointsOf(chunk, widthMs, CHUNK_BUCKETS[interval], fromMs, untilMs),
        })
      }
      return { interval, fromMs, untilMs, chunkAt: (ms: number) => first + Math.floor(ms / chunkMs) }
    })
    this.chunks = chunks
  }

  /** The point that holds a time, or −1. */
  pointAt(ms: number): number {
    const edges = this.#edgesMs
    const last = this.points
    const from = edges[0]!
    if (!(ms >= from && ms < edges[last]!)) return -1
    // Points are nearly always of one width: guess, then put right.
    let point = Math.min(last - 1, Math.floor(((ms - from) / (edges[last]! - from)) * last))
    while (edges[point]! > ms) point--
    while (edges[point + 1]! <= ms) point++
    return point
  }

  #pointsOf(chunk: number, widthMs: number, buckets: number, fromMs: number, untilMs: number): Int32Array {
    const points = new Int32Array(buckets)
    for (let position = 0; position < buckets; position++) {
      const ms = (chunk * buckets + position) * widthMs
      points[position] = ms >= fromMs && ms < untilMs ? this.pointAt(ms) : -1
    }
    return points
  }
}
