/** The stores of all partitions in one folder, for the one server that has all of them: `0`, `1`, … below it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DirectoryLock, lockDirectory } from '../../journal/file/lock.js'
import { HailWhaleError } from '../../model/errors.js'
import type { PartitionStores, StoreView } from '../partition-stores.js'
import type { Store } from '../store.js'
import { LmdbStore } from './lmdb-store.js'
import { folderId } from './store-id.js'

/** Bytes of each partition's file that may be resident. */
const MAPPED_BYTES = 8 * 1024 * 1024

/** Opens stores below a folder. */
export class LmdbStores implements PartitionStores {
  readonly name = 'lmdb'
  readonly risk = null
  readonly #folder: string
  readonly #owned = new Map<number, LmdbStore>()
  #lock: DirectoryLock | undefined

  /** The folder is made where it is missing. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Throws `unavailable` where another process has the folder, or it can't be used. */
  async open(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true })
      this.#lock = await lockDirectory(this.#folder)
    } catch (cause) {
      if (cause instanceof HailWhaleError) throw cause
      const why = (cause as Error).message
      throw new HailWhaleError('unavailable', `the store in ${this.#folder} cannot be opened: ${why}`, {
        cause,
      })
    }
  }

  id(): Promise<string> {
    return folderId(this.#folder)
  }

  /** Taken anew, a partition's store is closed first: the last one to have it may have been cut short. */
  async own(partition: number): Promise<Store> {
    await this.#owned.get(partition)?.close()
    const store = new LmdbStore(join(this.#folder, String(partition)), { mappedBytes: MAPPED_BYTES })
    await store.open()
    this.#owned.set(partition, store)
    return store
  }

  async release(partition: number, store: Store): Promise<void> {
    if (this.#owned.get(partition) === store) this.#owned.delete(partition)
    await store.close()
  }

  view(partition: number): StoreView | undefined {
    return this.#owned.get(partition)
  }

  async sizeBytes(): Promise<number> {
    const sizes = [...this.#owned.values()].map(store => store.sizeBytes())
    return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0)
  }

  async close(): Promise<void> {
    for (const store of this.#owned.values()) await store.close()
    this.#owned.clear()
    await this.#lock?.release()
    this.#lock = undefined
  }
}
