/** Where an import writes: the store of a data folder, or those of a whale's partitions. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FileJournal } from '../journal/file/file-journal.js'
import { inspectJournal } from '../journal/file/inspect.js'
import { lockDirectory } from '../journal/file/lock.js'
import { PARTITIONS } from '../journal/redis/options.js'
import { Redis } from '../redis/redis.js'
import type { RedisAddress } from '../redis/redis-address.js'
import { LmdbStore } from '../store/lmdb/lmdb-store.js'
import { RedisStore } from '../store/redis/redis-store.js'
import type { Store } from '../store/store.js'
import { CommandError } from './client.js'
import type { Settings } from './settings.js'
import type { TransferPlace } from './transfer-command.js'
import { closeAll } from './transfer-source.js'

/** What is filled: a store for each partition, open `forImport`. */
export interface Target {
  readonly stores: readonly Store[]
  /** For a person. */
  readonly where: string
  close(): Promise<void>
}

/** Opens what is to be filled. Throws a `CommandError` where a journal would add to it, and `unavailable` where it is in use. */
export async function openTarget({ settings, ofDataDir }: TransferPlace): Promise<Target> {
  const { store, dataDir } = settings
  if (store.kind === 'redis') {
    if (ofDataDir) await refuseJournal(dataDir)
    return openRedis(
      store.address,
      ofDataDir ? { ...settings, partitions: settings.partitions ?? 1 } : settings,
    )
  }
  return store.directory === undefined ? openDataDir(dataDir) : openFolder(store.directory, settings)
}

/** What a journal holds would be counted on top of what is imported, which may hold it already. */
async function refuseJournal(dataDir: string): Promise<void> {
  const directory = join(dataDir, 'journal')
  if (!existsSync(directory)) return
  const { records, segments } = await inspectJournal(directory)
  if (records === 0 && (segments[0]?.firstSequence ?? 1) === 1) return
  throw new CommandError(
    `the journal in ${directory} has been counted into: import into a new data folder, and start the server with that`,
  )
}

/** The journal of the folder stays locked meanwhile, and empty. */
async function openDataDir(dataDir: string): Promise<Target> {
  await refuseJournal(dataDir)
  const journal = new FileJournal({ directory: join(dataDir, 'journal') })
  await journal.open()
  const store = new LmdbStore(join(dataDir, 'store'), { forImport: true })
  const close = async () => {
    await store.close()
    await journal.close()
  }
  return opened({ stores: [store], where: `the store in ${dataDir}`, close })
}

async function openFolder(folder: string, settings: Settings): Promise<Target> {
  const partitions = await partitionsFor(settings, undefined)
  await mkdir(folder, { recursive: true })
  const lock = await lockDirectory(folder)
  const stores = numbers(partitions).map(p => new LmdbStore(join(folder, String(p)), { forImport: true }))
  return opened({ stores, where: `the store in ${folder}`, close: () => closeAll(stores, lock) })
}

async function openRedis(address: RedisAddress, settings: Settings): Promise<Target> {
  const { namespace } = settings
  const redis = new Redis(address)
  await redis.open()
  try {
    const partitions = await partitionsFor(settings, redis)
    const stores = numbers(partitions).map(partition => {
      return new RedisStore({ address: redis, namespace, partition, forImport: true })
    })
    const where = `the store in ${redis.shown} (namespace ${namespace})`
    const close = async () => {
      await closeAll(stores, undefined)
      await redis.close()
    }
    return await opened({ stores, where, close })
  } catch (error) {
    await redis.close()
    throw error
  }
}

async function opened(target: Target): Promise<Target> {
  try {
    for (const store of target.stores) await store.open()
    return target
  } catch (error) {
    await target.close()
    throw error
  }
}

/** How many partitions the queue has: as it is said, or as the queue says, or as a new one gets. `here`: a Redis that may have it. */
async function partitionsFor(
  { partitions, queue, namespace }: Settings,
  here: Redis | undefined,
): Promise<number> {
  if (partitions !== undefined) return partitions
  if (queue === null) return (here && (await partitionsOf(here, namespace))) ?? PARTITIONS
  const redis = new Redis(queue)
  await redis.open()
  try {
    return (await partitionsOf(redis, namespace)) ?? PARTITIONS
  } finally {
    await redis.close()
  }
}

async function partitionsOf(redis: Redis, namespace: string): Promise<number | undefined> {
  const key = `{${namespace}}queue`
  const found = Number(await redis.send(key, ['HGET', key, 'partitions']))
  return found > 0 ? found : undefined
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
