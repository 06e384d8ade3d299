/**
 * The journal port: an ordered log of batches per partition, durable before `append` answers. The hail is its
 * appending end, the whale its consuming end; with the file journal both live in one process.
 *
 * Promises a journal makes (the conformance suite checks each):
 * - `append` resolves with the record's sequence once the record is as durable as `durability` says; sequences of a partition
 *   start at 1 and have no gaps; records appended in order get ascending sequences.
 * - A consumer of a partition gets every record after its position, in order, once per assignment, and only durable ones.
 * - A record that `append` rejected was not acknowledged; it may still be there after a restart, whole.
 * - `append` that fails because the medium is full rejects with `HailWhaleError('disk_full')` and can be called again. A failed
 *   sync is final: every later call rejects, and the process must restart to see what is really on disk.
 */
export interface Journal {
  /** One word for `/readyz` and the docs: what an acknowledged record survives. */
  readonly durability: 'fdatasync' | 'memory'
  readonly partitions: number

  /** Opens the journal, repairs a torn tail (and says so through `onRepair`), throws `JournalDamagedError` where it can't. */
  open(): Promise<void>

  /** Stops consuming, waits for appends under way, closes. Closing twice is fine. */
  close(): Promise<void>

  /** Appends one record. Calls may overlap; what arrives while one sync runs goes out in the next (group commit). */
  append(partition: number, record: JournalRecord): Promise<number>

  /**
   * Hands the partitions' records to the consumer, from where `assigned` says, until `close`: resolves then, after `revoked`, not
   * before. Rejects when it cannot go on: the consumer threw, a file is damaged, or the records asked for are not in the journal.
   */
  consume(consumer: JournalConsumer): Promise<void>

  /** Records through this sequence are no longer needed; the journal may keep them longer. */
  trim(partition: number, throughSequence: number): Promise<void>

  /** What it holds now. */
  stats(): Promise<JournalStats>
}

/** What a journal holds. */
export interface JournalStats {
  readonly bytes: number
  /** The pieces that are trimmed as a whole, at least 1: files, for one. */
  readonly segments: number
}

/** What is appended: bytes, and, for a consumer in the same process, the object they were made from. */
export interface JournalRecord {
  readonly bytes: Uint8Array
  /** What `bytes` decodes to. Never written; handed to a consumer in the same process so that it need not decode. */
  readonly decoded?: unknown
}

/** The consuming end. */
export interface JournalConsumer {
  /** The partition is this consumer's now: answer the sequence it has been applied through; records after it follow. */
  assigned(partition: number, epoch: number): Promise<number>
  /** One record, in order. The next one follows when this resolves (or at once if it returns nothing to wait for). */
  record(partition: number, sequence: number, record: JournalRecord): Promise<void> | void
  /**
   * All that was there when the partition was assigned has been handed over: the records through this sequence, less those that a
   * repair gave up. Nothing more follows before this resolves; what it throws ends `consume`.
   */
  caughtUp(partition: number, throughSequence: number): Promise<void> | void
  /** The partition is no longer this consumer's. */
  revoked(partition: number): Promise<void>
}

/** Damage that is not a torn tail: says file, offset and the way out. */
export class JournalDamagedError extends Error {
  override readonly name = 'JournalDamagedError'
  constructor(
    readonly file: string,
    readonly offsetBytes: number,
    readonly reason: string,
  ) {
    super(
      `journal damaged: ${file} at byte ${offsetBytes}: ${reason}. 'hailwhale check --repair' says what can be saved.`,
    )
  }
}
