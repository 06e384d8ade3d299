/**
 * The service of a server that has a whale: counts go to the owners of their partitions, questions to all. Where a partition is, here
 * or elsewhere, makes no difference to who asks.
 */
import { setImmediate as immediate } from 'node:timers/promises'
import { Boards } from '../boards/boards.js'
import type { Committer } from '../hail/committer.js'
import { LineFiller } from '../hail/line-filler.js'
import type { PartitionState, Readiness, ServerState, Service } from '../http/service.js'
import type { Journal } from '../journal/journal.js'
import { HailWhaleError } from '../model/errors.js'
import type { Path } from '../model/path.js'
import type { RollupReader } from '../query/reader.js'
import { partitionOf } from '../rollup/partition.js'
import type { Policies } from '../rollup/series.js'
import type { PartitionStores, StoreView } from '../store/partition-stores.js'
import { BOARDS_PARTITION, type BoardsStore } from './boards-store.js'
import { NOWHERE, stateOfOther, stateOfOwn } from './partition-state.js'
import type { Partitions } from './partitions.js'
import { type RoomBelow, Rooms } from './room.js'
import { measureRooms } from './room-walk.js'
import type { Router } from './router.js'

/** What the service stands on. */
export interface WhaleServiceParts {
  readonly journal: Journal
  readonly stores: PartitionStores
  readonly partitions: Partitions
  readonly router: Router
  readonly committer: Committer
  readonly reader: RollupReader
  readonly boardsStore: BoardsStore
  readonly policies: Policies
  readonly now: () => number
  /** No other server appends to the journal or has partitions of it. */
  readonly isAlone: boolean
  /** How far other servers have come. */
  readonly positions: () => Promise<ReadonlyMap<number, number>>
}

/** The service of a server that has a whale. */
export class WhaleService implements Service {
  readonly #parts: WhaleServiceParts
  readonly #lines = new LineFiller()
  readonly #startedMs: number
  readonly #rooms: Rooms
  readonly reader: RollupReader
  readonly boards: Boards

  constructor(parts: WhaleServiceParts) {
    const { policies, now, reader, boardsStore } = parts
    this.#parts = parts
    this.#startedMs = now()
    this.reader = reader
    this.boards = new Boards(boardsStore, now)
    this.#rooms = new Rooms((key, dimension) =>
      measureRooms(key, dimension, this.#stores(), { policies, nowMs: now(), pause: () => immediate() }),
    )
  }

  count: Service['count'] = (events, options) => {
    this.#refuse()
    return this.#parts.committer.count(events, options?.idempotencyKey)
  }

  countLines: NonNullable<Service['countLines']> = (body, context) => {
    this.#refuse()
    return this.#parts.committer.countFilled(builder => this.#lines.fill(body, builder, context))
  }

  updateCountTo: Service['updateCountTo'] = change => {
    const { router, journal } = this.#parts
    this.#refuseUnready()
    const partition = partitionOf(change.key, journal.partitions)
    return router.do(partition, owner => owner.updateCountTo(partition, change))
  }

  reset: Service['reset'] = async request => {
    this.#refuseUnready()
    const { router } = this.#parts
    const resets = this.#all.map(partition => router.do(partition, owner => owner.reset(partition, request)))
    const failed = (await Promise.allSettled(resets)).find(each => each.status === 'rejected')
    if (failed) throw failed.reason
  }

  flushHail: Service['flushHail'] = () => {
    this.#refuseUnready()
    return this.#parts.committer.drain()
  }

  boardsOwner(): string | null {
    const owner = this.#parts.journal.ownerOf(BOARDS_PARTITION)
    return owner === null || owner === 'self' ? null : owner.address
  }

  readiness(): Readiness {
    const { journal, stores } = this.#parts
    const detail = this.#notReady()
    return {
      ready: detail === null,
      detail: detail ?? this.#readyDetail(),
      durability: journal.durability,
      journal: journal.kind,
      store: stores.name,
      risk: [...new Set([journal.risk, stores.risk])].filter(risk => risk !== null).join('; ') || null,
    }
  }

