/**
 * The partitions that a server has: each with its store and its whale, from when the journal assigns it until it is revoked. Partitions
 * know nothing of each other, but that they share the memory.
 */
import { setTimeout as timeout } from 'node:timers/promises'
import type { Journal, JournalConsumer, JournalRecord } from '../journal/journal.js'
import { HailWhaleError } from '../model/errors.js'
import type { PartitionStores } from '../store/partition-stores.js'
import { isFinal, type Store } from '../store/store.js'
import { Whale, type WhaleOptions } from './whale.js'

/** What all partitions are made of. */
export interface PartitionsOptions
  extends Omit<
    WhaleOptions,
    'partition' | 'journal' | 'store' | 'cacheMemoryBytes' | 'onTrouble' | 'onLostEnd'
  > {
  readonly journal: Pick<Journal, 'trim' | 'ownerOf' | 'giveBack'>
  readonly stores: PartitionStores
  /** For all partitions together. */
  readonly cacheMemoryBytes: number
  /** Told each time something of a partition failed and will be tried again. */
  readonly onTrouble: (partition: number, what: string, error: unknown) => void
  /** Told where a store can't be written by its whale any more. Absent: then only that partition is dropped, to be assigned anew. */
  readonly onFinal?: (error: Error) => void
  /** Told of a partition whose end is lost in journal and store both; absent: that is thrown. */
  readonly onLostEnd?: (partition: number, error: Error) => void
  readonly onCaughtUp: (partition: OwnedPartition) => void
}

/** A partition that is this server's. */
export interface OwnedPartition {
  readonly partition: number
  readonly store: Store
  readonly whale: Whale
}

/** A partition, and what is wrong with it. */
interface Owned extends OwnedPartition {
  /** Its store can't be written by this whale any more. */
  dropped: Error | undefined
}

/** A partition that goes elsewhere gets this long for its last flush. What it leaves is in the journal. */
const REVOKE_MS = 4000

/** Has a whale for each partition that the journal assigns. */
export class Partitions implements JournalConsumer {
  readonly #options: PartitionsOptions
  readonly #owned = new Map<number, Owned>()
  #isClosing = false

  constructor(options: PartitionsOptions) {
    this.#options = options
  }

  /** Those that are assigned, caught up or not. */
  get owned(): readonly OwnedPartition[] {
    return [...this.#owned.values()]
  }

  /** A partition that is this server's and caught up. */
  ready(partition: number): OwnedPartition | undefined {
    const owned = this.#owned.get(partition)
    return owned?.whale.ready && !owned.dropped && this.#isOwn(partition) ? owned : undefined
  }

  /** Whether all of so many partitions are ready here. */
  areReady(count: number): boolean {
    for (let partition = 0; partition < count; partition++) if (!this.ready(partition)) return false
    return true
  }

  /** A batch waits for a store that can't be read. */
  get isAway(): boolean {
    for (const { whale } of this.#owned.values()) if (whale.isAway) return true
    return false
  }

  /** A partition that is assigned, caught up or not. */
  get(partition: number): OwnedPartition | undefined {
    return this.#owned.get(partition)
  }

  async assigned(partition: number, epoch: number): Promise<number> {
    const { stores } = this.#options
    const store = await stores.own(partition, epoch).catch(error => this.#throw(partition, error))
    const whale = this.#whaleOf(partition, store)
    this.#owned.set(partition, { partition, store, whale, dropped: undefined })
    if (this.#isClosing) whale.stopRetrying()
    return whale.assigned().catch(error => this.#throw(partition, error))
  }

  record(partition: number, sequence: number, record: JournalRecord): Promise<void> | void {
    const owned = this.#owned.get(partition)!
    if (owned.dropped) return Promise.reject(droppedError(partition, owned.dropped))
    return owned.whale.record(partition, sequence, record)?.catch(error => this.#throw(partition, error))
  }

  async caughtUp(partition: number, throughSequence: number): Promise<void> {
    const owned = this.#owned.get(partition)!
    await owned.whale.caughtUp(partition, throughSequence).catch(error => this.#throw(partition, error))
    this.#options.onCaughtUp(owned)
  }

  /** Flushes what it can in a few seconds where the partition is still this server's; whoever waits for it is told at once. */
  async revoked(partition: number): Promise<void> {
    const owned = this.#owned.get(partition)
    if (!owned) return
    const { store, whale } = owned
    if (!owned.dropped && this.#isOwn(partition)) await this.#inTime(whale.close())
    whale.abandon()
    this.#owned.delete(partition)
    await this.#inTime(this.#options.stores.release(partition, store))
  }

  /** Flushes all of them, without waiting for it. */
  flushSoon(): void {
    for (const { whale } of this.#owned.values()) whale.flushSoon()
  }

  /** From now on nothing that fails is tried again. */
  stopRetrying(): void {
    this.#isClosing = true
    for (const { whale } of this.#owned.values()) whale.stopRetrying()
  }

  get isClosing(): boolean {
    return this.#isClosing
  }

  /** Flushes what it can in a few seconds, and stops. */
  async close(): Promise<void> {
    this.stopRetrying()
    await Promise.all(this.owned.map(({ whale }) => whale.close()))
  }

  /** Another server may have it already when it is revoked. */
  #isOwn(partition: number): boolean {
    return this.#options.journal.ownerOf(partition) === 'self'
  }

  #whaleOf(partition: number, store: Store): Whale {
    const { onLostEnd, cacheMemoryBytes, ...common } = this.#options
    return new Whale({
      ...common,
      partition,
      store,
      cacheMemoryBytes: () => cacheMemoryBytes / Math.max(1, this.#owned.size),
      onTrouble: (what, error) => this.#trouble(partition, store, what, error),
      ...(onLostEnd && { onLostEnd: error => onLostEnd(partition, error) }),
    })
  }

  /** Throws an error on; one that would be final for a server of one partition is none here, where there may be others. */
  #throw(partition: number, error: unknown): never {
    throw isFinal(error) && !this.#options.onFinal ? droppedError(partition, error as Error) : error
  }

  #trouble(partition: number, store: Store, what: string, error: unknown): void {
    const { onFinal, onTrouble } = this.#options
    if (onFinal && isFinal(error)) onFinal(error as Error)
    else {
      onTrouble(partition, what, error)
      if (isFinal(error)) this.#drop(partition, store, error as Error)
    }
  }

  /** The whale of a store can't go on: another one will, from the checkpoint. */
  #drop(partition: number, store: Store, error: Error): void {
    const owned = this.#owned.get(partition)
    if (owned?.store !== store || owned.dropped) return
    owned.dropped = error
    owned.whale.stopRetrying()
    this.#options.journal.giveBack?.(partition)
  }

  async #inTime(work: Promise<void>): Promise<void> {
    const late = new AbortController()
    const waited = timeout(REVOKE_MS, undefined, { signal: late.signal })
    await Promise.race([work, waited]).catch(() => undefined)
    late.abort()
    waited.catch(() => undefined)
  }
}

/** Not the store's own word for it: that would be final for the whole server. */
function droppedError(partition: number, cause: Error): HailWhaleError {
  return new HailWhaleError('unavailable', `partition ${partition} is to be taken anew: ${cause.message}`, {
    cause,
  })
}
