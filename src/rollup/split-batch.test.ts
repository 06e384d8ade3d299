/** Batches cut by partition, against events cut by partition; and what became of the parts, put together again. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addEvent } from '../hail/add-event.js'
import { commitInParts } from '../hail/commitment.js'
import { requestGuardHash } from '../hail/guards.js'
import type { CountEvent } from '../model/event.js'
import { type Batch, BatchBuilder, GUARD_BYTES, Interner } from './batch.js'
import { BatchEncoder, decodeBatch } from './batch-codec.js'
import { KIND_KEY, ROOT_NODE } from './nodes.js'
import { partitionOf } from './partition.js'
import { splitBatch } from './split-batch.js'

const NAMES = ['a', 'b', 'c', '…']
const arbitraryPath = fc.array(fc.constantFrom(...NAMES), { maxLength: 2 })
const arbitraryEvent: fc.Arbitrary<CountEvent> = fc
  .record({
    key: fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
    paths: fc.array(arbitraryPath, { maxLength: 3 }),
    metrics: fc.uniqueArray(fc.constantFrom('hits', 'dollars', 'pounds'), { minLength: 1 }),
    value: fc.integer(),
    atMs: fc.integer({ min: 0, max: 100_000 }),
    id: fc.option(fc.constantFrom('1', '2', '3')),
  })
  .map(({ metrics, value, id, ...event }) => ({
    ...event,
    metrics: new Map(metrics.map((metric, i) => [metric, value + i])),
    ...(id !== null && { id }),
  }))

/** Requests: their events, and whether they have a key of their own. */
const arbitraryRequests = fc.array(
  fc.record({ events: fc.array(arbitraryEvent, { minLength: 1, maxLength: 6 }), hasKey: fc.boolean() }),
  { minLength: 1, maxLength: 5 },
)

function batchOf(
  requests: readonly { events: readonly CountEvent[]; hasKey: boolean }[],
  interner = new Interner(),
): Batch {
  const builder = new BatchBuilder(interner)
  for (const [i, { events, hasKey }] of requests.entries()) {
    const guard = hasKey ? builder.guard(requestGuardHash(`${i}`)) : -1
    for (const event of events) addEvent(builder, event, guard)
  }
  return builder.finish(1_000)
}

/** Each entry in words: what it adds, where, and under which guards. */
function entriesOf(batch: Batch): unknown[] {
  const { nodes, shapes } = batch.interner
  const nameOf = (leaf: number): string => {
    const steps: string[] = []
    for (let node = leaf; node !== ROOT_NODE; node = nodes.parent[node]!)
      steps.unshift(`${nodes.kind[node] === KIND_KEY ? 'key ' : ''}${nodes.nameOf(node)}`)
    return steps.join(' / ')
  }
  const guardOf = (guard: number | undefined): string | null =>
    guard === undefined || guard < 0
      ? null
      : Buffer.from(batch.guards.subarray(guard * GUARD_BYTES, (guard + 1) * GUARD_BYTES)).toString('hex')
  return Array.from({ length: batch.count }, (_, e) => ({
    tick: batch.ticks[e],
    shape: shapes.names[batch.shapes[e]!],
    leaves: [...batch.leaves.subarray(e === 0 ? 0 : batch.leafEnd[e - 1]!, batch.leafEnd[e]!)].map(nameOf),
    values: [...batch.values.subarray(e === 0 ? 0 : batch.valueEnd[e - 1]!, batch.valueEnd[e]!)],
    guards: batch.guardCount === 0 ? null : [guardOf(batch.eventGuard[e]), guardOf(batch.requestGuard[e])],
  }))
}

