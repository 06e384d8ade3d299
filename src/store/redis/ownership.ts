/**
 * Who may write to a partition in Redis. The partition's owner key holds an epoch, a claim and a count of writes: each write finds them as
 * the last one left them and moves the count on, all in one script. So a write is refused when a newer owner has come, and also when Redis has
 * crashed and forgotten a write of ours, or a replica without it took over: what we believe stored is not.
 */
import { randomBytes } from 'node:crypto'
import { HailWhaleError } from '../../model/errors.js'
import type { Redis, RedisArgument, RedisReply, RedisScript } from '../../redis/redis.js'
import { StoreFencedError } from '../store.js'

/** The scripts that write, and the one that claims. */
export interface OwnerScripts {
  readonly claim: RedisScript
  readonly writing: readonly RedisScript[]
}

interface Owner {
  /** "<epoch>:<claim>:" */
  readonly claim: string
  writes: number
}

/** The right to write to one partition. */
export class Ownership {
  readonly #redis: Redis
  readonly #key: string
  readonly #shown: string
  readonly #scripts: OwnerScripts
  /** The epoch of ours: of the lease, or that of the first claim. */
  #epoch: string
  #owner: Owner | undefined
  #claiming: Promise<Owner> | undefined
  #incarnation = 0

  /** `key`: of the owner. `epoch`: of the lease, '' to take the partition over with the first write. */
  constructor(redis: Redis, options: { key: string; shown: string; epoch: string; scripts: OwnerScripts }) {
    this.#redis = redis
    this.#key = options.key
    this.#shown = options.shown
    this.#scripts = options.scripts
    this.#epoch = options.epoch
  }

  /** Changes whenever it is no longer certain that all of our writes are there. */
  get incarnation(): number {
    return this.#incarnation
  }

  /** Takes the partition over, so that no older owner writes any more. Throws `StoreFencedError` where a newer one has it. */
  async claim(): Promise<void> {
    if (!this.#owner) await this.#claimed()
  }

  /**
   * Runs a writing script, whose first key and two arguments are the owner's. Writes go out in the order of these calls. Throws
   * `StoreFencedError`, and `unavailable` where it did not happen or may not have.
   */
  async write(
    script: RedisScript,
    keys: readonly RedisArgument[],
    args: readonly RedisArgument[],
    incarnation: number,
  ): Promise<RedisReply> {
    const owner = this.#owner ?? (await this.#claimed())
    if (incarnation !== this.#incarnation) throw this.#uncertain()
    const found = `${owner.claim}${owner.writes++}`
    const left = `${owner.claim}${owner.writes}`
    try {
      return await this.#redis.run(script, [this.#key, ...keys], [found, left, ...args])
    } catch (error) {
      if (this.#owner === owner) {
        this.#owner = undefined
        this.#incarnation++
      }
      throw this.#refused(error)
    }
  }

  #claimed(): Promise<Owner> {
    this.#claiming ??= this.#claim().finally(() => {
      this.#claiming = undefined
    })
    return this.#claiming
  }

  async #claim(): Promise<Owner> {
    for (const { text } of [this.#scripts.claim, ...this.#scripts.writing]) {
      await this.#redis.send(this.#key, ['SCRIPT', 'LOAD', text])
    }
    const claim = randomBytes(8).toString('hex')
    try {
      this.#epoch = String(await this.#redis.run(this.#scripts.claim, [this.#key], [this.#epoch, claim]))
      this.#owner = { claim: `${this.#epoch}:${claim}:`, writes: 0 }
      return this.#owner
    } catch (error) {
      throw refusalOf(error).startsWith('FENCED ') ? this.#fenced() : error
    }
  }

  /** A newer epoch than ours was found, or another claim or count of writes; otherwise the error itself. */
  #refused(error: unknown): unknown {
    const found = /^STALE (\d+):/.exec(refusalOf(error))?.[1]
    if (found === undefined) return error
    return Number(found) > Number(this.#epoch) ? this.#fenced() : this.#uncertain(error)
  }

  #fenced(): StoreFencedError {
    return new StoreFencedError(`another server has taken over what this one kept in ${this.#shown}`)
  }

  #uncertain(cause?: unknown): HailWhaleError {
    const what = `${this.#shown} may not have all that was written to it; it is written again`
    return new HailWhaleError('unavailable', what, { cause })
  }
}

/** What Redis answered, where it said no. */
function refusalOf(error: unknown): string {
  const cause = error instanceof HailWhaleError ? error.cause : undefined
  return cause instanceof Error ? cause.message : ''
}
