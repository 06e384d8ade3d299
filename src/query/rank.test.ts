import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askRank, event, NOW_MS } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { columnsOf } from '../../test/support/child-columns.js'
import { pathLabel } from '../model/path.js'

function counted(
  events: readonly (readonly [path: string[], metrics: Record<string, number>])[],
): BruteReader {
  const reader = new BruteReader(NOW_MS)
  for (const [path, metrics] of events) reader.add(event([path], metrics))
  return reader
}

async function importance(reader: BruteReader, query: string): Promise<Record<string, boolean>> {
  const { entries } = await askRank(reader, query)
  return Object.fromEntries(entries.map(({ dimension, important }) => [pathLabel(dimension), important]))
}

describe('sums', () => {
  const reader = counted([
    [['t', 'a', 'x'], { value: 1 }],
    [['t', 'a', 'y'], { value: 30 }],
    [['t', 'b'], { value: 80 }],
    [['t', 'c'], { value: 10 }],
  ])

  test('over a tenth of the total, and not explained by its children', async () => {
    expect(await importance(reader, 'by=t&metrics=value')).toEqual({
      '["t","b"]': true,
      '["t","a"]': false,
      '["t","a","y"]': true,
      '["t","c"]': false,
      '["t","a","x"]': false,
    })
  })

  test('depth says how far down; what is not looked at explains nothing', async () => {
    expect(await importance(reader, 'by=t&metrics=value&depth=1')).toEqual({
      '["t","b"]': true,
      '["t","a"]': true,
      '["t","c"]': false,
    })
  })

  test('value, count, part of the total and effect', async () => {
    const { entries, complete } = await askRank(reader, 'by=t&metrics=value&limit=2')
    expect(complete).toBe(true)
    expect(entries.map(({ dimension, ...scores }) => [dimension.at(-1), scores])).toEqual([
      ['b', { value: 80, count: 1, score: 80, difference: 0.661157024793388, effect: 80, important: true }],
      ['a', { value: 31, count: 2, score: 31, difference: 0.256198347107438, effect: 31, important: false }],
    ])
  })

  test('sorted by name or value where asked', async () => {
    const names = async (sort: string) =>
      (await askRank(reader, `by=t&metrics=value&depth=1&sort=${sort}`)).entries.map(
        entry => entry.dimension[1],
      )
    expect(await names('name')).toEqual(['a', 'b', 'c'])
    expect(await names('value')).toEqual(['c', 'a', 'b'])
  })
})

describe('ratios', () => {
  const reader = counted([
    [['t', 'a', 'x'], { value: 54_989, visitors: 4999 }],
    [['t', 'a', 'y'], { value: 375_000, visitors: 25_000 }],
    [['t', 'b'], { value: 100_000, visitors: 20_000 }],
    [['t', 'c'], { value: 5, visitors: 1 }],
  ])

  test('far from the ratio of the path asked about, and not too few', async () => {
    expect(await importance(reader, 'by=t&metrics=value/visitors')).toEqual({
      '["t","a","y"]': true,
      '["t","a"]': true,
      '["t","b"]': true,
      '["t","a","x"]': false,
      '["t","c"]': false,
    })
  })

  test('effect = (score − parent score) × count', async () => {
    const { entries } = await askRank(reader, 'by=t&metrics=value/visitors')
    const parentScore = 529_994 / 50_000
    for (const { score, count, value, difference, effect } of entries) {
      expect(effect).toBeCloseTo((score - parentScore) * count, 4)
      expect(difference).toBeCloseTo(score / parentScore - 1, 10)
      expect(value).toBeCloseTo(score * count, 4)
    }
    expect(entries.map(entry => Math.abs(entry.effect))).toEqual(
      entries.map(entry => Math.abs(entry.effect)).sort((a, b) => b - a),
    )
  })

  test('one metric only', async () => {
    await expect(askRank(reader, 'metrics=value,visitors')).rejects.toThrow('metrics: a ranking is by one')
  })
})

test('a tree too large is walked from its large end, and says so', async () => {
  const reader = new BruteReader(NOW_MS)
  const one = { columns: new Map([['hits', { values: Float64Array.of(1), counted: Uint8Array.of(1) }]]) }
  const wide = Array.from({ length: 2001 }, (_, i) => ({ name: `n${i}`, overflow: false, sums: one }))
  reader.series = async () => one
  reader.children = async (_, path, plan) => columnsOf(plan, path.length === 0 ? wide : [])
  const ranking = await askRank(reader, '')
  expect(ranking.complete).toBe(false)
  expect(ranking.entries).toHaveLength(100)
})

test('a child and an overflow child of one name have one order, in whichever they are read', async () => {
  const child = (hits: number, overflow: boolean) => {
    const column = { values: Float64Array.of(hits), counted: Uint8Array.of(1) }
    return { name: '…', overflow, sums: { columns: new Map([['hits', column]]) } }
  }
  const pair = [child(2, false), child(5, true)]
  for (const children of [pair, pair.toReversed()]) {
    const reader = new BruteReader(NOW_MS)
    reader.series = async () => child(7, false).sums
    reader.children = async (_, path, plan) => columnsOf(plan, path.length === 0 ? children : [])
    for (const sort of ['name', '-name']) {
      const { entries } = await askRank(reader, `sort=${sort}&depth=1`)
      expect(entries.map(({ value }) => value)).toEqual(sort === 'name' ? [5, 2] : [2, 5])
    }
  }
})

test('every path of the events is ranked once, whatever the tree', async () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(path, fc.integer({ min: -9, max: 9 })), { maxLength: 30, size: 'max' }),
      async made => {
        const reader = counted(made.map(([names, dollars]) => [names, { dollars }]))
        const { entries } = await askRank(reader, 'metrics=dollars&limit=1000')
        const expected = new Map<string, number>()
        for (const [names, dollars] of made) {
          for (let length = 1; length <= names.length; length++) {
            const label = pathLabel(names.slice(0, length))
            expected.set(label, (expected.get(label) ?? 0) + dollars)
          }
        }
        expect(new Map(entries.map(({ dimension, value }) => [pathLabel(dimension), value]))).toEqual(
          expected,
        )
        expect(entries).toHaveLength(expected.size)
      },
    ),
  )
})
