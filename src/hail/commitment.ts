/** What becomes of a batch on its way, and of one that is cut into parts of several partitions. */
import type { Batch, BatchOutcome } from '../rollup/batch.js'
import { type BatchPart, mergeOutcome, splitBatch } from '../rollup/split-batch.js'

/** A batch on its way. */
export interface Commitment {
  /** Settles once the next batch may be sent after it: as a rule when this one is durable. Its failure is `applied`'s too. */
  readonly durable: Promise<unknown>
  /** Resolves once the batch is as far as its senders are told: durable, or applied too. */
  readonly applied: Promise<CommitOutcome>
}

/** What became of a batch. */
export interface CommitOutcome extends BatchOutcome {
  /** Parts that failed: their entries were not counted, or nobody knows. */
  readonly failures?: readonly PartFailure[]
}

/** A part that failed. */
export interface PartFailure {
  readonly entries: Int32Array
  readonly error: unknown
}

/** Nothing was a duplicate, nothing overflowed. */
export const NOTHING_ODD: BatchOutcome = { duplicate: new Uint8Array(0), overflowed: new Set() }

/** Has each partition's part of a batch committed. A part that fails is no harm to the others. */
export function commitInParts(
  batch: Batch,
  partitions: number,
  commit: (partition: number, part: Batch) => Commitment,
): Commitment {
  const parts = splitBatch(batch, partitions)
  if (parts.length === 1) return commit(parts[0]!.partition, batch)
  const commitments = parts.map(part => commit(part.partition, part.batch))
  return {
    durable: Promise.allSettled(commitments.map(({ durable }) => durable)),
    applied: Promise.allSettled(commitments.map(({ applied }) => applied)).then(outcomes =>
      merged(batch, parts, outcomes),
    ),
  }
}

function merged(
  batch: Batch,
  parts: readonly BatchPart[],
  outcomes: readonly PromiseSettledResult<CommitOutcome>[],
): CommitOutcome {
  const whole = {
    duplicate: new Uint8Array(batch.guardCount > 0 ? batch.count : 0),
    overflowed: new Set<number>(),
  }
  const failures: PartFailure[] = []
  for (const [i, outcome] of outcomes.entries()) {
    const part = parts[i]!
    if (outcome.status === 'fulfilled') mergeOutcome(whole, part, outcome.value)
    else failures.push({ entries: part.entries!, error: outcome.reason })
  }
  return failures.length > 0 ? { ...whole, failures } : whole
}
