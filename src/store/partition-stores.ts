/** The stores of a server that may have several partitions: one each, wherever they are. */
import type { Store } from './store.js'

/** What may be read of a partition's store, whoever has the partition. */
export type StoreView = Pick<Store, 'read' | 'scan'>

/** Opens the stores of partitions. */
export interface PartitionStores {
  /** One word for `/readyz` and the docs. */
  readonly name: Store['name']
  /** What a crash of the engine loses, as it is configured, as the end of a sentence for operators; null: nothing. Known once open. */
  readonly risk: string | null

  /** Opens what all have in common. Throws a `HailWhaleError('unavailable')` that says what is wrong and where. */
  open(): Promise<void>

  /** What tells this store from any other, as long as it lives. */
  id(): Promise<string>

  /**
   * The store of a partition that is this server's now, open. Where several servers share the engine, nothing is written any more by an
   * owner with a lower epoch.
   */
  own(partition: number, epoch: number): Promise<Store>

  /** The partition is this server's no more: its store is not used again. */
  release(partition: number, store: Store): Promise<void>

  /** The store of any partition, to be read; undefined where only its owner can. */
  view(partition: number): StoreView | undefined

  /** Bytes of all, as exactly as the engine says. */
  sizeBytes(): Promise<number>

  /** Closes what all have in common. Closing twice is fine. */
  close(): Promise<void>
}

/** One store for the one partition there is, handed in. */
export class SingleStore implements PartitionStores {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  get name(): Store['name'] {
    return this.#store.name
  }

  get risk(): string | null {
    return this.#store.supports.risk
  }

  open(): Promise<void> {
    return this.#store.open()
  }

  async id(): Promise<string> {
    return this.#store.name
  }

  async own(): Promise<Store> {
    return this.#store
  }

  /** Boards are in it too: it stays open until `close`. */
  async release(): Promise<void> {}

  /** Its owner is in this process. */
  view(): undefined {
    return undefined
  }

  sizeBytes(): Promise<number> {
    return this.#store.sizeBytes()
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}
