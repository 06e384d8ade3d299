/**
 * The consuming of a queue by one whale: registered among the others, with its share of the partitions. Each tick renews what is held, takes
 * what is free up to the share, and gives back what is more than that.
 */
import type { JournalConsumer } from '../journal.js'
import type { HeldLease, Leases } from './leases.js'
import type { LeaseTimes, WhaleSelf } from './options.js'
import { PartitionFeed } from './partition-feed.js'
import type { PartitionStream } from './partition-stream.js'
import { type Queue, type RegisteredWhale, writtenWhale } from './queue.js'
import { QueueRefusedError } from './queue-refused-error.js'
import { shareOf } from './share.js'
import type { Troubles } from './troubles.js'

/** What consuming needs. */
export interface ConsumingParts {
  readonly queue: Queue
  readonly leases: Leases
  readonly streams: readonly PartitionStream[]
  readonly consumer: JournalConsumer
  readonly self: WhaleSelf
  readonly token: string
  readonly times: LeaseTimes
  readonly monotonic: () => number
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>
  readonly troubles: Troubles
  readonly onTrouble: (what: string, error: unknown) => void
  readonly isFinal: (error: unknown) => boolean
}

/** The consuming of a queue. */
export class Consuming {
  readonly #parts: ConsumingParts
  readonly #written: string
  readonly #address: string
  readonly #feeds = new Map<number, PartitionFeed>()
  readonly #ended = new Set<Promise<void>>()
  /** When a partition may be taken again whose consumer threw. */
  readonly #againAtMs = new Map<number, number>()
  #clash: { readonly whale: RegisteredWhale; readonly sinceMs: number } | undefined
  /** Or may be, or has been. */
  #isRegistered = false
  #balancing: Promise<void> | undefined
  #isEnding = false
  #finish: (failure: { readonly error: unknown } | undefined) => void = () => undefined
  /** Resolves once it has ended and nothing is held any more; rejects with what ended it. */
  readonly done: Promise<void>

  constructor(parts: ConsumingParts) {
    this.#parts = parts
    this.#address = parts.self.address()
    this.#written = writtenWhale(parts.token, parts.self.exclusive, this.#address)
    parts.leases.address = this.#address
    this.done = new Promise((resolve, reject) => {
      this.#finish = failure => (failure ? reject(failure.error) : resolve())
    })
  }

  /** Looks at the queue, renews, takes and gives back. Does not reject. */
  async tick(): Promise<void> {
    const { troubles, queue } = this.#parts
    await Promise.all([troubles.attempt('registering at the queue', () => this.#register()), this.#renew()])
    if (queue.mismatch) this.end({ error: queue.mismatch })
    else if (this.#isStuckInClash())
      this.end({ error: new QueueRefusedError(clashText(this.#clash!.whale, this.#parts.self)) })
    this.#balancing = this.#balance()
    await this.#balancing
  }

  /** Gives a partition back, to be taken again a little later, by whoever is first. */
  giveBack(partition: number): void {
    this.#rest(partition)
    this.#feeds.get(partition)?.end()
  }

  /** Gives everything back, unregisters, and is done. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#isEnding) return
    this.#isEnding = true
    for (const feed of this.#feeds.values()) feed.end()
    void this.#left().then(() => this.#finish(failure))
  }

  /** Resolves once this whale is not registered any more, and holds nothing. */
  async #left(): Promise<void> {
    const { queue, troubles } = this.#parts
    if (this.#isRegistered)
      await troubles.attempt('unregistering from the queue', () => queue.leave(this.#written))
    await this.#balancing
    while (this.#ended.size > 0) await Promise.all(this.#ended)
  }

  async #register(): Promise<void> {
    const { queue, monotonic } = this.#parts
    if (this.#isEnding) {
      await queue.look()
      return
    }
    this.#isRegistered = true
    const clash = await queue.look(this.#written)
    if (clash === undefined) this.#clash = undefined
    else this.#clash ??= { whale: clash, sinceMs: monotonic() }
  }

  /** A whale that died is registered for a while. */
  #isStuckInClash(): boolean {
    const { monotonic, times } = this.#parts
    return this.#clash !== undefined && monotonic() - this.#clash.sinceMs > times.ttlMs + times.tickMs
  }

  async #renew(): Promise<void> {
    const { leases, streams, troubles } = this.#parts
    await Promise.all(
      streams.map((_, partition) =>
        troubles.attempt(`renewing the lease of partition ${partition}`, async () => {
          await leases.renew(partition)
          if (leases.held(partition) === undefined) this.#feeds.get(partition)?.end()
        }),
      ),
    )
  }

  async #balance(): Promise<void> {
    const running = [...this.#feeds.values()].filter(feed => !feed.isEnding)
    const share = this.#share()
    for (const feed of running.slice(share)) feed.end()
    let missing = share - running.length
    const free = missing > 0 ? this.#free() : []
    while (missing > 0 && free.length > 0) {
      const taken = await Promise.all(free.splice(0, missing).map(partition => this.#take(partition)))
      missing -= taken.filter(Boolean).length
    }
  }

  #share(): number {
    const { queue, streams } = this.#parts
    if (this.#isEnding || this.#clash !== undefined) return 0
    const whales = queue.whales.map(({ written }) => written)
    return shareOf(this.#written, whales, streams.length)
  }

  /** The free partitions, from another one on in each whale, so that they don't all try for the same. */
  #free(): number[] {
    const { queue, leases, streams, monotonic } = this.#parts
    const place = queue.whales.findIndex(({ written }) => written === this.#written)
    const from = Math.floor((place * streams.length) / queue.whales.length)
    return streams
      .map((_, i) => (from + i) % streams.length)
      .filter(partition => !this.#feeds.has(partition) && leases.isFree(partition))
      .filter(partition => (this.#againAtMs.get(partition) ?? 0) <= monotonic())
  }

  async #take(partition: number): Promise<boolean> {
    const { leases, troubles } = this.#parts
    const lease = await troubles.attempt(`taking partition ${partition}`, () => leases.take(partition))
    if (lease === undefined) return false
    const ended = this.#feed(partition, lease)
    this.#ended.add(ended)
    void ended.then(() => this.#ended.delete(ended))
    return true
  }

  /** From the taking of a partition to its release. Never rejects. */
  async #feed(partition: number, lease: HeldLease): Promise<void> {
    const { leases, streams, troubles, onTrouble, isFinal } = this.#parts
    if (!this.#isEnding) {
      const feed = new PartitionFeed({ ...this.#parts, partition, lease, stream: streams[partition]! })
      this.#feeds.set(partition, feed)
      const end = await feed.run()
      this.#feeds.delete(partition)
      if ('thrown' in end) {
        this.#rest(partition)
        if (isFinal(end.thrown)) this.end({ error: end.thrown })
        else onTrouble(`consuming partition ${partition}`, end.thrown)
      }
    }
    await troubles.attempt(`releasing partition ${partition}`, () => leases.release(partition))
  }

  #rest(partition: number): void {
    const { monotonic, times } = this.#parts
    this.#againAtMs.set(partition, monotonic() + times.againMs)
  }
}

function clashText(other: RegisteredWhale, self: WhaleSelf): string {
  const at = `the whale at ${other.address}`
  if (other.isExclusive)
    return `${at} consumes this queue into a store of its own (lmdb:…): no other whale can consume it too. Stop that one first`
  if (self.exclusive)
    return `${at} consumes this queue: a whale with a store of its own (lmdb:…) must be the only one. Stop the others first, or use a store that all of them share (redis://…)`
  return `another whale is registered with the address ${other.address}: each needs one of its own, by which the others reach it (--advertise)`
}
