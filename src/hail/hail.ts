/**
 * The hail: the appending end of a journal that others consume. Requests become batches, batches are cut by partition, each part goes
 * into the journal, and a request is answered once all of it is there. It keeps nothing else: it can be lost at any time.
 */
import type { CountOutcome, HailService, Readiness } from '../http/service.js'
import type { Journal } from '../journal/journal.js'
import { HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import type { Batch } from '../rollup/batch.js'
import { BatchEncoder } from '../rollup/batch-codec.js'
import { partitionOf } from '../rollup/partition.js'
import type { PartitionService } from '../whale/partition-service.js'
import { type Commitment, commitInParts, NOTHING_ODD } from './commitment.js'
import { Committer } from './committer.js'
import { LineFiller } from './line-filler.js'
import { Outage } from './outage.js'

/** What a hail stands on. */
export interface HailParts {
  /** Open. */
  readonly journal: Pick<
    Journal,
    'append' | 'durability' | 'kind' | 'ownerOf' | 'partitions' | 'risk' | 'stats'
  >
  /** The whale at an address. */
  readonly peer: (address: string) => Pick<PartitionService, 'reached'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Waits so many milliseconds. */
  readonly delay: (ms: number) => Promise<void>
  /** Told once when a partition of the queue takes nothing any more, until it does again. */
  readonly onTrouble: (what: string, error: unknown) => void
  /** Names may take this much memory before the table of them is started anew. */
  readonly internerBytes: number
}

/**
 * A batch waits for the one before it, so that it grows meanwhile: one record costs nearly what a hundred do. But not for long, and not for
 * more than so many: a part of the queue that hangs must not hold up the others.
 */
const PATIENCE_MS = 20
const MOST_UNDER_WAY = 4
/** `flushHail` waits so long for the whales to count what was queued, and asks again after this while. */
const FLUSH_MS = 50_000
const FLUSH_AGAIN_MS = 100

/** The service of a hail, as far as it needs no whale. */
export class Hail implements HailService {
  readonly #parts: HailParts
  readonly #encoder = new BatchEncoder()
  readonly #lines = new LineFiller()
  readonly #committer: Committer
  /** By partition. */
  readonly #outages: readonly Outage[]
  /** Per partition: the last sequence that a record from here has got, and the last one that is known to be counted; 0: none. */
  readonly #appended: number[]
  readonly #counted: number[]

  constructor(parts: HailParts) {
    this.#parts = parts
    const { journal, now, onTrouble, internerBytes } = parts
    this.#committer = new Committer({
      commit: batch => this.#commit(batch),
      now,
      internerBytes,
      mostUnapplied: MOST_UNDER_WAY,
    })
    const outageOf = (_: unknown, partition: number) =>
      new Outage(now, error => onTrouble(`queueing for partition ${partition}`, error))
    this.#outages = Array.from({ length: journal.partitions }, outageOf)
    this.#appended = new Array(journal.partitions).fill(0)
    this.#counted = new Array(journal.partitions).fill(0)
  }

  /** Entries that wait for a commit. */
  get waiting(): number {
    return this.#committer.waiting
  }

  count: HailService['count'] = async (events, options): Promise<CountOutcome> => {
    if (this.#outage()) this.#refuseWhereOut(events)
    return this.#committer.count(events, options?.idempotencyKey)
  }

  countLines: NonNullable<HailService['countLines']> = (body, context) => {
    // Then the keys must be looked at before anything is sent.
    if (this.#outage()) return undefined
    return this.#committer.countFilled(builder => this.#lines.fill(body, builder, context))
  }

  async flushHail(): Promise<void> {
    const deadlineMs = this.#parts.now() + FLUSH_MS
    await this.#committer.drain()
    await Promise.all(
      this.#appended.map((sequence, partition) => this.#untilCounted(partition, sequence, deadlineMs)),
    )
  }

  async readiness(): Promise<Readiness> {
    const { journal } = this.#parts
    const isThere = await journal.stats().then(
      () => true,
      () => false,
    )
    const isFull = this.#outages.some(({ error }) => error?.code === 'queue_full')
    const isReady = isThere && !isFull
    return {
      ready: isReady,
      // For everybody: where the queue is, is in the log.
      detail: !isThere ? 'the queue does not answer' : isFull ? 'the queue is full' : 'ready',
      durability: journal.durability,
      journal: journal.kind,
      store: null,
      risk: journal.risk,
    }
  }

  /** Waits until what was accepted is in the journal, or refused. */
  async close(): Promise<void> {
    await this.#committer.drain()
  }

  /** Why some partition takes nothing. */
  #outage(): HailWhaleError | undefined {
    return this.#outages.find(({ error }) => error)?.error
  }

  /** All or nothing: where one of a request's partitions takes nothing, the others get nothing of it. */
  #refuseWhereOut(events: readonly CountEvent[]): void {
    const { partitions } = this.#parts.journal
    for (const { key } of events) this.#outages[partitionOf(key, partitions)]!.refuse()
  }

  #commit(batch: Batch): Commitment {
    const { journal, delay } = this.#parts
    const { durable, applied } = commitInParts(batch, journal.partitions, (partition, part) => {
      const appended = this.#append(partition, part)
      return { durable: appended, applied: appended.then(() => NOTHING_ODD) }
    })
    return { durable: Promise.race([durable, delay(PATIENCE_MS)]), applied }
  }

  async #append(partition: number, part: Batch): Promise<void> {
    const send = () => this.#parts.journal.append(partition, { bytes: this.#encoder.encode(part) })
    const sequence = await this.#outages[partition]!.pass(send)
    this.#appended[partition] = Math.max(this.#appended[partition]!, sequence)
  }

  /** Asks the partition's owner, whoever that is by then. */
  async #untilCounted(partition: number, sequence: number, deadlineMs: number): Promise<void> {
    const { journal, now, delay } = this.#parts
    while (this.#counted[partition]! < sequence) {
      const owner = journal.ownerOf(partition)
      const leftMs = deadlineMs - now()
      if (leftMs <= 0) throw notCounted(owner === null)
      if (owner !== null && owner !== 'self') await this.#ask(owner.address, partition, sequence, leftMs)
      if (this.#counted[partition]! < sequence) await delay(FLUSH_AGAIN_MS)
    }
  }

  /** Notes what the owner says within this time. */
  async #ask(address: string, partition: number, sequence: number, withinMs: number): Promise<void> {
    const reached = this.#parts.peer(address).reached(partition, sequence)
    const noted = reached.then(
      () => {
        this.#counted[partition] = Math.max(this.#counted[partition]!, sequence)
      },
      // Somebody else has it by now, or it does not answer: the next one asked knows.
      () => undefined,
    )
    await Promise.race([noted, this.#parts.delay(withinMs)])
  }
}

function notCounted(isOwnerless: boolean): HailWhaleError {
  const why = isOwnerless ? 'no whale is there that would count it' : 'the whales have not got that far yet'
  return new HailWhaleError('unavailable', `What was queued is safe, but not counted: ${why}.`)
}
