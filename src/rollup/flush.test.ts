/** A flush that is cut short, at whichever write, and done again by the next start, leaves what one that was not leaves. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { parseRetention } from '../model/retention.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import type { Address, Change } from '../store/store.js'
import { type Batch, BatchBuilder, GUARD_BYTES, Interner, tickOf } from './batch.js'
import { flush, readState, STATE } from './flush.js'
import { Rollup } from './rollup.js'
import { Policies } from './series.js'

const NOW_MS = 1_770_000_000_000
const POLICIES = new Policies(
  parseRetention('10s:6h,1m:8d,1d:forever'),
  new Map([['["b"]', parseRetention('1h:forever')]]),
)
const ROOMY_BYTES = 2 ** 30
const LIMITS = { ...DEFAULT_LIMITS, childrenPerParent: 3 }

/** An event in plain words; its id is a byte, 0 for none. */
interface Event {
  readonly key: readonly string[]
  readonly paths: readonly (readonly string[])[]
  readonly agoMs: number
  readonly metrics: readonly string[]
  readonly value: number
  readonly id: number
}

class CutShort extends Error {}

/** A store in memory that writes cell by cell, as many as it is let, and remembers them all. */
class CuttableStore extends MemoryStore {
  readonly cells = new Map<string, string>()
  allowance = Number.POSITIVE_INFINITY
  written = 0

  override async write(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      if (this.written >= this.allowance) throw new CutShort()
      this.written++
      await super.write([change])
      if (change.value === null) this.cells.delete(addressText(change))
      else
        this.cells.set(addressText(change), `${change.through} ${Buffer.from(change.value).toString('hex')}`)
    }
  }
}

function addressText({ group, member }: Address): string {
  return `${Buffer.from(group).toString('hex')} ${Buffer.from(member).toString('hex')}`
}

/** A batch in an interner of its own, as a replay reads it. */
function batchOf(events: readonly Event[], receivedAtMs: number): Batch {
  const interner = new Interner()
  const builder = new BatchBuilder(interner)
  for (const { key, paths, agoMs, metrics, value, id } of events) {
    const keyNode = interner.key(key)
    if (paths.length === 0) builder.leaf(keyNode)
    for (const path of paths) builder.leaf(interner.dimension(keyNode, path))
    for (const [i] of metrics.entries()) builder.value(value + i)
    const guard = id === 0 ? -1 : builder.guard(new Uint8Array(GUARD_BYTES).fill(id))
    builder.entry(tickOf(NOW_MS - agoMs), interner.shapes.intern(metrics), guard)
  }
  return builder.finish(receivedAtMs)
}

/** The batches of a life, and after which ones it is flushed. */
interface Life {
  readonly batches: readonly (readonly Event[])[]
  readonly flushAfter: readonly number[]
  /** 0: the table of series starts anew with each flush. */
  readonly seriesBytes: number
}

async function openStore(): Promise<CuttableStore> {
  const store = new CuttableStore()
  await store.open()
  return store
}

/** What a process does from its start to its end: recovers, applies, flushes. Throws `CutShort` where the store does. */
async function run(life: Life, store: CuttableStore): Promise<void> {
  const checkpoint = await readState(store, STATE.checkpoint)
  const flushing = await readState(store, STATE.flushing)
  const recoverThrough = flushing > checkpoint ? flushing : 0
  const rollup = new Rollup(
    { policies: POLICIES, limits: LIMITS, store, dedupeWindowMs: 86_400_000, seriesBytes: life.seriesBytes },
    checkpoint,
    recoverThrough > 0,
  )
  for (let sequence = checkpoint + 1; sequence <= life.batches.length; sequence++) {
    await rollup.apply(batchOf(life.batches[sequence - 1]!, NOW_MS + sequence), sequence)
    const isAgain = sequence === recoverThrough
    if (!isAgain && (recoverThrough > sequence || !life.flushAfter.includes(sequence))) continue
    const frozen = rollup.freeze()
    const options = { policies: POLICIES, ids: rollup.ids, nowMs: NOW_MS, pause: async () => {} }
    await flush(frozen, { ...options, store, again: isAgain })
    rollup.flushed()
    if (isAgain) rollup.startAnew()
  }
}

/** Runs until it is done; each start may write as many cells as its allowance says, the ones after the last any number. */
async function runCut(life: Life, allowances: readonly number[]): Promise<CuttableStore> {
  const store = await openStore()
  for (const allowance of [...allowances, Number.POSITIVE_INFINITY]) {
    store.allowance = store.written + allowance
    try {
      await run(life, store)
      return store
    } catch (error) {
      if (!(error instanceof CutShort)) throw error
    }
  }
  throw new Error('a run that may write all it likes was cut short')
}

const path = fc.array(fc.constantFrom('p', 'q', 'r', 's', 't'), { minLength: 1, maxLength: 3 })
const event: fc.Arbitrary<Event> = fc.record({
  key: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }),
  paths: fc.array(path, { maxLength: 2 }),
  agoMs: fc.oneof(fc.nat(100_000), fc.nat(86_400_000 * 40)),
  metrics: fc.constantFrom(['hits'], ['hits', 'dollars'], ['ms', 'hits']),
  value: fc.integer({ min: -3, max: 500 }).map(n => n / 4),
  id: fc.integer({ min: -4, max: 3 }).map(id => Math.max(0, id)),
})
const life: fc.Arbitrary<Life> = fc
  .array(fc.array(event, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 })
  .chain(batches =>
    fc.record({
      batches: fc.constant(batches),
      flushAfter: fc.subarray(batches.map((_, i) => i + 1)).map(some => [...some, batches.length]),
      seriesBytes: fc.constantFrom(0, ROOMY_BYTES),
    }),
  )

describe('a flush that is cut short and done again', () => {
  test('leaves what one leaves that was not, at whichever write', async () => {
    const events = fc.sample(event, { numRuns: 12, seed: 42 })
    const one: Life = {
      batches: [events.slice(0, 5), events.slice(3, 7), events.slice(7), events.slice(9)],
      flushAfter: [1, 3, 4],
      seriesBytes: ROOMY_BYTES,
    }
    const straight = await openStore()
    await run(one, straight)
    expect(straight.written).toBeGreaterThan(100)
    for (let cut = 0; cut < straight.written; cut++) {
      const { cells } = await runCut(one, [cut])
      if (!sameCells(cells, straight.cells)) expect([cut, cells]).toEqual([cut, straight.cells])
    }
  })

  test('leaves the same also where the next starts are cut short as well', async () => {
    const cuts = fc.array(fc.oneof(fc.nat(20), fc.nat(300)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(life, cuts, async (one, allowances) => {
        const straight = await openStore()
        await run(one, straight)
        const { cells } = await runCut(one, allowances)
        if (!sameCells(cells, straight.cells)) expect(cells).toEqual(straight.cells)
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })

  test('writes nothing twice where it had been done', async () => {
    const one: Life = {
      batches: [fc.sample(event, { numRuns: 5, seed: 1 })],
      flushAfter: [1],
      seriesBytes: 0,
    }
    const store = await openStore()
    await run(one, store)
    const { written } = store
    await run(one, store)
    expect(store.written).toBe(written)
  })
})

function sameCells(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([address, cell]) => b.get(address) === cell)
}
