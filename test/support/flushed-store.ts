/** A store in memory that a partition was flushed to: so many hits of the key `shop`, at one time. */
import { DEFAULT_LIMITS } from '../../src/model/limits.js'
import { parseRetention } from '../../src/model/retention.js'
import { BatchBuilder, Interner, tickOf } from '../../src/rollup/batch.js'
import { flush } from '../../src/rollup/flush.js'
import { Rollup } from '../../src/rollup/rollup.js'
import { Policies } from '../../src/rollup/series.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'

/** What is kept there. */
export const POLICIES = new Policies(parseRetention('10s:6h,1d:forever'))

/** A partition that counts hits of names below the key `shop`, and flushes when it is told to. */
export class FlushedStore {
  readonly store = new MemoryStore()
  readonly #rollup: Rollup
  #sequence = 0

  private constructor() {
    const limits = DEFAULT_LIMITS
    const options = { policies: POLICIES, limits, store: this.store, dedupeWindowMs: 0, seriesBytes: 2 ** 20 }
    this.#rollup = new Rollup(options, 0)
  }

  static async open(): Promise<FlushedStore> {
    const flushed = new FlushedStore()
    await flushed.store.open()
    return flushed
  }

  /** Counts a hit of each name; answers the sequence of the last. */
  async count(atMs: number, ...names: readonly string[]): Promise<number> {
    for (const name of names) {
      const interner = new Interner()
      const builder = new BatchBuilder(interner)
      builder.leaf(interner.dimension(interner.key(['shop']), [name]))
      builder.value(1)
      builder.entry(tickOf(atMs), interner.shapes.intern(['hits']))
      await this.#rollup.apply(builder.finish(atMs), ++this.#sequence)
    }
    return this.#sequence
  }

  /** Flushes what was counted. */
  async flush(nowMs: number): Promise<void> {
    const { store } = this
    const { ids } = this.#rollup
    const pause = async (): Promise<void> => {}
    await flush(this.#rollup.freeze(), { store, policies: POLICIES, ids, nowMs, again: false, pause })
    this.#rollup.flushed()
  }
}
