/** Ids against a map: counted once within the window, at its edges, over flushes and sweeps, and again when replayed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryStore } from '../store/memory/memory-store.js'
import { type Batch, BatchBuilder, GUARD_BYTES, Interner } from './batch.js'
import { type IdMap, IdWindow } from './ids.js'

const START_MS = 1_770_000_000_000

/** A batch, or what happens between batches. */
type Step =
  | { readonly kind: 'batch'; readonly afterMs: number; readonly ids: readonly number[] }
  | { readonly kind: 'freeze' }
  | { readonly kind: 'write' }
  | { readonly kind: 'sweep' }

const batchStep = fc.record({
  kind: fc.constant('batch' as const),
  afterMs: fc.oneof(fc.constant(0), fc.nat(20_000), fc.nat(150_000), fc.constant(60_000)),
  ids: fc.array(fc.nat(6), { maxLength: 4 }),
})
const between: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('freeze' as const) }),
  fc.record({ kind: fc.constant('write' as const) }),
  fc.record({ kind: fc.constant('sweep' as const) }),
)
const windows = fc.constantFrom(60_000, 100_000, 240_000, 1_000_000)

function batchOf(receivedAtMs: number, ids: readonly number[]): Batch {
  const builder = new BatchBuilder(new Interner())
  for (const id of ids) builder.guard(new Uint8Array(GUARD_BYTES).fill(id, 3))
  return builder.finish(receivedAtMs)
}

/** What the roll-up does with ids, without the roll-up. */
class Judge {
  readonly store = new MemoryStore()
  readonly window: IdWindow
  current: IdMap = new Map()
  frozen: IdMap | undefined

  constructor(windowMs: number) {
    this.window = new IdWindow(windowMs)
  }

  /** Per guard whether it is a duplicate. */
  async judge(batch: Batch, sequence: number): Promise<boolean[]> {
    const recalled = await this.window.recall(batch, this.store)
    return recalled.map((known, g) => this.window.judge(batch, g, sequence, known, this.current, this.frozen))
  }

  freeze(): void {
    if (this.frozen) return
    this.frozen = this.current
    this.current = new Map()
  }

  async write(through: number): Promise<void> {
    if (this.frozen) await this.store.write([...this.window.changes(this.frozen, through)])
    this.frozen = undefined
  }

  async sweep(nowMs: number): Promise<void> {
    const { from, until } = this.window.expired(nowMs)
    await this.store.drop(from, until)
  }
}

/** Ids and when they were last counted. */
class Model {
  readonly #countedAtMs = new Map<number, number>()

  constructor(readonly windowMs: number) {}

  judge(nowMs: number, ids: readonly number[]): boolean[] {
    return ids.map(id => {
      const atMs = this.#countedAtMs.get(id)
      if (atMs !== undefined && atMs > nowMs - this.windowMs) return true
      this.#countedAtMs.set(id, nowMs)
      return false
    })
  }
}

describe('ids', () => {
  test('are counted once within the window, wherever they are remembered', async () => {
    const steps = fc.array(fc.oneof({ weight: 3, arbitrary: batchStep }, between), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(windows, steps, async (windowMs, list: readonly Step[]) => {
        const judge = new Judge(windowMs)
        await judge.store.open()
        const model = new Model(windowMs)
        let nowMs = START_MS
        for (const [sequence, step] of list.entries()) {
          if (step.kind === 'freeze') judge.freeze()
          else if (step.kind === 'write') await judge.write(sequence)
          else if (step.kind === 'sweep') await judge.sweep(nowMs)
          else {
            nowMs += step.afterMs
            const judged = await judge.judge(batchOf(nowMs, step.ids), sequence)
            expect(judged).toEqual(model.judge(nowMs, step.ids))
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  test('are judged the same when replayed over a store that holds what comes later', async () => {
    await fc.assert(
      fc.asyncProperty(
        windows,
        fc.array(batchStep, { maxLength: 12 }),
        fc.nat(),
        async (windowMs, list, from) => {
          const judge = new Judge(windowMs)
          await judge.store.open()
          let nowMs = START_MS
          const batches = list.map(({ afterMs, ids }) => {
            nowMs += afterMs
            return batchOf(nowMs, ids)
          })
          const checkpoint = from % (batches.length + 1)
          const first: boolean[][] = []
          for (const [i, batch] of batches.entries()) {
            if (i === checkpoint) judge.freeze()
            first.push(await judge.judge(batch, i + 1))
          }
          // A flush up to the checkpoint, and one after it that was cut short when it had written its ids.
          if (checkpoint < batches.length) await judge.write(checkpoint)
          judge.freeze()
          await judge.write(batches.length)
          for (let i = checkpoint; i < batches.length; i++) {
            expect(await judge.judge(batches[i]!, i + 1)).toEqual(first[i])
            // The roll-up judges a batch again when the store kept it waiting.
            expect(await judge.judge(batches[i]!, i + 1)).toEqual(first[i])
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  test.each([
    [99_999, true],
    [100_000, false],
  ])('an id that came %d ms before, of a window of 100,000 ms: duplicate %s', async (afterMs, duplicate) => {
    for (const isWritten of [true, false]) {
      const judge = new Judge(100_000)
      await judge.store.open()
      expect(await judge.judge(batchOf(START_MS, [1]), 1)).toEqual([false])
      if (isWritten) judge.freeze()
      if (isWritten) await judge.write(1)
      expect(await judge.judge(batchOf(START_MS + afterMs, [1]), 2)).toEqual([duplicate])
    }
  })

  test('the same id twice in one batch is counted once', async () => {
    const judge = new Judge(60_000)
    await judge.store.open()
    expect(await judge.judge(batchOf(START_MS, [1, 2, 1, 1]), 1)).toEqual([false, false, true, true])
  })

  test('written ids lie in slices of a quarter of the window, and may go when the slice is past', async () => {
    const windowMs = 400_000
    const window = new IdWindow(windowMs)
    const ids: IdMap = new Map([
      ['a'.repeat(16), { sequence: 1, ordinal: 0, receivedAtMs: 99_999 }],
      ['b'.repeat(16), { sequence: 1, ordinal: 1, receivedAtMs: 100_000 }],
    ])
    const changes = [...window.changes(ids, 5)]
    expect(changes.map(({ group, through }) => [group[4], through])).toEqual([
      [0, 5],
      [1, 5],
    ])
    expect(changes.some(change => 'expiresAtMs' in change)).toBe(false)
    expect(window.expired(499_999)).toMatchObject({ slice: 0 })
    expect(window.expired(500_000)).toMatchObject({ slice: 1, until: changes[1]!.group })
    expect(window.expired(0)).toMatchObject({ slice: 0 })
  })
})
