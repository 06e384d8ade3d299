/**
 * The way to a Redis, whatever it is: a single server, one behind Sentinels, or a Cluster. A command goes to the node of its key;
 * commands of one turn of the event loop go out together. Replies are bytes. Nothing is queued while Redis is away: a command is
 * refused at once, and whoever sent it decides when to try again.
 */
import { createHash } from 'node:crypto'
import { HailWhaleError } from '../model/errors.js'
import { connect, type RedisConnection } from './connect.js'
import type { RedisAddress } from './redis-address.js'

/** What a command is made of. */
export type RedisArgument = string | Buffer

/** What comes back: bulk strings as bytes. */
export type RedisReply = Buffer | number | null | readonly RedisReply[] | string

/** A script that runs in Redis, whole or not at all. */
export interface RedisScript {
  readonly text: string
  readonly sha1: string
}

/** A script from its text. */
export function redisScript(text: string): RedisScript {
  return { text, sha1: createHash('sha1').update(text).digest('hex') }
}

/** A connected Redis. Every method rejects with `HailWhaleError('unavailable')` while it is away. */
export class Redis {
  readonly #address: RedisAddress
  #connection: RedisConnection | undefined

  constructor(address: RedisAddress) {
    this.#address = address
  }

  /** Connects. Throws `unavailable`, with the address and the cause, where it can't. */
  async open(): Promise<void> {
    try {
      this.#connection = await connect(this.#address)
    } catch (cause) {
      throw this.#away(cause)
    }
  }

  /** Waits for the commands under way, then disconnects. */
  async close(): Promise<void> {
    const connection = this.#connection
    this.#connection = undefined
    await connection?.close()
  }

  /** Sends a command to the node that has `key`. Throws what Redis says as an `Error`. */
  async send(key: string | Buffer, args: readonly RedisArgument[]): Promise<RedisReply> {
    if (!this.#connection) throw new HailWhaleError('unavailable', 'the connection to Redis is not open')
    try {
      return await this.#connection.send(key, args)
    } catch (error) {
      throw isReply(error) ? error : this.#away(error)
    }
  }

  /** Runs a script, which was loaded before, on the node that has its keys, which all have the same hash tag. */
  run(
    script: RedisScript,
    keys: readonly RedisArgument[],
    args: readonly RedisArgument[],
  ): Promise<RedisReply> {
    return this.send(keys[0]!, ['EVALSHA', script.sha1, String(keys.length), ...keys, ...args])
  }

  #away(cause: unknown): HailWhaleError {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new HailWhaleError('unavailable', `Redis at ${this.#address.shown} can't be used: ${reason}`, {
      cause,
    })
  }
}

/** An answer of Redis that says no, as against no answer. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z]+( |$)/.test(error.message)
}