describe('splitBatch', () => {
  test('gives each partition the entries of its keys, in order, with their guards', () => {
    fc.assert(
      fc.property(arbitraryRequests, fc.integer({ min: 1, max: 5 }), (requests, partitions) => {
        const batch = batchOf(requests)
        const all = entriesOf(batch)
        const keys = requests.flatMap(({ events }) => events.map(({ key }) => key))
        const parts = splitBatch(batch, partitions)
        expect(new Set(parts.map(({ partition }) => partition)).size).toBe(parts.length)
        const seen: number[] = []
        for (const { partition, batch: part, entries } of parts) {
          const own = entries ? [...entries] : all.map((_, e) => e)
          expect(own.every(e => partitionOf(keys[e]!, partitions) === partition)).toBe(true)
          expect(entriesOf(part).map(withoutEmptyGuards)).toEqual(own.map(e => withoutEmptyGuards(all[e])))
          expect(entriesOf(decodeBatch(new BatchEncoder().encode(part)))).toEqual(entriesOf(part))
          expect({ exact: part.exact, receivedAtMs: part.receivedAtMs }).toEqual({
            exact: false,
            receivedAtMs: 1_000,
          })
          seen.push(...own)
        }
        expect(seen.toSorted((a, b) => a - b)).toEqual(all.map((_, e) => e))
      }),
    )
  })

  test('copies nothing where all is of one partition, also when the interner has grown since', () => {
    const interner = new Interner()
    for (const name of ['x', 'y', 'z']) {
      const key = [name]
      const event = { key, paths: [['p', name]], metrics: new Map([['hits', 1]]), atMs: 0 }
      const batch = batchOf([{ events: [event, event], hasKey: true }], interner)
      const [part, ...others] = splitBatch(batch, 7)
      expect(others).toEqual([])
      expect(part).toEqual({ partition: partitionOf(key, 7), batch, entries: null })
      expect(part!.batch).toBe(batch)
    }
  })
})

/** A part may have no guards where the whole had some. */
function withoutEmptyGuards(entry: unknown): unknown {
  const { guards, ...rest } = entry as { guards: readonly (string | null)[] | null }
  return { ...rest, guards: guards?.some(guard => guard !== null) ? guards : null }
}

describe('commitInParts', () => {
  test('what became of the parts is what became of the whole; a part that fails fails alone', async () => {
    const isOdd = (e: number): boolean => e % 3 === 0
    await fc.assert(
      fc.asyncProperty(arbitraryRequests, fc.option(fc.nat(2)), async (requests, failing) => {
        const batch = batchOf(requests)
        const all = Array.from({ length: batch.count }, (_, e) => e)
        const parts = splitBatch(batch, 3)
        const { durable, applied } = commitInParts(batch, 3, (partition, part) => {
          const entries = parts.find(each => each.partition === partition)!.entries
          const own = entries ? [...entries] : all
          const outcome = {
            duplicate:
              part.guardCount > 0 ? Uint8Array.from(own, e => (isOdd(e) ? 1 : 0)) : new Uint8Array(0),
            overflowed: new Set(own.flatMap((e, i) => (isOdd(e + 1) ? [i] : []))),
          }
          const done = partition === failing ? Promise.reject(new Error('no')) : Promise.resolve(outcome)
          return { durable: done, applied: done }
        })
        const failed = parts.find(({ partition }) => partition === failing)
        if (failed && parts.length === 1) {
          await expect(durable).rejects.toThrow('no')
          await expect(applied).rejects.toThrow('no')
          return
        }
        await durable
        const { duplicate, overflowed, failures = [] } = await applied
        expect(failures.map(({ entries }) => [...entries])).toEqual(failed ? [[...failed.entries!]] : [])
        const isKnown = (e: number): boolean => failed === undefined || !failed.entries!.includes(e)
        const guarded = new Set(
          parts.flatMap(part => (part.batch.guardCount > 0 ? [...(part.entries ?? all)] : [])),
        )
        for (const e of all) {
          if (!isKnown(e)) continue
          expect(duplicate[e] === 1).toBe(isOdd(e) && guarded.has(e))
          expect(overflowed.has(e)).toBe(isOdd(e + 1))
        }
      }),
    )
  })
})
