/** What this server does with the partitions that it has, for itself and for others: it never passes anything on. */
import type { Commitment } from '../hail/commitment.js'
import { NOTHING_ODD } from '../hail/commitment.js'
import type { Journal } from '../journal/journal.js'
import type { Reset, UpdateCountTo } from '../model/changes.js'
import type { PartReader, RollupReader } from '../query/reader.js'
import type { Batch, BatchOutcome } from '../rollup/batch.js'
import { BatchEncoder } from '../rollup/batch-codec.js'
import type { Policies } from '../rollup/series.js'
import { MergedParts } from './merged-reader.js'
import { NotDoneError, PartitionMovedError } from './not-done.js'
import type { PartitionService } from './partition-service.js'
import type { OwnedPartition, Partitions } from './partitions.js'
import { reset } from './reset.js'
import { updateBatch } from './update-count-to.js'
import type { Whale } from './whale.js'

/** What it stands on. */
export interface LocalPartitionsOptions {
  readonly journal: Pick<Journal, 'append' | 'ownerOf' | 'partitions'>
  readonly partitions: Partitions
  readonly policies: Policies
  readonly now: () => number
  /**
   * Runs a job that reads before it counts: one at a time in a partition, and all that was accepted before it was asked for is
   * applied.
   */
  readonly alone: (partition: number, job: () => Promise<void>) => Promise<void>
  /** Reads all partitions, with all that was accepted before; rejects where one can only be read as it was a while ago. */
  readonly everything: () => Promise<RollupReader>
}

/** Serves the partitions of this server. */
export class LocalPartitions implements PartitionService {
  readonly #options: LocalPartitionsOptions
  readonly #encoder = new BatchEncoder()

  constructor(options: LocalPartitionsOptions) {
    this.#options = options
  }

  reader(partitions: readonly number[]): PartReader {
    return new MergedParts(() => partitions.map(partition => this.#ready(partition).whale.reader))
  }

  /** Sends a batch, all of one partition, on its way. */
  commit(partition: number, batch: Batch): Commitment {
    try {
      const { whale } = this.#writable(partition)
      return this.#commit(partition, batch, whale)
    } catch (error) {
      return { durable: Promise.resolve(), applied: Promise.reject(error) }
    }
  }

  /** An empty batch asks whether all before it is applied, and in a store that has not gone back. */
  async append(partition: number, batch: Batch): Promise<BatchOutcome> {
    const outcome = await this.commit(partition, batch).applied
    if (batch.count === 0) await this.#ready(partition).whale.checkStore()
    return outcome
  }

  async reached(partition: number, sequence: number): Promise<void> {
    await this.#ready(partition).whale.reached(sequence)
  }

  async updateCountTo(partition: number, change: UpdateCountTo): Promise<void> {
    const { alone, everything, now } = this.#options
    this.#ready(partition)
    await alone(partition, async () => {
      const { whale } = this.#writable(partition)
      const batch = await updateBatch(change, await everything(), now())
      // Of a store that has gone back it was read wrong: then nothing is counted, nor is it said that there is nothing to count.
      await whale.checkStore()
      if (batch) await this.append(partition, batch)
    })
  }

  async reset(partition: number, request: Reset): Promise<void> {
    const { alone, policies, now } = this.#options
    this.#ready(partition)
    await alone(partition, async () => {
      const { whale } = this.#writable(partition)
      const commit = async (batch: Batch): Promise<BatchOutcome> => {
        await whale.checkStore()
        return this.append(partition, batch)
      }
      await reset(request, { whale, policies, commit, nowMs: now() })
      await whale.checkStore()
    })
  }

  async positions(): Promise<ReadonlyMap<number, number>> {
    const { partitions } = this.#options
    const ready = partitions.owned.filter(({ partition }) => partitions.ready(partition))
    return new Map(ready.map(({ partition, whale }) => [partition, whale.through]))
  }

  #commit(partition: number, batch: Batch, whale: Whale): Commitment {
    const { journal } = this.#options
    const record = { bytes: this.#encoder.encode(batch), decoded: batch }
    const applied = new Promise<BatchOutcome>(resolve => {
      batch.applied = resolve
    })
    const appended = journal.append(partition, record)
    const settled = appended.then(sequence => this.#followed(partition, sequence, whale, applied))
    return { durable: appended.then(nothing, nothing), applied: settled }
  }

  /** What becomes of a batch that is durable. Nothing is known of one that was read back from the journal, but that it is applied. */
  #followed(
    partition: number,
    sequence: number,
    whale: Whale,
    applied: Promise<BatchOutcome>,
  ): Promise<BatchOutcome> {
    const reached = whale.reached(sequence).then(
      () => NOTHING_ODD,
      () => {
        throw new PartitionMovedError(partition, sequence)
      },
    )
    return Promise.race([applied, reached])
  }

  /** Throws where it is not caught up, or another server's. */
  #ready(partition: number): OwnedPartition {
    const { partitions, journal } = this.#options
    const owned = partitions.ready(partition)
    if (owned) return owned
    if (journal.ownerOf(partition) === 'self')
      throw new NotDoneError(
        'recovering',
        'The journal is being read after a restart; try again in a second.',
      )
    throw new NotDoneError('unavailable', `Partition ${partition} belongs to another server.`)
  }

  /** Throws as well where its store is away: what is counted then would only wait for it. */
  #writable(partition: number): OwnedPartition {
    const owned = this.#ready(partition)
    if (!owned.whale.isAway) return owned
    throw new NotDoneError('unavailable', 'The store does not answer; it is tried again.')
  }
}

function nothing(): void {}
