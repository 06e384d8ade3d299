/** The embedded server: a whale with a journal of its own, in files, and one partition in one store. */
import { join } from 'node:path'
import { FileJournal } from '../journal/file/file-journal.js'
import type { Journal } from '../journal/journal.js'
import { LmdbStore } from '../store/lmdb/lmdb-store.js'
import { type PartitionStores, SingleStore } from '../store/partition-stores.js'
import type { Store } from '../store/store.js'
import { refuseOwnOrigin } from '../transfer/origin.js'
import { openWhale, type WhaleServer, type WhaleServerOptions } from './open-whale.js'
import type { Whale } from './whale.js'

export type { Log } from './open-whale.js'

/** How an embedded server is set up. */
export interface EmbeddedOptions
  extends Omit<WhaleServerOptions, 'journal' | 'stores' | 'peers' | 'boardsStore'> {
  readonly dataDir: string
  /** The journal and the store (default: files and LMDB below `dataDir`). */
  readonly journal?: Journal
  readonly store?: Store
  /** Of a journal with several partitions: their stores. Boards and `store` are those of the first. */
  readonly stores?: PartitionStores
}

/** A running embedded server. */
export interface Embedded extends WhaleServer {
  /** The whale of its (first) partition, also once it is closed. Throws before the journal has assigned that. */
  readonly whale: Whale
  readonly store: Store
}

/** Opens the data folder and starts to roll up; questions and counts are answered once `recovered`. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const journal = options.journal ?? fileJournal(options)
  const store = options.store ?? new LmdbStore(join(options.dataDir, 'store'))
  const stores = options.stores ?? new SingleStore(store)
  const server = await openWhale({ ...options, journal, stores, boardsStore: store })
  try {
    if (journal instanceof FileJournal) await refuseOwnOrigin(store, journal)
  } catch (error) {
    await server.close()
    throw error
  }
  server.start()
  let last: Whale | undefined
  const whale = (): Whale | undefined => {
    last = server.partitions.get(0)?.whale ?? last
    return last
  }
  return {
    ...server,
    store,
    get whale() {
      const found = whale()
      if (!found) throw new Error('the journal has not assigned the partition yet')
      return found
    },
    close: () => {
      whale()
      return server.close()
    },
  }
}

function fileJournal(options: EmbeddedOptions): FileJournal {
  return new FileJournal({
    directory: join(options.dataDir, 'journal'),
    onFatal: options.onFatal,
    onRepair: repair =>
      options.log.warn({ ...repair }, 'the end of the journal was torn; what was not acknowledged is cut'),
  })
}
