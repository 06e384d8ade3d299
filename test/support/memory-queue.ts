/**
 * A queue in memory that several servers append to and consume, and whose partitions go from one to another when a test says so: as the
 * journal in Redis does it, without a clock. A server can also be robbed of a partition without hearing of it: as one that was paused.
 */
import { EventEmitter, once } from 'node:events'
import type {
  Journal,
  JournalConsumer,
  JournalRecord,
  JournalStats,
  PartitionOwner,
} from '../../src/journal/journal.js'
import { HailWhaleError } from '../../src/model/errors.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import type { PartitionStores, StoreView } from '../../src/store/partition-stores.js'
import { type Change, type Store, StoreFencedError } from '../../src/store/store.js'

interface Appended {
  readonly sequence: number
  readonly record: JournalRecord
  readonly by: QueueJournal
}

interface Partition {
  records: Appended[]
  last: number
  epoch: number
  owner: QueueJournal | null
}

/** The queue, and the store of each partition. */
export class MemoryQueue {
  readonly partitions: readonly Partition[]
  readonly stores: readonly MemoryStore[]
  /** The highest epoch that has opened a partition's store. */
  readonly #fences: number[]
  readonly #appended = new EventEmitter().setMaxListeners(0)

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => ({
      records: [],
      last: 0,
      epoch: 0,
      owner: null,
    }))
    this.stores = this.partitions.map(() => new MemoryStore())
    this.#fences = this.partitions.map(() => 0)
  }

  async open(): Promise<void> {
    for (const store of this.stores) await store.open()
  }

  /** The end of it that a server has. */
  journal(address: string): QueueJournal {
    return new QueueJournal(this, address)
  }

  /** The stores, as one server has them. */
  storesOf(): PartitionStores {
    return {
      name: 'memory',
      risk: null,
      open: async () => undefined,
      id: async () => 'memory',
      own: async (partition, epoch) => {
        this.#fences[partition] = Math.max(this.#fences[partition]!, epoch)
        return new FencedStore(this.stores[partition]!, () => this.#fences[partition]! > epoch)
      },
      release: async () => undefined,
      view: (partition): StoreView => this.stores[partition]!,
      sizeBytes: async () => 0,
      close: async () => undefined,
    }
  }

  append(partition: number, record: JournalRecord, by: QueueJournal): number {
    const into = this.partitions[partition]!
    // In steps, as the journal in Redis has gaps.
    into.last += 3
    into.records.push({ sequence: into.last, record, by })
    this.#appended.emit('appended')
    return into.last
  }

  /** Resolves with the next record, or when something has happened. */
  changed(): Promise<unknown> {
    return once(this.#appended, 'appended')
  }

  wake(): void {
    this.#appended.emit('appended')
  }

  /** Gives a partition to a server, once the one that has it has given it back. */
  async give(partition: number, to: QueueJournal | null): Promise<void> {
    const { owner } = this.partitions[partition]!
    if (owner === to) return
    await owner?.revoke(partition)
    this.#own(partition, to)
  }

  /** Gives a partition to a server, and answers how to tell the one that had it. */
  steal(partition: number, to: QueueJournal): () => Promise<void> {
    const { owner } = this.partitions[partition]!
    // One that has not heard yet that it lost the partition can't take it anew.
    if (owner === to || to.believes.has(partition)) return async () => undefined
    owner?.believes.add(partition)
    this.#own(partition, to)
    if (!owner) return async () => undefined
    return async () => {
      owner.believes.delete(partition)
      await owner.revoke(partition)
    }
  }

  #own(partition: number, to: QueueJournal | null): void {
    const own = this.partitions[partition]!
    own.owner = to
    if (to) to.take(partition, ++own.epoch)
  }
}

/** One server's end of the queue. */
export class QueueJournal implements Journal {
  readonly kind = 'redis'
  readonly durability = 'memory'
  readonly risk = null
  readonly address: string
  /** Partitions that it still takes for its own. */
  readonly believes = new Set<number>()
  /** Nothing is handed to its consumer while this is set. */
  isHeld = false
  readonly #queue: MemoryQueue
  #consumer: JournalConsumer | undefined
  #end: () => void = () => undefined
  readonly #feeds = new Map<number, { isOver: boolean; done: Promise<void> }>()

