/** How a journal in Redis is set up. */
import type { RedisAddress } from '../../redis/redis-address.js'

/** Options of `RedisJournal`. */
export interface RedisJournalOptions {
  readonly address: RedisAddress
  /** In front of all keys: several queues can share a Redis. */
  readonly namespace?: string
  /** How many partitions a new queue gets, and what one that is there must have; without: what it has, 8 for a new one. */
  readonly partitions?: number | undefined
  /** Records a partition holds at most: past it, `append` rejects with `queue_full`. */
  readonly mostRecords?: number
  /** Bytes of records a partition holds at most. */
  readonly mostBytes?: number
  /** Who consumes here; without, this process only appends. */
  readonly self?: WhaleSelf
  readonly times?: LeaseTimes
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic?: () => number
  /** Random bytes, for words that nobody else has. */
  readonly random?: (bytes: number) => Buffer
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  readonly delay?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told once when something begins to fail that is tried again; what: the beginning of a sentence ("renewing the lease of partition 3"). */
  readonly onTrouble?: (what: string, error: unknown) => void
  /** Whether what the consumer threw ends `consume`, instead of being tried again a second later (default: never). */
  readonly isFinal?: (error: unknown) => boolean
}

/** A whale, as the others get to know it. */
export interface WhaleSelf {
  /** The base of its URLs, without a slash at the end: asked for when `consume` begins, once it listens. */
  readonly address: () => string
  /** It can't share the partitions: its store is its own. It refuses to consume beside another whale, and others beside it. */
  readonly exclusive: boolean
}

/** Times of leases, in milliseconds. */
export interface LeaseTimes {
  /** How long a lease and a registration last after they were renewed. */
  readonly ttlMs: number
  /** How often they are renewed, and partitions taken and given back. */
  readonly tickMs: number
  /** How often a partition is looked at when nothing comes. */
  readonly pollMs: number
  /** How long to wait before a partition is taken again whose consumer threw. */
  readonly againMs: number
}

/** A lease outlives four renewals that fail, and is free soon enough for another whale to take over within 10 s. */
export const LEASE_TIMES: LeaseTimes = { ttlMs: 5_000, tickMs: 1_000, pollMs: 25, againMs: 1_000 }
export const PARTITIONS = 8
export const MOST_PARTITIONS = 256
export const MOST_RECORDS = 1_000_000
export const MOST_BYTES = 256 * 1024 * 1024
/** The longest record. */
export const MOST_RECORD_BYTES = 64 * 1024 * 1024
