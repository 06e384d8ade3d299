/** Hands one partition's records to the consumer, as long as its lease is held. */
import type { JournalConsumer } from '../journal.js'
import type { HeldLease } from './leases.js'
import type { LeaseTimes } from './options.js'
import type { PartitionStream } from './partition-stream.js'
import type { Troubles } from './troubles.js'

/** What a feed needs. */
export interface FeedParts {
  readonly partition: number
  readonly lease: HeldLease
  readonly stream: PartitionStream
  readonly consumer: JournalConsumer
  readonly times: LeaseTimes
  readonly monotonic: () => number
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>
  readonly troubles: Troubles
}

/** How long `revoked` waits for the call in hand. */
const IN_HAND_MS = 2_000

/** One assignment of a partition. */
export class PartitionFeed {
  readonly #parts: FeedParts
  readonly #ending = new AbortController()
  #idle = new AbortController()
  #isWoken = false

  constructor(parts: FeedParts) {
    this.#parts = parts
  }

  /** Whether it is to end, or has ended. */
  get isEnding(): boolean {
    return this.#ending.signal.aborted
  }

  /** Has it end behind the record in hand. */
  end(): void {
    this.#ending.abort()
    this.wake()
  }

  /** Has it look for records at once. */
  wake(): void {
    this.#isWoken = true
    this.#idle.abort()
  }

  /** Runs until it is to end, the lease is over, or the consumer throws; answers what it threw, after `revoked`. Never rejects. */
  async run(): Promise<{ readonly thrown?: unknown }> {
    const { partition, stream, consumer, delay, troubles } = this.#parts
    stream.listen(() => this.wake())
    void this.#watchLease()
    let end: { thrown?: unknown } = {}
    const handing = this.#handOver().catch(thrown => {
      end = { thrown }
    })
    handing.finally(() => this.end())
    await this.#ended()
    const waiting = new AbortController()
    await Promise.race([handing, delay(IN_HAND_MS, waiting.signal)])
    waiting.abort()
    stream.listen(undefined)
    await troubles.attempt(`giving partition ${partition} back`, () => consumer.revoked(partition))
    return end
  }

  async #handOver(): Promise<void> {
    const { partition, lease, consumer, stream } = this.#parts
    let through = await consumer.assigned(partition, lease.epoch)
    const caughtUpAt = await this.#asked(() => stream.lastSequence(through))
    if (caughtUpAt === undefined) return
    let told = false
    while (!this.isEnding) {
      this.#isWoken = false
      const records = await this.#asked(() => stream.read(through), through)
      if (records === undefined) return
      if (!told && (records[0]?.sequence ?? Number.POSITIVE_INFINITY) > caughtUpAt) {
        told = true
        through = Math.max(through, caughtUpAt)
        await consumer.caughtUp(partition, caughtUpAt)
      }
      for (const read of records) {
        if (this.isEnding || this.#isOver()) return
        const done = consumer.record(partition, read.sequence, stream.handedOver(read))
        if (done !== undefined) await done
        through = read.sequence
      }
      if (records.length === 0) await this.#pause()
    }
  }

  /**
   * Asks Redis until it answers; undefined when the feed ends first. Where it was away it may have forgotten its last records: what comes then
   * has sequences behind those that were handed over.
   */
  async #asked<T>(ask: () => Promise<T>, applied?: number): Promise<T | undefined> {
    const { partition, stream, troubles, delay, times } = this.#parts
    let isAligned = true
    while (!this.isEnding) {
      const answer = await troubles.attempt(`reading partition ${partition} of the queue`, async () => {
        if (!isAligned && applied !== undefined) await stream.lastSequence(applied)
        return { answer: await ask() }
      })
      if (answer !== undefined) return answer.answer
      isAligned = false
      await delay(times.againMs / 4, this.#ending.signal)
    }
    return undefined
  }

  /** Until the next full poll: so all partitions of a process ask in one go. */
  async #pause(): Promise<void> {
    if (this.#isWoken || this.isEnding) return
    const { delay, monotonic, times } = this.#parts
    this.#idle = new AbortController()
    await delay(times.pollMs - (monotonic() % times.pollMs), this.#idle.signal)
  }

  /** By our own clock: Redis may be away, or the consumer stuck. */
  async #watchLease(): Promise<void> {
    const { lease, monotonic, delay } = this.#parts
    while (!this.isEnding && !this.#isOver()) await delay(lease.untilMs - monotonic(), this.#ending.signal)
    this.end()
  }

  #isOver(): boolean {
    const { lease, monotonic } = this.#parts
    return monotonic() >= lease.untilMs
  }

  #ended(): Promise<void> {
    if (this.isEnding) return Promise.resolve()
    return new Promise(resolve => {
      this.#ending.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}
