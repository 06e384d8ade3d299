/** Answers between peers come back as they were, to the last bit. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Child, ChildColumns, SumColumn } from '../query/reader.js'
import { decodeChildren, decodeSums, encodeChildren, encodeSums } from './answer-codec.js'

const number = fc.oneof(
  fc.constantFrom(-0, 0, 1, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, Number.MIN_VALUE, 0.1 + 0.2),
  fc.double({ noNaN: true }),
)
const name = fc.oneof(fc.constantFrom('', '_', '…', 'é', '😀', 'a'), fc.string({ maxLength: 200 }))

/** Columns of so many values; as in memory, they may be longer than they need to be. */
function columns(length: number): fc.Arbitrary<Map<string, SumColumn>> {
  const column = fc.record({
    values: fc
      .array(number, { minLength: length + 2, maxLength: length + 2 })
      .map(all => Float64Array.from(all)),
    counted: fc
      .array(fc.constantFrom(0, 1), { minLength: length + 2, maxLength: length + 2 })
      .map(all => Uint8Array.from(all)),
  })
  return fc.array(fc.tuple(name, column), { maxLength: 3 }).map(all => new Map(all))
}

const points = fc.integer({ min: 1, max: 4 })

test('the sums of a series', () => {
  const sums = points.chain(count => fc.tuple(fc.constant(count), columns(count)))
  fc.assert(
    fc.property(sums, ([count, own]) => {
      expect(decodeSums(encodeSums({ columns: own }, count)).columns).toEqual(cut(own, count))
    }),
  )
})

test('children, those that were found', () => {
  const children = fc
    .record({ count: points, names: fc.uniqueArray(name, { maxLength: 6 }), complete: fc.boolean() })
    .chain(({ count, names, complete }) =>
      fc.record({
        points: fc.constant(count),
        complete: fc.constant(complete),
        names: fc.constant(names),
        found: fc.subarray([...names.keys()]).map(places => Int32Array.from(places)),
        columns: columns(names.length * count),
        addedUp: columns(count),
      }),
    )
  fc.assert(
    fc.property(children, ({ names, ...given }) => {
      const before: ChildColumns = { ...given, child: place => childOf(names[place]!) }
      const after = decodeChildren(encodeChildren(before))
      expect(told(after)).toEqual(told(before))
      expect([...after.addedUp]).toEqual([...cut(before.addedUp, given.points)])
    }),
  )
})

test('bytes that end too early are refused', () => {
  const column = { values: Float64Array.of(1), counted: Uint8Array.of(1) }
  const bytes = encodeSums({ columns: new Map([['hits', column]]) }, 1)
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSums(bytes.subarray(0, length))).toThrow(RangeError)
  }
})

function childOf(own: string): Child {
  return { name: own, overflow: own === '…' }
}

/** What can be told of children: their places are their own business. */
function told({ complete, points: count, found, columns: own, child }: ChildColumns): unknown {
  const all = Array.from(found, place => {
    const from = place * count
    const values = [...own].map(([metric, { values: all, counted }]) => [
      metric,
      all.slice(from, from + count),
      counted.slice(from, from + count),
    ])
    return { child: child(place), values }
  })
  return { complete, count, all }
}

function cut(all: ReadonlyMap<string, SumColumn>, length: number): Map<string, SumColumn> {
  return new Map(
    [...all].map(([metric, { values, counted }]) => [
      metric,
      { values: values.slice(0, length), counted: counted.slice(0, length) },
    ]),
  )
}
