/**
 * The journal in Redis: a stream per partition, appended to by any number of hails, consumed by the whales that hold the partitions'
 * leases (docs/format/queue.md). As durable as Redis is configured to be.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as timeout } from 'node:timers/promises'
import { HailWhaleError } from '../../model/errors.js'
import { durabilityOf, type Keeping, keepingOf, riskOf, worstOf } from '../../redis/durability.js'
import { Redis } from '../../redis/redis.js'
import type {
  Durability,
  Journal,
  JournalConsumer,
  JournalRecord,
  JournalStats,
  PartitionOwner,
} from '../journal.js'
import { Consuming } from './consuming.js'
import { type PartitionKeys, partitionKeys, queueKeys } from './keys.js'
import { Leases } from './leases.js'
import {
  LEASE_TIMES,
  type LeaseTimes,
  MOST_BYTES,
  MOST_RECORDS,
  type RedisJournalOptions,
} from './options.js'
import { PartitionStream } from './partition-stream.js'
import { checkPartitions, Queue } from './queue.js'
import { Ticker } from './ticker.js'
import { Troubles } from './troubles.js'

/** What a queue holds now. */
export interface QueueStats extends JournalStats {
  readonly records: number
}

/** What is known once it is open. */
interface Opened {
  readonly keeping: Keeping
  readonly streams: readonly PartitionStream[]
}

/** A journal in a Redis. */
export class RedisJournal implements Journal {
  readonly kind = 'redis'
  readonly #options: RedisJournalOptions
  readonly #times: LeaseTimes
  readonly #monotonic: () => number
  readonly #delay: (ms: number, signal: AbortSignal) => Promise<void>
  readonly #onTrouble: (what: string, error: unknown) => void
  readonly #troubles: Troubles
  readonly #keysOf: (partition: number) => PartitionKeys
  readonly #token: string
  /** Records go one way, leases another: a large record doesn't hold a lease up. */
  readonly #records: Redis
  readonly #control: Redis
  readonly #queue: Queue
  readonly #leases: Leases
  readonly #ticker = new Ticker(() => this.#tick())
  readonly #closed = new AbortController()
  readonly #appends = new Set<Promise<number>>()
  #opened: Opened | undefined
  #consuming: Consuming | undefined
  #closing: Promise<void> | undefined

