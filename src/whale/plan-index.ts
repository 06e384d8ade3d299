/** Where the buckets of a plan's segments fall: from stored chunks and from delta ticks to the plan's points. */
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, type KeptInterval } from '../model/interval.js'
import type { TimePlan } from '../query/reader.js'

/** One stored chunk that a plan reads: of each of its positions, the point it belongs to, or −1. */
export interface PlanChunk {
  readonly interval: KeptInterval
  readonly chunk: number
  readonly pointOf: Int32Array
}

/** A plan, indexed. */
export class PlanIndex {
  readonly points: number
  /** Every chunk the plan reads, in time order. */
  readonly chunks: readonly PlanChunk[]
  readonly #edgesMs: Float64Array
  readonly #segments: readonly {
    readonly fromMs: number
    readonly untilMs: number
    readonly chunkMs: number
    readonly first: number
  }[]

  constructor(plan: TimePlan) {
    this.#edgesMs = plan.edgesMs
    this.points = plan.edgesMs.length - 1
    const chunks: PlanChunk[] = []
    this.#segments = plan.segments.map(({ interval, fromMs, untilMs }) => {
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
      return { fromMs, untilMs, chunkMs, first }
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

  /** The index in `chunks` of the chunk that a time is read from, or −1 where the plan does not read it. */
  chunkAt(ms: number): number {
    for (const segment of this.#segments) {
      if (ms >= segment.fromMs && ms < segment.untilMs)
        return segment.first + Math.floor(ms / segment.chunkMs)
    }
    return -1
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
