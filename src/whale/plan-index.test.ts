/** The index of a plan against a search from the left: which point each bucket of each chunk belongs to. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, KEPT_INTERVALS } from '../model/interval.js'
import type { TimePlan } from '../query/reader.js'
import { PlanIndex } from './plan-index.js'

const MINUTE_MS = 60_000
const START_MS = 1_770_000_000_000

/** Points of one width or of any, and segments of the kept intervals that lie around and within them. */
const plan: fc.Arbitrary<TimePlan> = fc
  .record({
    offsetMs: fc.nat(5000).map(minutes => minutes * MINUTE_MS),
    widths: fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 60 }))
        .map(([w, n]) => Array<number>(n).fill(w)),
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 40 }),
      // Two widths far apart: a guess by proportion is far off.
      fc
        .tuple(fc.nat(30), fc.nat(30))
        .map(([a, b]) => [...Array<number>(a + 1).fill(1), ...Array<number>(b).fill(4000)]),
    ),
    cuts: fc.array(fc.tuple(fc.constantFrom(...KEPT_INTERVALS), fc.nat(1000)), { maxLength: 3 }),
  })
  .map(({ offsetMs, widths, cuts }) => {
    const fromMs = START_MS + offsetMs
    const edges = [fromMs]
    for (const width of widths) edges.push(edges.at(-1)! + width * MINUTE_MS)
    const lengthMs = Math.min(edges.at(-1)! - fromMs, 3 * 86_400_000)
    const segments = cuts.map(([interval, share]) => {
      const widthMs = KEPT_INTERVAL_MS[interval]
      const startMs = Math.floor((fromMs + (lengthMs * share) / 1000) / widthMs) * widthMs
      return { interval, fromMs: startMs, untilMs: startMs + widthMs * (1 + (share % 150)) }
    })
    return { edgesMs: Float64Array.from(edges), segments }
  })

function pointAt({ edgesMs }: TimePlan, ms: number): number {
  for (let point = 0; point + 1 < edgesMs.length; point++) {
    if (ms >= edgesMs[point]! && ms < edgesMs[point + 1]!) return point
  }
  return -1
}

describe('the index of a plan', () => {
  test('finds the point of a time', () => {
    fc.assert(
      fc.property(plan, fc.array(fc.nat(1_000_000), { maxLength: 30 }), (one, shares) => {
        const index = new PlanIndex({ ...one, segments: [] })
        const { edgesMs } = one
        const first = edgesMs[0]!
        const lengthMs = edgesMs.at(-1)! - first
        const times = [...edgesMs].flatMap(ms => [ms - 1, ms, ms + 1])
        times.push(...shares.map(share => first + (share / 1_000_000) * lengthMs))
        const wrong = times.filter(ms => index.pointAt(ms) !== pointAt(one, ms))
        expect(wrong).toEqual([])
        expect(index.points).toBe(edgesMs.length - 1)
        expect(index.pointAt(Number.NaN)).toBe(-1)
      }),
    )
  })

  test('says of each position of each chunk which point it belongs to, and to which chunk a time belongs', () => {
    fc.assert(
      fc.property(plan, one => {
        const index = new PlanIndex(one)
        const reads = one.segments.flatMap(({ interval, fromMs, untilMs }, s) => {
          const chunkMs = CHUNK_BUCKETS[interval] * KEPT_INTERVAL_MS[interval]
          const first = Math.floor(fromMs / chunkMs)
          const count = Math.ceil(untilMs / chunkMs) - first
          return Array.from({ length: count }, (_, i) => ({ s, interval, chunk: first + i, fromMs, untilMs }))
        })
        expect(index.chunks.map(({ interval, chunk }) => [interval, chunk])).toEqual(
          reads.map(({ interval, chunk }) => [interval, chunk]),
        )
        for (const [i, { s, interval, chunk, fromMs, untilMs }] of reads.entries()) {
          const expected = Array.from({ length: CHUNK_BUCKETS[interval] }, (_, position) => {
            const ms = (chunk * CHUNK_BUCKETS[interval] + position) * KEPT_INTERVAL_MS[interval]
            return ms >= fromMs && ms < untilMs ? pointAt(one, ms) : -1
          })
          expect([...index.chunks[i]!.pointOf]).toEqual(expected)
          const chunkMs = CHUNK_BUCKETS[interval] * KEPT_INTERVAL_MS[interval]
          expect(index.segments[s]!.chunkAt(chunk * chunkMs)).toBe(i)
          expect(index.segments[s]!.chunkAt((chunk + 1) * chunkMs - 1)).toBe(i)
        }
      }),
      { numRuns: 60 },
    )
  })
})
