/** The records of one partition in Redis. */
import { HailWhaleError } from '../../model/errors.js'
import type { Redis, RedisReply } from '../../redis/redis.js'
import type { JournalRecord } from '../journal.js'
import { type PartitionKeys, SCRIPTS } from './keys.js'
import { MOST_RECORD_BYTES } from './options.js'

/** What a partition may hold. */
export interface PartitionLimits {
  readonly mostRecords: number
  readonly mostBytes: number
}

/** A record as it was read. */
export interface ReadRecord {
  readonly sequence: number
  readonly bytes: Buffer
}

/** What one read answers at most, give or take a record. */
const MOST_READ_RECORDS = '256'
const MOST_READ_BYTES = String(1024 * 1024)
/** Records of this process of which the objects they were made from are kept for its own consumer; others are decoded. */
const MOST_OWN = 64

/** A partition's records. All methods reject with `unavailable` where Redis can't be reached. */
export class PartitionStream {
  readonly #redis: Redis
  readonly #partition: number
  readonly #keys: PartitionKeys
  readonly #limits: PartitionLimits
  /** The highest sequence that this process was given. */
  #given = 0
  readonly #own = new Map<number, unknown>()
  /** The last sequence that the consumer in this process was given. */
  #handedOver = 0
  #listener: (() => void) | undefined

  constructor(redis: Redis, partition: number, keys: PartitionKeys, limits: PartitionLimits) {
    this.#redis = redis
    this.#partition = partition
    this.#keys = keys
    this.#limits = limits
  }

  /** Has a consumer in this process told of each record that is appended here; undefined: there is none any more. */
  listen(listener: (() => void) | undefined): void {
    this.#listener = listener
    this.#own.clear()
  }

  /**
   * Appends a record; answers its sequence. Appends go out in the order of these calls. The script goes along each time: one that Redis doesn't
   * know any more would let a later append pass an earlier one.
   */
  async append({ bytes, decoded }: JournalRecord): Promise<number> {
    if (bytes.length > MOST_RECORD_BYTES) throw tooLarge(bytes.length)
    const { journal, state } = this.#keys
    const { mostRecords, mostBytes } = this.#limits
    const record = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const args = [record, String(this.#given), String(mostRecords), String(mostBytes)]
    let sequence: number
    try {
      sequence = Number(await this.#redis.evaluate(SCRIPTS.append, [journal, state], args))
    } catch (error) {
      throw this.#refused(error)
    }
    this.#given = Math.max(this.#given, sequence)
    if (this.#listener && decoded !== undefined && sequence > this.#handedOver && this.#own.size < MOST_OWN)
      this.#own.set(sequence, decoded)
    this.#listener?.()
    return sequence
  }

  /** The next records after a sequence, in order; none if there are none now. */
  async read(after: number): Promise<ReadRecord[]> {
    const args = [String(after), MOST_READ_RECORDS, MOST_READ_BYTES]
    const reply = (await this.#redis.evaluate(SCRIPTS.read, [this.#keys.journal], args)) as Buffer[]
    const records: ReadRecord[] = []
    for (let at = 0; at < reply.length; at += 2)
      records.push({ sequence: Number(reply[at]), bytes: reply[at + 1]! })
    return records
  }

  /** A record as the consumer gets it: with the object it was made from, if that was in this process. */
  handedOver({ sequence, bytes }: ReadRecord): JournalRecord {
    this.#handedOver = sequence
    const decoded = this.#own.get(sequence)
    if (decoded === undefined) return { bytes }
    this.#own.delete(sequence)
    return { bytes, decoded }
  }

  /** The last sequence that was given: from now on at least the one that the consumer has been applied through. */
  async lastSequence(applied: number): Promise<number> {
    return Number(await this.#redis.evaluate(SCRIPTS.raiseSequence, [this.#keys.state], [String(applied)]))
  }

  /** Removes the records through a sequence. */
  async trim(through: number): Promise<void> {
    const { journal, state } = this.#keys
    await this.#redis.evaluate(SCRIPTS.trim, [journal, state], [String(through + 1)])
  }

  /** How many records it holds, and their bytes. */
  async size(): Promise<{ records: number; bytes: number }> {
    const { journal, state } = this.#keys
    const [length, fields] = await Promise.all([
      this.#redis.send(journal, ['XLEN', journal]),
      this.#redis.send(state, ['HMGET', state, 'appended', 'trimmed']) as Promise<RedisReply[]>,
    ])
    const records = Number(length)
    return { records, bytes: records === 0 ? 0 : Number(fields[0]) - Number(fields[1]) }
  }

  #refused(error: unknown): unknown {
    const said = refusalOf(error)
    const full = /^FULL (\d+) (\d+)/.exec(said)
    if (full) return this.#full(Number(full[1]), Number(full[2]), error)
    if (!said.startsWith('OOM ')) return error
    return new HailWhaleError(
      'queue_full',
      'The queue is full: its Redis has no memory left (maxmemory). It goes on when the whales have rolled up what waits, or with more memory.',
      { cause: error },
    )
  }

  #full(records: number, bytes: number, cause: unknown): HailWhaleError {
    const held = `${records.toLocaleString('en')} records with ${Math.ceil(bytes / 1024 / 1024)} MiB`
    return new HailWhaleError(
      'queue_full',
      `The queue is full: partition ${this.#partition} holds ${held} that no whale has rolled up yet. ` +
        'It goes on when the whales catch up; if it stays so, none is running, or there are too few.',
      { cause },
    )
  }
}

/** What Redis answered, where it said no. */
function refusalOf(error: unknown): string {
  const cause = error instanceof HailWhaleError ? error.cause : undefined
  return cause instanceof Error ? cause.message : ''
}

function tooLarge(bytes: number): HailWhaleError {
  return new HailWhaleError(
    'body_too_large',
    `a record of ${bytes} bytes is too large for the queue: ${MOST_RECORD_BYTES} at most`,
  )
}
