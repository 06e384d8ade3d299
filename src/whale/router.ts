/** The way to a partition's owner, wherever that is. Owners change: what one surely did not do is brought to the next. */
import { type Commitment, NOTHING_ODD } from '../hail/commitment.js'
import type { Journal } from '../journal/journal.js'
import { HailWhaleError } from '../model/errors.js'
import type { Batch, BatchOutcome } from '../rollup/batch.js'
import type { LocalPartitions } from './local-partitions.js'
import { NotDoneError, PartitionMovedError } from './not-done.js'
import type { PartitionService } from './partition-service.js'

/** What is needed to find owners. */
export interface RouterOptions {
  readonly journal: Pick<Journal, 'ownerOf' | 'refresh'>
  readonly local: LocalPartitions
  /** Another server; absent where there is none. */
  readonly peer?: (address: string) => PartitionService
  readonly now: () => number
  readonly delay: (ms: number) => Promise<void>
}

/** How long a partition is waited for that nobody has, or nobody answers for, and how long between two looks. */
const WAIT_MS = 5000
const LOOK_MS = 50

/** A partition that nobody answers for. */
interface Missing {
  readonly sinceMs: number
  lastMs: number
}

/** Brings work to owners. */
export class Router {
  readonly #options: RouterOptions
  readonly #missing = new Map<number, Missing>()

  constructor(options: RouterOptions) {
    this.#options = options
  }

  /** Sends a batch, all of one partition, to its owner. */
  commit(partition: number, batch: Batch): Commitment {
    const { journal, local } = this.#options
    if (journal.ownerOf(partition) !== 'self') {
      // Others commit as they can: what comes next need not wait for it.
      return { durable: Promise.resolve(), applied: this.append(partition, batch) }
    }
    const { durable, applied } = local.commit(partition, batch)
    return { durable, applied: applied.catch(error => this.#elsewhere(partition, batch, error)) }
  }

  /** Appends a batch, all of one partition; resolves once it is durable and applied, with what became of it. */
  async append(partition: number, batch: Batch): Promise<BatchOutcome> {
    try {
      return await this.do(partition, owner => owner.append(partition, batch))
    } catch (error) {
      return this.#moved(batch, error)
    }
  }

  /**
   * Has a partition's owner do something. One that surely did not do it is asked again, or the next one, for some seconds: but not where
   * the partition has been without an answer for so long already.
   */
  async do<T>(partition: number, work: (owner: PartitionService) => Promise<T>): Promise<T> {
    const { journal, now, delay } = this.#options
    for (;;) {
      let refusal: unknown = new NotDoneError(
        'unavailable',
        'A part of the counts is between two servers; try again in a second.',
      )
      const owner = this.#owner(partition)
      try {
        if (owner) {
          const done = await work(owner)
          this.#missing.delete(partition)
          return done
        }
      } catch (error) {
        if (!(error instanceof NotDoneError)) throw error
        refusal = error
      }
      if (this.#hasWaited(partition, now())) throw refusal
      await delay(LOOK_MS)
      await journal.refresh?.()
    }
  }

  #owner(partition: number): PartitionService | undefined {
    const { journal, local, peer } = this.#options
    const owner = journal.ownerOf(partition)
    return owner === 'self' ? local : owner ? peer?.(owner.address) : undefined
  }

  #hasWaited(partition: number, nowMs: number): boolean {
    const before = this.#missing.get(partition)
    const missing = before && nowMs - before.lastMs < WAIT_MS ? before : { sinceMs: nowMs, lastMs: nowMs }
    missing.lastMs = nowMs
    this.#missing.set(partition, missing)
    return nowMs - missing.sinceMs >= WAIT_MS
  }

  #elsewhere(partition: number, batch: Batch, error: unknown): Promise<BatchOutcome> {
    return error instanceof NotDoneError ? this.append(partition, batch) : this.#moved(batch, error)
  }

  /** Of a batch that is durable, and applied by another owner, only that is known: not whether it held duplicates. */
  async #moved(batch: Batch, error: unknown): Promise<BatchOutcome> {
    if (!(error instanceof PartitionMovedError) || batch.guardCount > 0) throw error
    const { partition, sequence } = error
    await this.do(partition, owner => owner.reached(partition, sequence)).catch(cause => {
      throw new HailWhaleError('unavailable', error.message, { cause })
    })
    return NOTHING_ODD
  }
}
