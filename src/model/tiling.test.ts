import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, type Interval, KEPT_INTERVAL_MS, KEPT_INTERVALS, TICK_MS } from './interval.js'
import { parseRetention, type Retention, readableFromMs } from './retention.js'
import { firstTileable, type Tile, tilePoints, tileTotal } from './tiling.js'

const NOW = Date.UTC(2026, 2, 1, 10, 30, 20)

const anyRetention: fc.Arbitrary<Retention> = fc
  .uniqueArray(
    fc.record({
      interval: fc.constantFrom(...KEPT_INTERVALS),
      keepMs: fc.oneof(
        fc.integer({ min: 1, max: 60 }).map(hours => hours * HOUR_MS),
        fc.constant(Infinity),
      ),
    }),
    { selector: rule => rule.interval, minLength: 1 },
  )
  .map(rules => KEPT_INTERVALS.flatMap(interval => rules.filter(rule => rule.interval === interval)))

/** Edges around now, at multiples of some width: 1 to 5 points. */
const anyEdges = fc
  .tuple(
    fc.constantFrom(TICK_MS, 60_000, 900_000, HOUR_MS),
    fc.integer({ min: -70 * 360, max: 10 * 360 }),
    fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 5 }),
  )
  .map(([width, start, lengths]) => {
    const edges = [Math.floor((NOW + start * TICK_MS) / width) * width]
    for (const length of lengths) edges.push(edges.at(-1)! + length * width)
    return Float64Array.from(edges.filter(edge => edge <= edges[0]! + 3 * DAY_MS))
  })
  .filter(edges => edges.length > 1)

/** Whether each tick of [fromMs, untilMs) is in a readable kept bucket that doesn't reach beyond. */
function coverable(fromMs: number, untilMs: number, asked: Interval, retention: Retention): boolean {
  for (let tick = fromMs; tick < untilMs; tick += TICK_MS) {
    const covered = retention.some(rule => {
      const width = KEPT_INTERVAL_MS[rule.interval]
      const start = Math.floor(tick / width) * width
      return start >= Math.max(fromMs, readableFromMs(rule, NOW, asked)) && start + width <= untilMs
    })
    if (!covered) return false
  }
  return true
}

function expectTiles(
  tiles: readonly Tile[],
  edges: readonly number[],
  asked: Interval,
  retention: Retention,
): void {
  let at = edges[0]!
  for (const [i, { interval, fromMs, untilMs }] of tiles.entries()) {
    const width = KEPT_INTERVAL_MS[interval]
    expect(fromMs).toBe(at)
    expect(untilMs).toBeGreaterThan(fromMs)
    expect(tiles[i + 1]?.interval).not.toBe(interval)
    const rule = retention.find(kept => kept.interval === interval)!
    expect(fromMs).toBeGreaterThanOrEqual(readableFromMs(rule, NOW, asked))
    const inside = edges.filter(edge => edge > fromMs && edge < untilMs)
    for (const edge of [fromMs, untilMs, ...inside]) expect(edge % width).toBe(0)
    at = untilMs
  }
  expect(at).toBe(edges.at(-1))
}

describe('tiles', () => {
  test('of points cover them with readable buckets, or some of the time is not kept', () => {
    const anyAsked = fc.constantFrom<Interval>('10s', '1h', '1d', '1w')
    fc.assert(
      fc.property(anyEdges, anyAsked, anyRetention, (edges, asked, retention) => {
        const tiles = tilePoints(edges, asked, retention, NOW)
        const points = [...edges.subarray(1)].map((until, i) => [edges[i]!, until] as const)
        const covered = points.map(([from, until]) => coverable(from, until, asked, retention))
        expect(tiles !== null).toBe(covered.every(Boolean))
        expect(firstTileable(edges, asked, retention, NOW)).toBe(covered.lastIndexOf(false) + 1)
        if (tiles) expectTiles(tiles, [...edges], asked, retention)
      }),
      { numRuns: 300 },
    )
  })

  test('of a total cover it', () => {
    fc.assert(
      fc.property(anyEdges, anyRetention, (edges, retention) => {
        const from = edges[0]!
        const until = edges.at(-1)!
        const tiles = tileTotal(from, until, '1h', retention, NOW)
        expect(tiles !== null).toBe(coverable(from, until, '1h', retention))
        if (tiles) expectTiles(tiles, [from, until], '1h', retention)
      }),
      { numRuns: 300 },
    )
  })

  test('an empty point between others needs none', () => {
    const retention = parseRetention('1h:2d')
    const hour = Date.UTC(2026, 2, 1, 8)
    const edges = Float64Array.of(hour, hour + HOUR_MS, hour + HOUR_MS, hour + 2 * HOUR_MS)
    expect(tilePoints(edges, '1h', retention, NOW)).toEqual([
      { interval: '1h', fromMs: hour, untilMs: hour + 2 * HOUR_MS },
    ])
  })

  test('start at 1970', () => {
    const edges = Float64Array.of(-3 * DAY_MS, -2 * DAY_MS, 0, 2 * DAY_MS)
    const tile = { interval: '1d', fromMs: 0, untilMs: 2 * DAY_MS }
    expect(tilePoints(edges, '1d', parseRetention('1d:forever'), NOW)).toEqual([tile])
    expect(tileTotal(-DAY_MS, 2 * DAY_MS, '1d', parseRetention('1d:forever'), NOW)).toEqual([tile])
    expect(tileTotal(-2 * DAY_MS, -DAY_MS, '1d', parseRetention('1d:forever'), NOW)).toEqual([])
  })

  test('a total takes days in the middle, but no more rows than hours alone need', () => {
    const retention = parseRetention('1m:8d,1h:400d,1d:forever')
    const from = Date.UTC(2026, 1, 1, 5)
    expect(tileTotal(from, from + 20 * DAY_MS, '1h', retention, NOW)?.map(tile => tile.interval)).toEqual([
      '1h',
      '1d',
      '1h',
    ])
    const hour = Date.UTC(2026, 2, 1, 9, 31)
    expect(tileTotal(hour, hour + HOUR_MS, '1m', retention, NOW)).toEqual([
      { interval: '1m', fromMs: hour, untilMs: hour + HOUR_MS },
    ])
  })
})
