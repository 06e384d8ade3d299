/** The parts of a reset: every moment that is kept belongs to one of them, the finest that holds it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Reset } from '../model/changes.js'
import { KEPT_INTERVAL_MS, KEPT_INTERVALS } from '../model/interval.js'
import { DEFAULT_RETENTION, parseRetention, type Retention, readableFromMs } from '../model/retention.js'
import { FinerSums, type ResetPart, resetParts } from './reset-parts.js'

const DAY_MS = 86_400_000
const NOW_MS = 1_770_012_345_678

const retention: fc.Arbitrary<Retention> = fc
  .tuple(
    fc.subarray([...KEPT_INTERVALS], { minLength: 1 }),
    fc.array(fc.oneof(fc.nat(100), fc.nat(10_000)), { minLength: 5, maxLength: 5 }),
    fc.boolean(),
  )
  .map(([intervals, buckets, isForever]) =>
    intervals.map((interval, i) => ({
      interval,
      keepMs:
        isForever && i === intervals.length - 1
          ? Number.POSITIVE_INFINITY
          : KEPT_INTERVAL_MS[interval] * (1 + buckets[i]!),
    })),
  )
const agoMs = fc.oneof(fc.nat(3600_000), fc.nat(3 * DAY_MS), fc.nat(400 * DAY_MS))
const reset: fc.Arbitrary<Reset> = fc
  .record({ from: fc.option(agoMs), until: fc.option(agoMs) })
  .map(({ from, until }) => {
    const fromMs = from === null ? undefined : NOW_MS - Math.max(from, until ?? 0)
    const untilMs = until === null ? undefined : NOW_MS - Math.min(until, from ?? until)
    return {
      key: ['k'],
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(untilMs === undefined ? {} : { untilMs }),
    }
  })

/** From when on an interval holds whole buckets. */
function keptFromMs(rule: Retention[number]): number {
  const widthMs = KEPT_INTERVAL_MS[rule.interval]
  return Math.ceil(readableFromMs(rule, NOW_MS) / widthMs) * widthMs
}

/** What is taken away by a part itself: not what the finer interval holds of its last bucket. */
function own({ fromMs, untilMs, within }: ResetPart): { fromMs: number; untilMs: number } {
  return { fromMs, untilMs: within ? within.fromMs : untilMs }
}

describe('the parts of a reset', () => {
  test('hold each moment once, in the finest interval that has it', () => {
    fc.assert(
      fc.property(
        retention,
        reset,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
        (rules, one, shares) => {
          const parts = resetParts(rules, one, NOW_MS)
          const { fromMs = 0, untilMs = NOW_MS } = one
          const edges = parts.flatMap(part => [part.fromMs, part.untilMs, own(part).untilMs])
          const times = [
            ...edges,
            ...edges.map(ms => ms - 1),
            ...shares.map(share => fromMs + share * (untilMs - fromMs)),
          ]
          for (const ms of times.filter(ms => ms >= fromMs && ms < untilMs)) {
            const holders = parts.filter(part => ms >= own(part).fromMs && ms < own(part).untilMs)
            const finest = rules.find(rule => keptFromMs(rule) <= ms)
            expect(holders.map(({ interval }) => interval)).toEqual(finest ? [finest.interval] : [])
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('are whole buckets, no wider than the reset needs', () => {
    fc.assert(
      fc.property(retention, reset, (rules, one) => {
        for (const part of resetParts(rules, one, NOW_MS)) {
          const widthMs = KEPT_INTERVAL_MS[part.interval]
          expect([part.fromMs % widthMs, part.untilMs % widthMs]).toEqual([0, 0])
          expect(part.fromMs).toBeLessThan(part.untilMs)
          expect(part.fromMs).toBeGreaterThan((one.fromMs ?? 0) - widthMs)
          if (one.untilMs !== undefined) expect(part.untilMs).toBeLessThan(one.untilMs + widthMs)
          if (!part.within) continue
          expect(part.within.untilMs).toBe(part.untilMs)
          expect(part.within.fromMs).toBeGreaterThan(part.untilMs - widthMs)
          expect(KEPT_INTERVAL_MS[part.within.interval]).toBeLessThan(widthMs)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('of all time go from the tens of seconds of the last hours to the days for ever', () => {
    const parts = resetParts(DEFAULT_RETENTION, { key: ['k'] }, NOW_MS)
    expect(parts.map(({ interval }) => interval)).toEqual(['10s', '1m', '15m', '1d'])
    expect(parts.at(-1)!.fromMs).toBe(0)
    expect(parts[0]!.untilMs).toBeGreaterThan(NOW_MS + DAY_MS)
  })

  test('of a moment are the one bucket that holds it', () => {
    const fromMs = NOW_MS - 1000
    const one = { key: ['k'], fromMs, untilMs: fromMs + 1 }
    const startMs = Math.floor(fromMs / 60_000) * 60_000
    expect(resetParts(parseRetention('1m:1d,1d:forever'), one, NOW_MS)).toEqual([
      { interval: '1m', fromMs: startMs, untilMs: startMs + 60_000 },
    ])
  })
})

test('of a last bucket only what the finer interval does not hold is left', () => {
  const part: ResetPart = { interval: '1h', fromMs: 0, untilMs: 7_200_000 }
  const finer = new FinerSums()
  const at = (bucketMs: number, metric: string, value: number) => ({ bucketMs, metric, value })
  for (const value of [0.1, 0.2]) finer.add(at(5_400_000, 'dollars', value))
  expect(finer.rest(at(3_600_000, 'dollars', 0.3), part)).toEqual(at(3_600_000, 'dollars', 0))
  expect(finer.rest(at(3_600_000, 'dollars', 5), part).value).toBeCloseTo(4.7, 12)
  expect(finer.rest(at(3_600_000, 'hits', 5), part)).toEqual(at(3_600_000, 'hits', 5))
  expect(finer.rest(at(0, 'dollars', 5), part)).toEqual(at(0, 'dollars', 5))
})
