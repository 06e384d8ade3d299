/** Where an export reads: a server's data folder, whose journal may hold more than its store, or stores as they are. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FileJournal } from '../journal/file/file-journal.js'
import { type DirectoryLock, lockDirectory } from '../journal/file/lock.js'
import { MOST_PARTITIONS } from '../journal/redis/options.js'
import { Redis } from '../redis/redis.js'
import { checkStoreFormat } from '../store/format-version.js'
import { LmdbStore } from '../store/lmdb/lmdb-store.js'
import { RedisStore } from '../store/redis/redis-store.js'
import type { Store } from '../store/store.js'
import type { ReadableStore } from '../transfer/merged-scan.js'
import { openEmbedded } from '../whale/embedded.js'
import { CommandError } from './client.js'
import { createLog } from './log.js'
import type { Settings } from './settings.js'
import { embeddedStore, type StoreChoice } from './stores.js'
import type { TransferPlace } from './transfer-command.js'

/** What is exported. */
export interface Source {
  readonly stores: readonly ReadableStore[]
  /** For a person. */
  readonly where: string
  /** The id of the file journal whose counts these are. */
  readonly journal?: string
  /** What a person should know of what was read. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

/** Nothing is flushed unless it is asked for: as long as a timer can be. */
const NEVER_MS = 2 ** 31 - 1

/** Opens what is to be exported. Throws a `CommandError` where there are no counts, and `unavailable` where they are in use. */
export async function openSource({ settings, ofDataDir }: TransferPlace, now: () => number): Promise<Source> {
  if (ofDataDir) return openDataDir(settings, now)
  const { store, namespace } = settings
  return store.kind === 'redis' ? openRedis(store, namespace) : openFolder(store.directory!)
}

/** Starts the server of a data folder, but for its HTTP: it rolls up what the journal holds beyond the store, and flushes it. */
async function openDataDir(settings: Settings, now: () => number): Promise<Source> {
  const { dataDir } = settings
  const store = await embeddedStore(settings.store)
  const directory = join(dataDir, 'journal')
  if (!existsSync(directory)) throw new CommandError(`${dataDir} is no data folder: there is no ${directory}`)
  const log = createLog('warn', process.stderr)
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  failed.catch(() => undefined)
  const journal = new FileJournal({ directory, onFatal: fail })
  const embedded = await openEmbedded({
    ...{ dataDir, now, log, onFatal: fail, journal },
    retention: settings.retain,
    retentionByKey: new Map(settings.retainKey.map(({ key, retention }) => [JSON.stringify(key), retention])),
    dedupeWindowMs: settings.dedupeWindow,
    flushIntervalMs: NEVER_MS,
    cacheMemoryBytes: settings.cacheMemory,
    limits: settings.limit,
    ...(store && { store }),
  })
  try {
    await Promise.race([embedded.recovered, failed])
    await Promise.race([embedded.whale.flush(), failed])
  } catch (error) {
    await embedded.close()
    throw error
  }
  const where = settings.store.kind === 'redis' ? `${dataDir} and ${settings.store.shown}` : dataDir
  const { id } = journal
  const close = () => embedded.close()
  return { stores: [embedded.store], where, ...(id !== undefined && { journal: id }), notes: [], close }
}

/** All partitions that a Redis has of a namespace, as they are. */
async function openRedis(choice: StoreChoice & { kind: 'redis' }, namespace: string): Promise<Source> {
  const redis = new Redis(choice.address)
  await redis.open()
  try {
    const where = `${choice.shown} (namespace ${namespace})`
    const partitions = await partitionsIn(redis, namespace)
    if (partitions.length === 0) throw new CommandError(`there are no counts in ${where}`)
    const stores = partitions.map(partition => {
      return new RedisStore({ address: redis, namespace, partition, readOnly: true })
    })
    for (const store of stores) await checkStoreFormat(store, `the store in ${where}`)
    const notes =
      partitions.length === 1
        ? [
            "If this is the store of 'hailwhale serve': counts that are in its journal alone are left out. With --data-dir they are not.",
          ]
        : []
    return { stores, where, notes, close: () => redis.close() }
  } catch (error) {
    await redis.close()
    throw error
  }
}

/** A partition has an owner since its store was first opened. */
async function partitionsIn(redis: Redis, namespace: string): Promise<number[]> {
  const all = Array.from({ length: MOST_PARTITIONS }, (_, partition) => partition)
  const exist = await Promise.all(
    all.map(partition => {
      const key = `{${namespace}/${partition}}owner`
      return redis.send(key, ['EXISTS', key])
    }),
  )
  return all.filter(partition => exist[partition] === 1)
}

/** All partitions in a whale's folder. */
async function openFolder(folder: string): Promise<Source> {
  const names = existsSync(folder) ? await readdir(folder) : []
  const found = names.filter(name => /^\d+$/.test(name) && existsSync(join(folder, name, 'store.mdb')))
  if (found.length === 0) throw new CommandError(`there are no counts in ${folder}`)
  const lock = await lockDirectory(folder)
  const stores = found.map(name => new LmdbStore(join(folder, name)))
  const close = () => closeAll(stores, lock)
  try {
    for (const store of stores) await store.open()
  } catch (error) {
    await close()
    throw error
  }
  return { stores, where: folder, notes: [], close }
}

/** Closes stores, and gives their folder free. */
export async function closeAll(
  stores: readonly Pick<Store, 'close'>[],
  lock: DirectoryLock | undefined,
): Promise<void> {
  for (const store of stores) await store.close()
  await lock?.release()
}
