/** Deltas against sums by hand: each kept interval of each series adds up, in whatever order the counts came. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KEPT_INTERVAL_MS, type KeptInterval, TICK_MS } from '../model/interval.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { parseRetention } from '../model/retention.js'
import { Deltas } from './deltas.js'
import { KIND_DIMENSION, KIND_KEY, ROOT_NODE } from './nodes.js'
import { Policies, SeriesTable } from './series.js'

const SHAPES = [['hits'], ['hits', 'dollars'], ['dollars', 'hits', 'ms'], ['ms']] as const
/** A key for each policy. */
const RETENTIONS = {
  all: '10s:6h,1m:8d,15m:400d,1h:400d,1d:forever',
  ends: '10s:6h,1d:forever',
  minutes: '1m:8d,1h:30d',
  days: '1d:forever',
} as const
const KEYS = Object.keys(RETENTIONS) as (keyof typeof RETENTIONS)[]
const CHILDREN = 3

/** A count of one of the series. */
interface Add {
  readonly node: number
  readonly tick: number
  readonly shape: number
  readonly values: readonly number[]
}

/** The series: of each key its own and those of some children. */
async function seriesTable(): Promise<{ series: SeriesTable; policies: Policies; nodes: number[] }> {
  const byKey = new Map(KEYS.map(key => [JSON.stringify([key]), parseRetention(RETENTIONS[key])]))
  const policies = new Policies(parseRetention('1h:forever'), byKey)
  const series = new SeriesTable(policies, DEFAULT_LIMITS)
  for (const shape of SHAPES) series.shapes.intern(shape)
  for (const key of KEYS) series.ensure(ROOT_NODE, KIND_KEY, key)
  await series.load({ read: async addresses => addresses.map(() => undefined) })
  const nodes = KEYS.flatMap(key => {
    const own = series.ensure(ROOT_NODE, KIND_KEY, key)
    const names = Array.from({ length: CHILDREN }, (_, i) => `child ${i}`)
    return [own, ...names.map(name => series.ensure(own, KIND_DIMENSION, name))]
  })
  return { series, policies, nodes }
}

const { series, policies, nodes } = await seriesTable()

const START_TICK = 177_000_000
const tick = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 0, max: 400 }),
  fc.integer({ min: 0, max: 40_000 }),
)
const add: fc.Arbitrary<Add> = fc.record({
  node: fc.constantFrom(...nodes),
  tick: tick.map(ticks => START_TICK + ticks),
  shape: fc.nat(SHAPES.length - 1),
  values: fc.array(fc.integer({ min: -5, max: 1000 }), { minLength: 3, maxLength: 3 }),
})
/** As they come: in the order of time, nearly so, or in none. */
const adds = fc
  .tuple(fc.array(add, { maxLength: 300 }), fc.constantFrom('sorted', 'backwards', 'any', 'late'))
  .map(([list, order]) => {
    const sorted = list.toSorted((a, b) => a.tick - b.tick)
    if (order === 'sorted') return sorted
    if (order === 'backwards') return sorted.reverse()
    if (order === 'any') return list
    return sorted.flatMap((one, i) => (i % 5 === 0 ? [one, list[i]!] : [one]))
  })

function expectedSums(list: readonly Add[], node: number, interval: KeptInterval): Map<string, number> {
  const ticks = KEPT_INTERVAL_MS[interval] / TICK_MS
  const sums = new Map<string, number>()
  for (const { tick, shape, values } of list.filter(one => one.node === node)) {
    for (const [i, metric] of SHAPES[shape]!.entries()) {
      const cell = `${Math.floor(tick / ticks)} ${metric}`
      sums.set(cell, (sums.get(cell) ?? 0) + values[i]!)
    }
  }
  return sums
}

function visitedSums(deltas: Deltas, node: number, interval: KeptInterval): Map<string, number> {
  const ticks = KEPT_INTERVAL_MS[interval] / TICK_MS
  const sums = new Map<string, number>()
  deltas.each(node, interval, (tick, shape, values, at) => {
    for (const [i, metric] of series.shapes.names[shape]!.entries()) {
      const cell = `${Math.floor(tick / ticks)} ${metric}`
      sums.set(cell, (sums.get(cell) ?? 0) + values[at + i]!)
    }
  })
  return sums
}

function addTo(deltas: Deltas, { node, tick, shape, values }: Add): void {
  // The values lie somewhere in a batch's.
  const column = Float64Array.of(99, ...values, 99)
  deltas.add(node, tick, shape, column, 1, SHAPES[shape]!.length)
}

function expectAll(deltas: Deltas, list: readonly Add[]): void {
  for (const node of nodes) {
    expect(deltas.has(node)).toBe(list.some(one => one.node === node))
    for (const { interval } of series.retentionOf(node)) {
      expect(visitedSums(deltas, node, interval)).toEqual(expectedSums(list, node, interval))
    }
  }
}

describe('deltas', () => {
  test('add up in every kept interval of every series, in whatever order they came', () => {
    fc.assert(
      fc.property(adds, list => {
        const deltas = new Deltas(series, policies)
        deltas.fit()
        for (const one of list) addTo(deltas, one)
        expectAll(deltas, list)
      }),
      { numRuns: 150 },
    )
  })

  test('add up at any moment, not only at the end', () => {
    fc.assert(
      fc.property(fc.array(add, { maxLength: 25 }), list => {
        const deltas = new Deltas(series, policies)
        deltas.fit()
        for (let count = 1; count <= list.length; count++) {
          addTo(deltas, list[count - 1]!)
          expectAll(deltas, list.slice(0, count))
        }
      }),
      { numRuns: 40 },
    )
  })

  test('add up after thousands of buckets', () => {
    const deltas = new Deltas(series, policies)
    const list = Array.from({ length: 20_000 }, (_, i) => ({
      ...{ node: nodes[i % nodes.length]!, shape: i % 3 },
      ...{ tick: START_TICK + ((i * 7919) % 30_000), values: [1, i, -i] },
    }))
    for (const one of list) addTo(deltas, one)
    expectAll(deltas, list)
    expect(deltas.bytes).toBeGreaterThan(20_000 * 8)
  })

  test('a question of days does not visit what lies in the closed buckets of minutes', () => {
    const deltas = new Deltas(series, policies)
    const node = nodes[0]!
    for (let i = 0; i < 8640; i++) addTo(deltas, { node, tick: START_TICK + i, shape: 0, values: [1, 0, 0] })
    let visited = 0
    deltas.each(node, '1d', () => {
      visited++
    })
    expect(visited).toBeLessThanOrEqual(6)
  })
})
