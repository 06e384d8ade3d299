/**
 * The leases on the partitions: those of this process, and what is known of the others'. A lease of ours is over when our own clock says so,
 * which it says before Redis does; so nobody else has a partition that is held here.
 */
import type { Redis } from '../../redis/redis.js'
import type { PartitionOwner } from '../journal.js'
import { type PartitionKeys, SCRIPTS } from './keys.js'

/** What leases need. */
export interface LeasesOptions {
  readonly redis: Redis
  readonly keysOf: (partition: number) => PartitionKeys
  /** This process's word. */
  readonly token: string
  readonly ttlMs: number
  readonly monotonic: () => number
}

/** A lease of this process. */
export interface HeldLease {
  readonly written: string
  readonly epoch: number
  untilMs: number
}

/** Somebody else's, as of `seenMs`. */
interface OtherLease {
  readonly address: string
  readonly seenMs: number
}

/** Our clock and that of Redis may differ by this much over the time of a lease: a tenth. */
const OF_TTL = 0.9

/** The leases. */
export class Leases {
  readonly #options: LeasesOptions
  readonly #held = new Map<number, HeldLease>()
  readonly #others = new Map<number, OtherLease>()
  #address = ''

  constructor(options: LeasesOptions) {
    this.#options = options
  }

  /** The address that goes into leases from now on. */
  set address(address: string) {
    this.#address = address
  }

  ownerOf(partition: number): PartitionOwner {
    if (this.held(partition) !== undefined) return 'self'
    const other = this.#others.get(partition)
    const { monotonic, ttlMs } = this.#options
    if (other === undefined || monotonic() - other.seenMs > ttlMs) return null
    return { address: other.address }
  }

  /** A lease of this process that is not over. */
  held(partition: number): HeldLease | undefined {
    const lease = this.#held.get(partition)
    return lease !== undefined && this.#options.monotonic() < lease.untilMs ? lease : undefined
  }

  /** Renews a lease that is held here; notices who else has it. Rejects where Redis can't be asked. */
  async renew(partition: number): Promise<void> {
    await this.#ask(partition, this.held(partition), false)
  }

  /** Takes a lease, if it is free; answers it if it is ours now. Rejects where Redis can't be asked. */
  take(partition: number): Promise<HeldLease | undefined> {
    return this.#ask(partition, undefined, true)
  }

  /** Whether nobody had it when it was last asked for. */
  isFree(partition: number): boolean {
    return !this.#held.has(partition) && !this.#others.has(partition)
  }

  /** Looks who has it. */
  async look(partition: number): Promise<void> {
    const { lease } = this.#options.keysOf(partition)
    const found = await this.#options.redis.send(lease, ['GET', lease])
    this.#notice(partition, found === null ? undefined : String(found))
  }

  /** Gives one back, if it is ours. Rejects where Redis can't be asked: then it will be over by itself. */
  async release(partition: number): Promise<void> {
    const lease = this.#held.get(partition)
    if (lease === undefined) return
    this.#held.delete(partition)
    const keys = this.#options.keysOf(partition)
    await this.#options.redis.evaluate(SCRIPTS.releaseLease, [keys.lease], [lease.written])
  }

  async #ask(partition: number, mine: HeldLease | undefined, wants: boolean): Promise<HeldLease | undefined> {
    const { redis, keysOf, token, ttlMs, monotonic } = this.#options
    const keys = keysOf(partition)
    const untilMs = monotonic() + ttlMs * OF_TTL
    const args = [mine?.written ?? '', token, this.#address, String(ttlMs), wants ? '1' : '']
    const reply = await redis.evaluate(SCRIPTS.takeLease, [keys.lease, keys.epoch], args)
    const found = reply === null ? undefined : String(reply)
    if (mine === undefined && wants && found?.startsWith(`${token} `)) {
      const lease = { written: found, epoch: Number(found.split(' ')[1]), untilMs }
      this.#held.set(partition, lease)
      this.#others.delete(partition)
      return lease
    }
    if (mine !== undefined && found === mine.written) {
      mine.untilMs = untilMs
      return mine
    }
    if (mine !== undefined && this.#held.get(partition) === mine) this.#held.delete(partition)
    this.#notice(partition, found)
    return undefined
  }

  #notice(partition: number, found: string | undefined): void {
    const [token, , ...address] = found?.split(' ') ?? []
    const other = address.join(' ')
    if (found === undefined || token === this.#options.token || other === this.#address) {
      this.#others.delete(partition)
    } else {
      this.#others.set(partition, { address: other, seenMs: this.#options.monotonic() })
    }
  }
}
