/**
 * What the owner of partitions does for whoever needs them: for its own service, and for other servers that ask it over
 * HTTP (`src/peers/`). Both come by this one interface, so that whoever asks needn't know where a partition is.
 */
import type { Reset, UpdateCountTo } from '../model/changes.js'
import type { PartReader } from '../query/reader.js'
import type { Batch, BatchOutcome } from '../rollup/batch.js'

/** Every method rejects with `HailWhaleError('unavailable')` where a partition is not the owner's (any more), or it can't be reached. */
export interface PartitionService {
  /** Reads the parts that these partitions hold, summed. */
  reader(partitions: readonly number[]): PartReader
  /** Appends a batch, all of one partition; resolves once it is durable and applied, with what became of it. */
  append(partition: number, batch: Batch): Promise<BatchOutcome>
  /** Resolves once the partition has been applied through this sequence. */
  reached(partition: number, sequence: number): Promise<void>
  /** Brings a bucket to a value; the partition is that of the key. */
  updateCountTo(partition: number, change: UpdateCountTo): Promise<void>
  /** Takes away what this partition holds of a key or path. */
  reset(partition: number, reset: Reset): Promise<void>
  /** How far each of the owner's partitions has been applied: for `version` of who reads them. */
  positions(): Promise<ReadonlyMap<number, number>>
}