  /** Throws a `RangeError` for a number of partitions that no queue can have. */
  constructor(options: RedisJournalOptions) {
    const { address, namespace = 'hailwhale', partitions, random = randomBytes } = options
    checkPartitions(partitions)
    this.#options = options
    this.#times = options.times ?? LEASE_TIMES
    this.#monotonic = options.monotonic ?? (() => performance.now())
    this.#delay = options.delay ?? realDelay
    this.#onTrouble = options.onTrouble ?? (() => undefined)
    this.#troubles = new Troubles(this.#onTrouble)
    this.#keysOf = partition => partitionKeys(namespace, partition)
    this.#token = random(8).toString('hex')
    this.#records = new Redis(address)
    this.#control = new Redis(address, this.#times.ttlMs * CONTROL_ANSWER_OF_TTL)
    this.#queue = new Queue(this.#control, {
      keys: queueKeys(namespace),
      shown: `the queue "${namespace}" in ${address.shown}`,
      ttlMs: this.#times.ttlMs,
      partitions,
      secret: random(32).toString('base64url'),
    })
    this.#leases = new Leases({
      redis: this.#control,
      keysOf: this.#keysOf,
      token: this.#token,
      ttlMs: this.#times.ttlMs,
      monotonic: this.#monotonic,
    })
  }

  /** The worst of all nodes that have a partition, as of `open`. */
  get durability(): Durability {
    return durabilityOf(this.#required().keeping)
  }

  /** As of `open`, too. */
  get risk(): string | null {
    return riskOf(this.#required().keeping)
  }

  get partitions(): number {
    return this.#queue.partitions
  }

  /** What hails and whales prove to one another that they belong to this queue. */
  get secret(): string {
    this.#required()
    return this.#queue.secret
  }

  /** The addresses of the whales that live, as of about a second ago, sorted; this process's own is one of them. */
  whales(): readonly string[] {
    return this.#queue.whales.map(({ address }) => address).sort()
  }

  ownerOf(partition: number): PartitionOwner {
    return this.#leases.ownerOf(partition)
  }

  /** Asks anew for the whales and the owners, which are otherwise asked for once a second. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#opened !== undefined && this.#closing === undefined) await this.#ticker.soon()
  }

  /**
   * Connects and makes the queue, where there is none yet. Rejects with `unavailable` where Redis can't be reached (then it can be called again),
   * with `QueueRefusedError` where the queue is of a newer version, or has another number of partitions than was asked for.
   */
  async open(): Promise<void> {
    if (this.#opened !== undefined || this.#closing !== undefined)
      throw unavailable('the queue was opened before')
    try {
      this.#opened = await this.#open()
    } catch (error) {
      await this.#disconnect()
      throw error
    }
    void this.#tickOnAndOn()
  }

  async #open(): Promise<Opened> {
    await Promise.all([this.#records.open(), this.#control.open()])
    await this.#queue.look()
    if (this.#queue.mismatch) throw this.#queue.mismatch
    const { mostRecords = MOST_RECORDS, mostBytes = MOST_BYTES } = this.#options
    const all = Array.from({ length: this.#queue.partitions }, (_, partition) => partition)
    const keeping = await Promise.all(all.map(each => keepingOf(this.#control, this.#keysOf(each).journal)))
    const streams = all.map(
      each => new PartitionStream(this.#records, each, this.#keysOf(each), { mostRecords, mostBytes }),
    )
    return { keeping: worstOf(keeping), streams }
  }

  /**
   * Says where the queue's counts go: once for all whales that ever consume it. Rejects with `QueueRefusedError` when they already go
   * to another store. `storeId`: the same for all whales that share a store; shown to people.
   */
  async bindStore(storeId: string): Promise<void> {
    this.#required()
    await this.#queue.bindStore(storeId)
  }

  /** Gives the partitions back (`revoked` may flush), unregisters, waits for appends under way, disconnects. Closing twice is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#consuming?.end()
    await this.#consuming?.done.catch(() => undefined)
    await Promise.allSettled(this.#appends)
    this.#closed.abort()
    await this.#disconnect()
  }

  /**
   * Appends a record; resolves with its sequence once Redis has it. Rejects with `queue_full` where the partition holds as much as it may, or
   * Redis has no memory left, with `body_too_large` over 64 MiB, and with `unavailable` for all else: then the record may be there.
   */
  append(partition: number, record: JournalRecord): Promise<number> {
    if (this.#opened === undefined || this.#closing !== undefined)
      return Promise.reject(unavailable('the queue is not open'))
    const stream = this.#opened.streams[partition]
    if (stream === undefined)
      return Promise.reject(new RangeError(`a queue of ${this.partitions} partitions has none ${partition}`))
    const { mismatch } = this.#queue
    if (mismatch) return Promise.reject(unavailable(mismatch.message))
    const appended = stream.append(record)
    this.#appends.add(appended)
    const forget = () => this.#appends.delete(appended)
    appended.then(forget, forget)
    return appended
  }

  /**
   * Registers this whale, takes its share of the partitions, and hands their records over, each partition for itself, until `close`. What
   * fails is tried again: a Redis that is away, a consumer that throws (its partition is given back, and taken again a second later).
   *
   * Rejects with `QueueRefusedError`, after all partitions were given back, where that can't help: another whale is registered with the same address,
   * or one of the two is exclusive (for longer than a dead one stays registered); the queue was made anew with another number of partitions, by a
   * newer version, or for another store; and with what the consumer threw where `isFinal` says so.
   *
   * `revoked` is called when a lease is lost or given back, once the call in hand is done, or after 2 s beside it. `ownerOf` is `self` as
   * long as the lease is held, also while `revoked` runs: what `revoked` flushes still counts. Where it isn't `self` any more, the lease is
   * lost, and nothing may be written.
   */
  consume(consumer: JournalConsumer): Promise<void> {
    const { self, isFinal = () => false } = this.#options
    if (this.#opened === undefined || this.#closing !== undefined)
      return Promise.reject(unavailable('the queue is not open'))
    if (self === undefined) return Promise.reject(new RangeError('a journal without `self` only appends'))
    if (this.#consuming !== undefined)
      return Promise.reject(unavailable('the queue has its consumer in this process already'))
    this.#consuming = new Consuming({
      queue: this.#queue,
      leases: this.#leases,
      streams: this.#opened.streams,
      consumer,
      self,
      token: this.#token,
      times: this.#times,
      monotonic: this.#monotonic,
      delay: this.#delay,
      troubles: this.#troubles,
      onTrouble: this.#onTrouble,
      isFinal,
    })
    void this.#ticker.soon()
    return this.#consuming.done
  }

  /** Gives a partition back, as if its consumer had thrown: `revoked`, then it is taken again a second later, by whoever is first. */
  giveBack(partition: number): void {
    this.#consuming?.giveBack(partition)
  }

  /** Removes the records through a sequence. */
  async trim(partition: number, throughSequence: number): Promise<void> {
    await this.#required().streams[partition]?.trim(throughSequence)
  }

  /** Its records and their bytes, of all partitions; Redis takes a few bytes a record more. */
  async stats(): Promise<QueueStats> {
    const sizes = await Promise.all(this.#required().streams.map(stream => stream.size()))
    return {
      records: sizes.reduce((sum, { records }) => sum + records, 0),
      bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
      segments: 1,
    }
  }

  async #tickOnAndOn(): Promise<void> {
    const { signal } = this.#closed
    while (!signal.aborted) {
      const troubles = this.#troubles.count
      await this.#ticker.soon()
      // A lease that could not be renewed has no second to lose.
      await this.#delay(this.#times.tickMs / (this.#troubles.count > troubles ? 4 : 1), signal)
    }
  }

  async #tick(): Promise<void> {
    if (this.#consuming !== undefined) return this.#consuming.tick()
    await this.#troubles.attempt('looking at the queue', async () => {
      await Promise.all([
        this.#queue.look(),
        ...this.#opened!.streams.map((_, partition) => this.#leases.look(partition)),
      ])
    })
  }

  #required(): Opened {
    if (this.#opened === undefined) throw unavailable('the queue is not open')
    return this.#opened
  }

  async #disconnect(): Promise<void> {
    await Promise.all([this.#records.close(), this.#control.close()])
  }
}

/** Leases are renewed in time after two answers that never came. */
const CONTROL_ANSWER_OF_TTL = 0.25

async function realDelay(ms: number, signal: AbortSignal): Promise<void> {
  await timeout(ms, undefined, { signal }).catch(() => undefined)
}

function unavailable(detail: string): HailWhaleError {
  return new HailWhaleError('unavailable', detail)
}
