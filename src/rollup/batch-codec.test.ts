/** Batches as bytes: what is written says the same when it is read, and damaged bytes are refused or say something else, no more. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Batch, BatchBuilder, GUARD_BYTES, Interner } from './batch.js'
import { BatchEncoder, decodeBatch } from './batch-codec.js'
import { ROOT_NODE } from './nodes.js'

/** One entry of a batch, in plain words. */
interface Entry {
  readonly key: readonly string[]
  readonly paths: readonly (readonly string[])[]
  readonly tick: number
  readonly metrics: readonly (readonly [name: string, value: number])[]
  /** Bytes of its own guard and of that of its request; −1: none. */
  readonly guard: number
  readonly request: number
}

interface Plain {
  readonly exact: boolean
  readonly receivedAtMs: number
  readonly entries: readonly Entry[]
}

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '_', '', 'ünï', '…', 'x'.repeat(512)),
  fc.string({ unit: 'grapheme', maxLength: 5 }).map(text => text.toWellFormed()),
)
const path = fc.array(name, { minLength: 1, maxLength: 16 })
const value = fc.oneof(
  fc.constant(1),
  fc.integer({ min: -100_000, max: 100_000 }).map(n => n / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const metrics = fc.uniqueArray(fc.tuple(fc.constantFrom('hits', 'dollars', 'ü', ''), value), {
  minLength: 1,
  selector: ([metric]) => metric,
})
const NOW_TICKS = 177_000_000
const entry: fc.Arbitrary<Entry> = fc.record({
  key: path,
  paths: fc.array(path, { maxLength: 4 }),
  tick: fc.oneof(fc.integer({ min: NOW_TICKS, max: NOW_TICKS + 3 }), fc.nat(2 ** 31 - 1)),
  metrics,
  guard: fc.integer({ min: -1, max: 3 }),
  request: fc.integer({ min: -1, max: 1 }),
})
const plain: fc.Arbitrary<Plain> = fc.record({
  exact: fc.boolean(),
  receivedAtMs: fc.oneof(fc.nat(), fc.constant(1_770_000_000_123)),
  entries: fc.oneof(
    fc.array(entry, { maxLength: 20 }),
    fc.array(
      entry.map(one => ({ ...one, guard: -1, request: -1 })),
      { maxLength: 20 },
    ),
    // The same event again and again: the columns are constant.
    fc.tuple(entry, fc.integer({ min: 1, max: 100 })).map(([one, count]) => Array<Entry>(count).fill(one)),
  ),
})

/** Hashes that differ in their first byte. */
function guardOf(number: number): Uint8Array {
  return new Uint8Array(GUARD_BYTES).fill(7).fill(number, 0, 1)
}

function batchOf({ exact, receivedAtMs, entries }: Plain, interner: Interner): Batch {
  const builder = new BatchBuilder(interner, { exact })
  for (const { key, paths, tick, metrics, guard, request } of entries) {
    const keyNode = interner.key(key)
    if (paths.length === 0) builder.leaf(keyNode)
    for (const path of paths) builder.leaf(interner.dimension(keyNode, path))
    for (const [, value] of metrics) builder.value(value)
    const shape = interner.shapes.intern(metrics.map(([metric]) => metric))
    const requestGuard = request < 0 ? -1 : builder.guard(guardOf(100 + request))
    const eventGuard = guard < 0 ? -1 : builder.guard(guardOf(guard))
    builder.entry(tick, shape, eventGuard, requestGuard)
  }
  return builder.finish(receivedAtMs)
}

/** What a batch says, without the numbers of its interner. −0 counts as 0. */
function spelled(batch: Batch) {
  const { nodes, shapes } = batch.interner
  const pathOf = (node: number): string[] =>
    node === ROOT_NODE ? [] : [...pathOf(nodes.parent[node]!), `${nodes.kind[node]} ${nodes.nameOf(node)}`]
  const guard = (column: Int32Array, e: number) => {
    const number = batch.guardCount > 0 ? column[e]! : -1
    return number < 0 ? null : [...batch.guards.subarray(number * GUARD_BYTES, (number + 1) * GUARD_BYTES)]
  }
  const from = (ends: Int32Array, e: number) => (e === 0 ? 0 : ends[e - 1]!)
  return {
    exact: batch.exact,
    receivedAtMs: batch.receivedAtMs,
    guards: [...batch.guards],
    guardCount: batch.guardCount,
    entries: Array.from({ length: batch.count }, (_, e) => ({
      tick: batch.ticks[e],
      leaves: Array.from(batch.leaves.subarray(from(batch.leafEnd, e), batch.leafEnd[e]), pathOf),
      metrics: shapes.names[batch.shapes[e]!],
      values: Array.from(batch.values.subarray(from(batch.valueEnd, e), batch.valueEnd[e]), v => v + 0),
      guards: [guard(batch.eventGuard, e), guard(batch.requestGuard, e)],
    })),
  }
}

/** Reads bytes that may be damaged: nothing but a `RangeError` may come of it; a batch that is read must be whole in itself. */
function expectReadOrRefused(bytes: Uint8Array): void {
  let batch: Batch
  try {
    batch = decodeBatch(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return
  }
  expect(batch.count).toBeLessThanOrEqual(bytes.length)
  const torn = spelled(batch).entries.filter(
    ({ leaves, metrics, guards }) =>
      leaves.length === 0 ||
      leaves.some(path => path.length === 0) ||
      metrics === undefined ||
      guards.some(guard => guard !== null && guard.length !== GUARD_BYTES),
  )
  expect(torn).toEqual([])
}

describe('a batch', () => {
  test('says the same when it was written and read', () => {
    fc.assert(
      fc.property(plain, one => {
        const batch = batchOf(one, new Interner())
        expect(spelled(decodeBatch(new BatchEncoder().encode(batch)))).toEqual(spelled(batch))
      }),
      { numRuns: 100 },
    )
  })

  test('says the same whatever its encoder and its interner were used for before', () => {
    const lists = fc.array(fc.tuple(plain, fc.nat(2)), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(lists, list => {
        const encoder = new BatchEncoder()
        const interners = [new Interner(), new Interner(), new Interner()]
        for (const [one, i] of list) {
          const batch = batchOf(one, interners[i]!)
          const bytes = encoder.encode(batch)
          expect(spelled(decodeBatch(bytes))).toEqual(spelled(batch))
          expect(bytes.equals(new BatchEncoder().encode(batchOf(one, new Interner())))).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('keeps the deepest path of the deepest key, alone, from an interner that holds more', () => {
    const interner = new Interner()
    for (let i = 0; i < 200; i++) interner.key([`other ${i}`])
    const names = (text: string) => Array.from({ length: 16 }, (_, i) => `${text}${i}`)
    const one = {
      ...{ key: names('k'), paths: [names('d')], tick: 1, metrics: [['hits', 1] as const] },
      ...{ guard: -1, request: -1 },
    }
    const batch = batchOf({ exact: false, receivedAtMs: 0, entries: [one] }, interner)
    const read = decodeBatch(new BatchEncoder().encode(batch))
    expect(spelled(read)).toEqual(spelled(batch))
    expect(spelled(read).entries[0]!.leaves[0]).toHaveLength(32)
  })

  test('that had entries taken back says what is left', () => {
    const interner = new Interner()
    const builder = new BatchBuilder(interner)
    for (const [i, name] of ['stays', 'goes', 'too'].entries()) {
      builder.leaf(interner.key([name]))
      builder.value(i)
      builder.entry(i, interner.shapes.intern(['hits']), i === 1 ? builder.guard(guardOf(1)) : -1)
    }
    builder.truncate(1)
    builder.leaf(interner.key(['new']))
    builder.value(9)
    builder.entry(9, interner.shapes.intern(['hits']))
    const { entries } = spelled(decodeBatch(new BatchEncoder().encode(builder.finish(5))))
    expect(entries.map(({ leaves, values, guards }) => [leaves, values, guards])).toEqual([
      [[['0 stays']], [0], [null, null]],
      [[['0 new']], [9], [null, null]],
    ])
  })
})

describe('damaged bytes', () => {
  test('cut short anywhere are refused', () => {
    fc.assert(
      fc.property(plain, one => {
        const bytes = new BatchEncoder().encode(batchOf(one, new Interner()))
        // A few cuts of a long one, every cut of a short one.
        const stride = Math.ceil(bytes.length / 50)
        for (let length = bytes.length - 1; length >= 0; length -= stride) {
          expect(() => decodeBatch(bytes.subarray(0, length))).toThrow(RangeError)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('with one bit the other way are refused, or are another batch', () => {
    fc.assert(
      fc.property(plain, fc.nat(7), (one, bit) => {
        const bytes = new BatchEncoder().encode(batchOf(one, new Interner()))
        const stride = Math.ceil(bytes.length / 60)
        for (let at = bit % stride; at < bytes.length; at += stride) {
          bytes[at]! ^= 1 << bit
          expectReadOrRefused(bytes)
          bytes[at]! ^= 1 << bit
        }
      }),
      { numRuns: 30 },
    )
  })

  test('with a huge number somewhere are refused without asking for memory', () => {
    const huge = Buffer.of(0xff, 0xff, 0xff, 0xff, 0x07)
    fc.assert(
      fc.property(plain, fc.nat(), (one, at) => {
        const bytes = new BatchEncoder().encode(batchOf(one, new Interner()))
        const from = 10 + (at % (bytes.length - 10))
        const before = process.memoryUsage().arrayBuffers
        expectReadOrRefused(Buffer.concat([bytes.subarray(0, from), huge, bytes.subarray(from + 1)]))
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000)
      }),
      { numRuns: 300 },
    )
  })

  test('any bytes are refused, or are a batch', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), any => {
        expectReadOrRefused(any)
        expectReadOrRefused(Buffer.concat([Buffer.of(1, 0), Buffer.alloc(8), any]))
      }),
      { numRuns: 2000 },
    )
  })

  test('of another version are refused with its number', () => {
    const bytes = new BatchEncoder().encode(
      batchOf({ exact: false, receivedAtMs: 0, entries: [] }, new Interner()),
    )
    bytes[0] = 2
    expect(() => decodeBatch(bytes)).toThrow('batch version 2 is not known')
  })
})
