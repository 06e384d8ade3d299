/**
 * Retention: removes from the store what is no longer kept. Rows go by themselves where a store's cells can expire. Ids never do:
 * when they may go depends on which batches may be replayed, not on the clock.
 */
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, KEPT_INTERVALS, type KeptInterval } from '../model/interval.js'
import { expiredBeforeMs } from '../model/retention.js'
import { rowChunkRange } from '../rollup/address.js'
import type { IdWindow } from '../rollup/ids.js'
import type { Policies } from '../rollup/series.js'
import type { Store } from '../store/store.js'

/** Drops expired groups. */
export class Sweeper {
  readonly #store: Store
  readonly #policies: Policies
  /** Interval → chunks before this one are gone. */
  readonly #swept = new Map<KeptInterval, number>()
  #sweptIds = -1

  constructor(store: Store, policies: Policies) {
    this.#store = store
    this.#policies = policies
  }

  /**
   * Drops the chunks and id slices that expired since the last sweep.
   * @param idsAsOfMs when the oldest batch came in that may be replayed: ids are kept a window back from then
   */
  async sweep(nowMs: number, ids: IdWindow, idsAsOfMs = nowMs): Promise<void> {
    if (!this.#store.supports.expiry) {
      for (const interval of KEPT_INTERVALS) await this.#sweepInterval(interval, nowMs)
    }
    const { from, until, slice } = ids.expired(Math.min(nowMs, idsAsOfMs))
    if (slice <= this.#sweptIds) return
    await this.#store.drop(from, until)
    this.#sweptIds = slice
  }

  /** A chunk goes when no key keeps it any more. */
  async #sweepInterval(interval: KeptInterval, nowMs: number): Promise<void> {
    const chunkMs = CHUNK_BUCKETS[interval] * KEPT_INTERVAL_MS[interval]
    const beforeMs = Math.min(
      ...this.#policies.all.flatMap(({ retention }) => {
        const rule = retention.find(kept => kept.interval === interval)
        return rule ? [expiredBeforeMs(rule, nowMs)] : []
      }),
    )
    const beforeChunk = Math.floor(beforeMs / chunkMs)
    if (!Number.isFinite(beforeChunk) || beforeChunk <= (this.#swept.get(interval) ?? 0)) return
    const { from, until } = rowChunkRange(interval, beforeChunk)
    await this.#store.drop(from, until)
    this.#swept.set(interval, beforeChunk)
  }
}