  constructor(queue: MemoryQueue, address: string) {
    this.#queue = queue
    this.address = address
  }

  get partitions(): number {
    return this.#queue.partitions.length
  }

  ownerOf(partition: number): PartitionOwner {
    if (this.believes.has(partition)) return 'self'
    const { owner } = this.#queue.partitions[partition]!
    return owner === this ? 'self' : owner && { address: owner.address }
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {
    for (const [partition, own] of this.#queue.partitions.entries()) {
      if (own.owner === this) await this.#queue.give(partition, null)
    }
    for (const partition of this.#feeds.keys()) await this.revoke(partition)
    this.#end()
  }

  async append(partition: number, record: JournalRecord): Promise<number> {
    return this.#queue.append(partition, record, this)
  }

  consume(consumer: JournalConsumer): Promise<void> {
    this.#consumer = consumer
    return new Promise(resolve => {
      this.#end = resolve
    })
  }

  async trim(partition: number, throughSequence: number): Promise<void> {
    const own = this.#queue.partitions[partition]!
    own.records = own.records.filter(({ sequence }) => sequence > throughSequence)
  }

  async stats(): Promise<JournalStats> {
    return { bytes: 0, segments: 1 }
  }

  giveBack(partition: number): void {
    void this.#takeAnew(partition)
  }

  /** The partition is this server's from now on. */
  take(partition: number, epoch: number): void {
    const feed = { isOver: false, done: Promise.resolve() }
    this.#feeds.set(partition, feed)
    feed.done = this.#feed(partition, epoch, feed).catch(() => void this.#takeAnew(partition))
  }

  /** Resolves once the consumer has let it go. */
  async revoke(partition: number): Promise<void> {
    const feed = this.#feeds.get(partition)
    if (!feed) return
    feed.isOver = true
    this.#feeds.delete(partition)
    this.#queue.wake()
    await feed.done
    await this.#consumer?.revoked(partition)
  }

  async #takeAnew(partition: number): Promise<void> {
    await this.revoke(partition)
    const own = this.#queue.partitions[partition]!
    if (own.owner === this) this.take(partition, ++own.epoch)
  }

  async #feed(partition: number, epoch: number, feed: { readonly isOver: boolean }): Promise<void> {
    const consumer = this.#consumer
    if (!consumer) throw new HailWhaleError('unavailable', 'nobody consumes')
    const own = this.#queue.partitions[partition]!
    let through = await consumer.assigned(partition, epoch)
    const caughtUpAt = own.last
    let isTold = false
    while (!feed.isOver) {
      const next = own.records.find(({ sequence }) => sequence > through)
      if (this.isHeld) await this.#queue.changed()
      else if (!isTold && (!next || next.sequence > caughtUpAt)) {
        isTold = true
        await consumer.caughtUp(partition, Math.max(through, caughtUpAt))
      } else if (next) {
        through = next.sequence
        const { bytes, decoded } = next.record
        await consumer.record(partition, next.sequence, next.by === this ? { bytes, decoded } : { bytes })
      } else await this.#queue.changed()
    }
  }
}

/** A store that an older owner can't write. */
class FencedStore implements Store {
  readonly name = 'memory'
  readonly incarnation = 0
  readonly #store: MemoryStore
  readonly #isFenced: () => boolean

  constructor(store: MemoryStore, isFenced: () => boolean) {
    this.#store = store
    this.#isFenced = isFenced
  }

  get supports(): Store['supports'] {
    return this.#store.supports
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {}

  read: Store['read'] = addresses => this.#store.read(addresses)

  scan: Store['scan'] = (group, range, visit) => this.#store.scan(group, range, visit)

  starts: Store['starts'] = (from, until, length) => this.#store.starts(from, until, length)

  sizeBytes: Store['sizeBytes'] = () => this.#store.sizeBytes()

  async write(changes: readonly Change[]): Promise<void> {
    this.#refuse()
    await this.#store.write(changes)
  }

  async drop(from: Uint8Array, until: Uint8Array): Promise<void> {
    this.#refuse()
    await this.#store.drop(from, until)
  }

  #refuse(): void {
    if (this.#isFenced()) throw new StoreFencedError('another server has it')
  }
}
