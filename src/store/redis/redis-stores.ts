/** The stores of all partitions in one Redis, over one connection. Any server can look into any of them. */
import { keepingOf, riskOf } from '../../redis/durability.js'
import { Redis } from '../../redis/redis.js'
import type { RedisAddress } from '../../redis/redis-address.js'
import type { PartitionStores, StoreView } from '../partition-stores.js'
import type { Store } from '../store.js'
import { RedisStore } from './redis-store.js'
import { redisStoreId } from './store-id.js'

/** Opens stores in a Redis. */
export class RedisStores implements PartitionStores {
  readonly name = 'redis'
  readonly #redis: Redis
  readonly #isShared: boolean
  readonly #namespace: string
  readonly #views = new Map<number, RedisStore>()
  #risk: string | null = null

  /** A Redis that is open already stays open. `namespace` is in front of all keys. */
  constructor({ redis, namespace }: { readonly redis: RedisAddress | Redis; readonly namespace: string }) {
    this.#isShared = redis instanceof Redis
    this.#redis = redis instanceof Redis ? redis : new Redis(redis)
    this.#namespace = namespace
  }

  get risk(): string | null {
    return this.#risk
  }

  async open(): Promise<void> {
    if (!this.#isShared) await this.#redis.open()
    try {
      this.#risk = riskOf(await keepingOf(this.#redis, this.#key), 'the journal still has them')
    } catch (error) {
      await this.close()
      throw error
    }
  }

  id(): Promise<string> {
    return redisStoreId(this.#redis, this.#namespace)
  }

  async own(partition: number, epoch: number): Promise<Store> {
    const store = new RedisStore({ address: this.#redis, namespace: this.#namespace, partition, epoch })
    await store.open()
    return store
  }

  release(_partition: number, store: Store): Promise<void> {
    return store.close()
  }

  view(partition: number): StoreView {
    let view = this.#views.get(partition)
    if (!view) {
      view = new RedisStore({ address: this.#redis, namespace: this.#namespace, partition, readOnly: true })
      this.#views.set(partition, view)
    }
    return view
  }

  sizeBytes(): Promise<number> {
    const view = this.view(0) as RedisStore
    return view.sizeBytes()
  }

  async close(): Promise<void> {
    if (!this.#isShared) await this.#redis.close()
  }

  /** Any key of the namespace. */
  get #key(): string {
    return `{${this.#namespace}}id`
  }
}
