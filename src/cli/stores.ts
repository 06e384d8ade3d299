/** Which store a server keeps its counts in: the one setting `store`, read and opened. */
import { isRedisAddress, parseRedisAddress, type RedisAddress } from '../redis/redis-address.js'
import type { PartitionStores } from '../store/partition-stores.js'
import type { Store } from '../store/store.js'
import { SettingError } from './setting-error.js'

/** Where the counts are kept. */
export type StoreChoice =
  | { readonly kind: 'lmdb'; readonly directory?: string }
  | { readonly kind: 'redis'; readonly address: RedisAddress; readonly shown: string }

/** Reads the setting: `lmdb`, `lmdb:DIR`, or the address of a Redis. Throws an Error that says what would be right. */
export function parseStore(text: string): StoreChoice {
  if (text === 'lmdb') return { kind: 'lmdb' }
  if (/^lmdb:./.test(text)) return { kind: 'lmdb', directory: text.slice('lmdb:'.length) }
  if (!isRedisAddress(text))
    throw new Error(`'${text}' is no store: write lmdb, lmdb:DIR or redis://host:6379`)
  const address = parseRedisAddress(text, 'store')
  return { kind: 'redis', address, shown: address.shown }
}

/**
 * The store of a server that has a data folder, not yet open; undefined for the one below that folder. A client library is loaded only
 * where it is needed.
 */
export async function embeddedStore(choice: StoreChoice): Promise<Store | undefined> {
  if (choice.kind === 'redis') {
    const { RedisStore } = await import('../store/redis/redis-store.js')
    return new RedisStore({ address: choice.address })
  }
  if (choice.directory === undefined) return undefined
  throw new SettingError(
    'store: lmdb is below the data folder: write lmdb, and say with data-dir where that is',
  )
}

/** The stores of a whale's partitions, not yet open. */
export async function partitionStores(choice: StoreChoice, namespace: string): Promise<PartitionStores> {
  if (choice.kind === 'redis') {
    const { RedisStores } = await import('../store/redis/redis-stores.js')
    return new RedisStores({ redis: choice.address, namespace })
  }
  if (choice.directory === undefined)
    throw new SettingError(
      'store: a whale has no data folder: write redis://host:6379, or lmdb:DIR for a folder of its own',
    )
  const { LmdbStores } = await import('../store/lmdb/lmdb-stores.js')
  return new LmdbStores(choice.directory)
}