  async room(key: Path, dimension: Path): Promise<RoomBelow> {
    this.#refuseUnready()
    return this.#rooms.of(key, dimension)
  }

  async state(): Promise<ServerState> {
    const { journal, stores, partitions } = this.#parts
    const whales = partitions.owned.map(({ whale }) => whale)
    const { rss, heapUsed: heap } = process.memoryUsage()
    const { bytes, segments } = await journal.stats()
    return {
      started: this.#startedMs,
      journal: {
        kind: journal.kind,
        sequence: Math.max(0, ...whales.map(({ through }) => through)),
        flushed: Math.max(0, ...whales.map(({ flushedThrough }) => flushedThrough)),
        bytes,
        segments,
      },
      store: { kind: stores.name, bytes: await stores.sizeBytes().catch(() => null) },
      memory: { rss, heap, rollup: whales.reduce((sum, whale) => sum + whale.bytes, 0) },
      partitions: await this.#partitionStates(),
    }
  }

  get #all(): number[] {
    return Array.from({ length: this.#parts.journal.partitions }, (_, partition) => partition)
  }

  async #partitionStates(): Promise<PartitionState[]> {
    const { journal, stores, partitions, positions } = this.#parts
    const isShared = this.#all.some(partition => !partitions.get(partition))
    const elsewhere = isShared ? await positions() : NOWHERE
    return Promise.all(
      this.#all.map(partition => {
        const owned = partitions.get(partition)
        return owned
          ? stateOfOwn(owned)
          : stateOfOther(partition, journal.ownerOf(partition), {
              through: elsewhere.get(partition) ?? null,
              store: stores.view(partition),
            })
      }),
    )
  }

  /** What is not caught up, or where nobody counts yet: not here, nor anywhere. */
  #notReady(): string | null {
    const { journal, stores, partitions, isAlone } = this.#parts
    const { owned } = partitions
    const recovering = owned.filter(({ whale }) => !whale.ready)
    if (recovering.length > 0 || (isAlone && owned.length < journal.partitions)) {
      const events = recovering.reduce((sum, { whale }) => sum + whale.events, 0)
      return `recovering: ${events.toLocaleString('en')} events so far`
    }
    const missing = this.#missing
    if (missing.length === journal.partitions) return 'nobody counts yet'
    const unreadable = missing.filter(partition => !stores.view(partition))
    return unreadable.length > 0 ? `nobody has partition ${unreadable.join(', ')} just now` : null
  }

  /** Partitions that nobody counts just now: they are read from their stores. */
  get #missing(): number[] {
    return this.#all.filter(partition => this.#parts.journal.ownerOf(partition) === null)
  }

  #readyDetail(): string {
    const missing = this.#missing
    return missing.length > 0 ? `ready, but nobody counts partition ${missing.join(', ')} just now` : 'ready'
  }

  /** The stores of all partitions. */
  #stores(): StoreView[] {
    const { partitions, stores } = this.#parts
    return this.#all.map(partition => {
      const store = partitions.get(partition)?.store ?? stores.view(partition)
      if (store) return store
      throw new HailWhaleError(
        'unavailable',
        'A part of the counts can’t be read now; try again in a second.',
      )
    })
  }

  /** Where nobody else could count it, nothing is accepted that would have to wait here. */
  #refuse(): void {
    this.#refuseUnready()
    if (this.#parts.isAlone && this.#parts.partitions.isAway)
      throw new HailWhaleError('unavailable', 'The store does not answer; it is tried again.')
  }

  #refuseUnready(): void {
    const { isAlone, partitions, journal } = this.#parts
    if (!isAlone || partitions.areReady(journal.partitions)) return
    throw new HailWhaleError(
      'recovering',
      'The journal is being read after a restart; try again in a second.',
    )
  }
}
