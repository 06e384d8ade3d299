/** What merging does at its edges; that it adds up rightly is in merged-reader.test.ts. */
import { expect, test } from 'vitest'
import { columnsOf } from '../../test/support/child-columns.js'
import type { Child, ChildColumns, ChildrenOptions, Sums, TimePlan } from '../query/reader.js'
import { mergeChildColumns, mergeChildPages, mergeKeyPages, mergeSums } from './merging.js'

const plan: TimePlan = { edgesMs: Float64Array.of(0, 10, 20), segments: [] }
const NOTHING: Sums = { columns: new Map() }

function sums(metric: string, ...values: (number | null)[]): Sums {
  const column = {
    values: Float64Array.from(values, value => value ?? 0),
    counted: Uint8Array.from(values, value => (value === null ? 0 : 1)),
  }
  return { columns: new Map([[metric, column]]) }
}

function children(names: Readonly<Record<string, Sums>>, options?: ChildrenOptions): ChildColumns {
  const all = Object.entries(names).map(([name, own]) => ({ name, overflow: name === '…', sums: own }))
  return columnsOf(plan, all, options)
}

function plain(name: string): Child {
  return { name, overflow: false }
}

const OVERFLOW: Child = { name: '…', overflow: true }

test('of parts of which one alone has anything, that one is the answer, not a copy', () => {
  const full = sums('hits', 1, 2)
  expect(mergeSums([NOTHING, full, NOTHING], 2).columns).toBe(full.columns)
  const some = children({ a: full })
  expect(mergeChildColumns([children({}), some, children({})], 2)).toBe(some)
})

test('a point is counted where a part counted it, also where the parts cancel', () => {
  const { columns } = mergeSums([sums('d', 5, null), sums('d', -5, null)], 2)
  expect(columns.get('d')).toEqual({ values: Float64Array.of(0, 0), counted: Uint8Array.of(1, 0) })
})

test('decimals that cancel between parts leave no dust', () => {
  const { columns } = mergeSums([sums('d', 0.1 + 0.2, 1), sums('d', -0.3, 1)], 2)
  expect(columns.get('d')!.values[0]).toBe(0)
})

test('an overflow child and a child of its name stay two', () => {
  const overflow = children({ '…': sums('hits', 1, 0) })
  const namesake = columnsOf(plan, [{ ...plain('…'), sums: sums('hits', 2, 0) }])
  const merged = mergeChildColumns([overflow, namesake, overflow], 2)
  const told = [...merged.found].map(place => [
    merged.child(place).overflow,
    merged.columns.get('hits')!.values[place * 2],
  ])
  expect(told).toEqual([
    [true, 2],
    [false, 2],
  ])
})

test('children are incomplete where those of one part are, or where they are more than asked for together', () => {
  const a = children({ a: sums('hits', 1, 0) }, { most: 1 })
  const b = children({ b: sums('hits', 1, 0) }, { most: 1 })
  expect(mergeChildColumns([a, b], 2, 1).complete).toBe(false)
  expect(mergeChildColumns([a, a], 2, 1).complete).toBe(true)
  expect(mergeChildColumns([a, { ...b, complete: false }], 2, 5).complete).toBe(false)
})

test('no parts have nothing', () => {
  expect(mergeSums([], 2)).toEqual(NOTHING)
  const none = mergeChildColumns([], 2)
  expect([none.complete, none.points, none.found.length]).toEqual([true, 2, 0])
})

test('the overflow child comes after all others, and only where the page has room', () => {
  const parts = [
    [plain('b'), plain('😀'), OVERFLOW],
    [plain('a'), plain('b'), OVERFLOW],
  ]
  expect(mergeChildPages(parts, 4)).toEqual([plain('a'), plain('b'), plain('😀'), OVERFLOW])
  expect(mergeChildPages(parts, 3)).toEqual([plain('a'), plain('b'), plain('😀')])
})

test('the overflow key has its place among the keys', () => {
  const keys = mergeKeyPages([[OVERFLOW, plain('😀')], [plain('a')], [plain('a'), OVERFLOW]], 2)
  expect(keys).toEqual([plain('a'), OVERFLOW])
})
