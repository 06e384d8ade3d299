/** Which store a server keeps its counts in: the one setting `store`, read and opened. */
import { isRedisAddress, parseRedisAddress, type RedisAddress } from '../redis/redis-address.js'
import type { Store } from '../store/store.js'

/** Where the counts are kept. */
export type StoreChoice =
  | { readonly kind: 'lmdb' }
  | { readonly kind: 'redis'; readonly address: RedisAddress; readonly shown: string }

/** Reads the setting: `lmdb`, or the address of a Redis. Throws an Error that says what would be right. */
export function parseStore(text: string): StoreChoice {
  if (text === 'lmdb') return { kind: 'lmdb' }
  if (!isRedisAddress(text)) throw new Error(`'${text}' is no store: write lmdb, or redis://host:6379`)
  const address = parseRedisAddress(text, 'store')
  return { kind: 'redis', address, shown: address.shown }
}

/** The store, not yet open; undefined for the one below the data folder. A client library is loaded only where it is needed. */
export async function storeOf(choice: StoreChoice): Promise<Store | undefined> {
  if (choice.kind === 'lmdb') return undefined
  const { RedisStore } = await import('../store/redis/redis-store.js')
  return new RedisStore({ address: choice.address })
}
