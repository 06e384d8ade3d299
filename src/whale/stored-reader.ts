/**
 * Reads a partition from its store alone: what its owner had flushed, and how long ago that was. For when the owner can't be
 * asked. It only reads. A flush that is under way, or was cut short, shows in part: some counts may be newer than the last whole one.
 */
import type { Limits } from '../model/limits.js'
import { readFlushedAt, readState, STATE } from '../rollup/flush.js'
import { Rollup } from '../rollup/rollup.js'
import type { Policies } from '../rollup/series.js'
import type { Store } from '../store/store.js'
import { PartitionReader } from './rollup-reader.js'

/** What is needed to read a store. */
export interface StoredReaderOptions {
  readonly store: Pick<Store, 'read' | 'scan'>
  readonly policies: Policies
  readonly limits: Limits
  readonly now: () => number
}

/** How far a store has been brought. */
export interface Flushed {
  /** The last sequence whose counts are all in it; 0 where there is none. */
  readonly through: number
  /** When, in epoch milliseconds; null where nobody knows: it was never flushed, or by a version that didn't say. */
  readonly atMs: number | null
}

/** Reads what a store holds. */
export class StoredReader extends PartitionReader {
  readonly #store: Pick<Store, 'read'>

  constructor({ store, policies, limits, now }: StoredReaderOptions) {
    // Nothing was counted that the store might lack: no row is older than a roll-up that begins after all of them.
    const nothing = { policies, limits, store, dedupeWindowMs: 0, seriesBytes: 0 }
    super({ rollup: new Rollup(nothing, Number.POSITIVE_INFINITY), store, policies, now })
    this.#store = store
  }

  /** The last flush. To be asked before a question, so that its answer holds at least that. */
  async flushed(): Promise<Flushed> {
    const [through, atMs] = await Promise.all([
      readState(this.#store, STATE.checkpoint),
      readFlushedAt(this.#store),
    ])
    return { through, atMs }
  }
}
