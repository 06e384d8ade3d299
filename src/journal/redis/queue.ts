/** What all partitions of a queue share: what it is, its secret, where its counts go, and who consumes it. */
import { HailWhaleError } from '../../model/errors.js'
import type { Redis } from '../../redis/redis.js'
import { type QueueKeys, SCRIPTS } from './keys.js'
import { MOST_PARTITIONS, PARTITIONS } from './options.js'
import { QueueRefusedError } from './queue-refused-error.js'

/** What this program writes, and the newest it can read. */
const QUEUE_FORMAT = 1

/** A whale that lives. */
export interface RegisteredWhale {
  /** As it is registered, which tells it from all others. */
  readonly written: string
  readonly isExclusive: boolean
  readonly address: string
}

/** A queue, as it was a moment ago. */
export class Queue {
  readonly #redis: Redis
  readonly #keys: QueueKeys
  readonly #shown: string
  readonly #ttlMs: number
  readonly #wanted: number | undefined
  #secret: string
  #partitions: number | undefined
  #store: string | undefined
  #whales: readonly RegisteredWhale[] = []
  #mismatch: QueueRefusedError | undefined

  /** `secret`: for a new queue. `partitions`: how many it must have. */
  constructor(
    redis: Redis,
    options: {
      keys: QueueKeys
      shown: string
      ttlMs: number
      partitions: number | undefined
      secret: string
    },
  ) {
    this.#redis = redis
    this.#keys = options.keys
    this.#shown = options.shown
    this.#ttlMs = options.ttlMs
    this.#wanted = options.partitions
    this.#secret = options.secret
  }

  get secret(): string {
    return this.#secret
  }

  /** Throws before the first `look`. */
  get partitions(): number {
    if (this.#partitions === undefined) throw new HailWhaleError('unavailable', 'the queue is not open')
    return this.#partitions
  }

  /** The whales that live. */
  get whales(): readonly RegisteredWhale[] {
    return this.#whales
  }

  /** Why this process can't go on with the queue: it is not (any more) what it was taken for. */
  get mismatch(): QueueRefusedError | undefined {
    return this.#mismatch
  }

  /**
   * Looks at the queue, and makes it anew where it is gone. Registers `self`; answers the whale that it can't be registered beside, if there
   * is one.
   */
  async look(self?: string): Promise<RegisteredWhale | undefined> {
    const { queue, whales } = this.#keys
    const partitions = this.#partitions ?? this.#wanted ?? PARTITIONS
    const fields = ['format', String(QUEUE_FORMAT), 'partitions', String(partitions), 'secret', this.#secret]
    if (this.#store !== undefined) fields.push('store', this.#store)
    const args = [self ?? '', String(this.#ttlMs), ...fields]
    const reply = (await this.#redis.evaluate(SCRIPTS.register, [queue, whales], args)) as (Buffer | null)[]
    const [format, found, secret, store, clash, ...live] = reply.map(each => each?.toString() ?? '')
    this.#mismatch = this.#mismatchOf(Number(format), Number(found), store!)
    if (this.#mismatch) return undefined
    this.#partitions = Number(found)
    this.#secret = secret!
    this.#whales = live.map(whaleOf)
    return clash === '' ? undefined : whaleOf(clash!)
  }

  /** Ends a registration. */
  async leave(self: string): Promise<void> {
    await this.#redis.send(this.#keys.whales, ['ZREM', this.#keys.whales, self])
  }

  /** Says where its counts go; throws `QueueRefusedError` where they go elsewhere already. */
  async bindStore(store: string): Promise<void> {
    const { queue } = this.#keys
    await this.#redis.send(queue, ['HSETNX', queue, 'store', store])
    const found = String(await this.#redis.send(queue, ['HGET', queue, 'store']))
    if (found !== store) throw this.#otherStore(found, store)
    this.#store = store
  }

  #mismatchOf(format: number, partitions: number, store: string): QueueRefusedError | undefined {
    if (format > QUEUE_FORMAT) {
      return new QueueRefusedError(
        `${this.#shown} was made by a newer HailWhale (format ${format}, this one knows up to ${QUEUE_FORMAT}): run that version`,
      )
    }
    const wanted = this.#partitions ?? this.#wanted
    if (wanted !== undefined && wanted !== partitions) {
      return new QueueRefusedError(
        `${this.#shown} has ${partitions} partitions, not ${wanted}: that was fixed when it was first used. ` +
          `Use ${partitions}, or another namespace for a new queue (which also begins new counts in Redis)`,
      )
    }
    if (this.#store !== undefined && this.#store !== store) return this.#otherStore(store, this.#store)
    return undefined
  }

  #otherStore(found: string, wanted: string): QueueRefusedError {
    const { queue } = this.#keys
    return new QueueRefusedError(
      `the counts of ${this.#shown} go to the store "${found}", not to "${wanted}": two stores would each get a part of them. ` +
        'Give the whale that store. To have them go to this one from now on, stop all whales, move what was counted ' +
        `(hailwhale export | import), and run: redis-cli HDEL ${queue} store`,
    )
  }
}

/** Throws a `RangeError` for a number of partitions that no queue can have. */
export function checkPartitions(partitions: number | undefined): void {
  const isFine =
    partitions === undefined ||
    (Number.isInteger(partitions) && partitions >= 1 && partitions <= MOST_PARTITIONS)
  if (!isFine) throw new RangeError(`a queue has from 1 to ${MOST_PARTITIONS} partitions, not ${partitions}`)
}

/** A whale as it is registered. */
export function writtenWhale(token: string, isExclusive: boolean, address: string): string {
  return `${token} ${isExclusive ? 1 : 0} ${address}`
}

function whaleOf(written: string): RegisteredWhale {
  const [, exclusive, ...address] = written.split(' ')
  return { written, isExclusive: exclusive === '1', address: address.join(' ') }
}
