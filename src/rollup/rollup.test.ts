/** What must hold while a batch waits for the store and a flush begins or ends meanwhile. */
import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { DEFAULT_RETENTION } from '../model/retention.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import type { Address, Cell } from '../store/store.js'
import { type Batch, BatchBuilder, type BatchOutcome, GUARD_BYTES, Interner } from './batch.js'
import { flush } from './flush.js'
import { Rollup } from './rollup.js'
import { Policies } from './series.js'

/** A store in memory of which an answer can be held back: it says what was there when it was asked for. */
class SlowStore extends MemoryStore {
  #gate: Promise<void> | undefined
  #asked: () => void = () => {}

  /** Holds back the next answer. */
  hold(): { readonly asked: Promise<void>; readonly release: () => void } {
    let release = () => {}
    this.#gate = new Promise(open => {
      release = open
    })
    const asked = new Promise<void>(resolve => {
      this.#asked = resolve
    })
    return { asked, release }
  }

  override async read(addresses: readonly Address[]): Promise<(Cell | undefined)[]> {
    const gate = this.#gate
    this.#gate = undefined
    const answer = await super.read(addresses)
    if (gate) {
      this.#asked()
      await gate
    }
    return answer
  }
}

/** A batch of one event with an id, below a child of its own; what became of it is noted in `outcomes`. */
function batchOf(interner: Interner, child: string, id: number, outcomes: BatchOutcome[]): Batch {
  const builder = new BatchBuilder(interner)
  const guard = builder.guard(new Uint8Array(GUARD_BYTES).fill(id))
  builder.leaf(interner.dimension(interner.key(['shop']), [child]))
  builder.value(1)
  builder.entry(1, interner.shapes.intern(['hits']), guard)
  const batch = builder.finish(1_000_000)
  batch.applied = outcome => outcomes.push(outcome)
  return batch
}

test.each([
  { name: 'the names stay', seriesBytes: 2 ** 30 },
  { name: 'the table of names starts anew', seriesBytes: 0 },
])('a flush begins and ends while a batch waits for the store: $name', async ({ seriesBytes }) => {
  const store = new SlowStore()
  await store.open()
  const policies = new Policies(DEFAULT_RETENTION)
  const limits = DEFAULT_LIMITS
  const rollup = new Rollup({ policies, limits, store, dedupeWindowMs: 86_400_000, seriesBytes }, 0)
  const interner = new Interner()
  const outcomes: BatchOutcome[] = []
  await rollup.apply(batchOf(interner, 'a', 1, outcomes), 1)

  const { asked, release } = store.hold()
  const applied = rollup.apply(batchOf(interner, 'b', 1, outcomes), 2)
  await asked
  const frozen = rollup.freeze()
  const options = { policies, ids: rollup.ids, nowMs: 1_000_000, pause: async () => {} }
  await flush(frozen, { ...options, store })
  rollup.flushed()
  release()
  await applied

  expect(outcomes.map(({ duplicate }) => [...duplicate])).toEqual([[0], [1]])
  expect(rollup.current.deltas.series).toBe(rollup.current.series)
  expect(rollup.through).toBe(2)
  const counted = () => {
    const { series, deltas } = rollup.current
    return Array.from({ length: series.nodes.count - 1 }, (_, i) => i + 1).filter(node => deltas.has(node))
  }
  expect(counted()).toEqual([])

  await rollup.apply(batchOf(interner, 'b', 2, outcomes), 3)
  const { nodes } = rollup.current.series
  expect(
    counted()
      .map(node => nodes.nameOf(node))
      .sort(),
  ).toEqual(['b', 'shop'])
})
