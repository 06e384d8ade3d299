/**
 * How far all partitions have been counted, as one number that grows: the positions of this server's own partitions as of now, of
 * the others as of when their owners were last asked, a quarter of a second ago. They are asked only while somebody wants to know.
 *
 * An answer may also change without a count: where a partition was read from its store, and its owner can be asked again. So that
 * changes the number as well.
 */
import type { Every } from '../http/hub.js'
import type { Journal } from '../journal/journal.js'
import type { RollupReader } from '../query/reader.js'
import type { PartitionService } from '../whale/partition-service.js'
import type { StoredReader } from '../whale/stored-reader.js'

/** Where the partitions are. */
export interface Owners {
  readonly journal: Pick<Journal, 'partitions' | 'ownerOf'> & {
    /** Finds out anew whose the partitions are, where that can be known better; never rejects. */
    refresh?(): Promise<void>
  }
  /** Reads a partition that is this server's own and caught up. */
  readonly own: (partition: number) => RollupReader | undefined
  /** Another server. */
  readonly peer: (address: string) => PartitionService
  /** Reads a partition from its store; undefined where that can't be done. */
  readonly stored: (partition: number) => StoredReader | undefined
  readonly every: Every
}

const ASK_EVERY_MS = 250
/** Rounds without anybody who wants to know, after which the others are asked no more. */
const IDLE_ROUNDS = 40

/** The positions of all partitions. */
export class Positions {
  readonly #owners: Owners
  readonly #known: number[] = []
  /** Partitions that were read from their stores, and how far those had been brought. */
  readonly #stored = new Map<number, number>()
  /** How often an answer may have changed without a count. */
  #turns = 0
  #stop: (() => void) | null = null
  #idleRounds = 0
  #asking = false

  constructor(owners: Owners) {
    this.#owners = owners
  }

  /** Grows whenever an answer may have changed. */
  get sum(): number {
    const { journal, own } = this.#owners
    this.#idleRounds = 0
    let sum = this.#turns
    let isShared = false
    for (let partition = 0; partition < journal.partitions; partition++) {
      const reader = own(partition)
      if (reader) this.#reached(partition, reader.version())
      else isShared = true
      sum += this.#known[partition] ?? 0
    }
    if (isShared) this.#start()
    return sum
  }

  /** A partition has been read from its store, which held all through a sequence. */
  readFromStore(partition: number, through: number): void {
    if (!this.#stored.has(partition)) this.#stored.set(partition, through)
  }

  close(): void {
    this.#stop?.()
    this.#stop = null
  }

  /** A partition's owner says how far it is. */
  #reached(partition: number, position: number): void {
    // An owner that reads the journal anew is behind what its predecessor had counted.
    this.#known[partition] = Math.max(this.#known[partition] ?? 0, position)
    if (this.#stored.delete(partition)) this.#turns++
  }

  #start(): void {
    this.#stop ??= this.#owners.every(ASK_EVERY_MS, () => {
      if (this.#idleRounds++ < IDLE_ROUNDS) void this.#ask()
      else this.close()
    })
  }

  async #ask(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    try {
      await Promise.all([...this.#askOwners(), ...this.#askStores()])
    } finally {
      this.#asking = false
    }
  }

  *#askOwners(): Generator<Promise<void>> {
    const { journal, peer } = this.#owners
    const addresses = new Set<string>()
    for (let partition = 0; partition < journal.partitions; partition++) {
      const owner = journal.ownerOf(partition)
      if (owner !== null && owner !== 'self') addresses.add(owner.address)
    }
    for (const address of addresses) yield this.#askOwner(peer(address))
  }

  /** Who doesn't answer is asked again in the next round. */
  async #askOwner(owner: PartitionService): Promise<void> {
    const positions = await owner.positions().catch(() => new Map<number, number>())
    for (const [partition, position] of positions) this.#reached(partition, position)
  }

  *#askStores(): Generator<Promise<void>> {
    for (const partition of this.#stored.keys()) yield this.#askStore(partition)
  }

  async #askStore(partition: number): Promise<void> {
    const flushed = await this.#owners
      .stored(partition)
      ?.flushed()
      .catch(() => undefined)
    if (!flushed || !this.#stored.has(partition) || this.#stored.get(partition) === flushed.through) return
    this.#stored.set(partition, flushed.through)
    this.#turns++
  }
}
