/**
 * The way to a Redis, whatever it is: a single server, one behind Sentinels, or a Cluster. A command goes to the node of its key;
 * commands of one turn of the event loop go out together. Replies are bytes. Nothing is queued while Redis is away: a command that
 * finds no connection tries for one, once, and whoever sent it decides when to try again. A Redis that hangs is away too: its connection
 * is given up.
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

/** Redis is taken to hang when an answer takes longer. */
const ANSWER_MS = 5_000

/** A Redis. Every method rejects with `HailWhaleError('unavailable')` where it can't be reached, doesn't answer, or says no. */
export class Redis {
  readonly #address: RedisAddress
  readonly #answerMs: number
  #isOpen = false
  #connection: RedisConnection | undefined
  #connecting: Promise<RedisConnection> | undefined

  /** `answerMs`: how long an answer may take. */
  constructor(address: RedisAddress, answerMs = ANSWER_MS) {
    this.#address = address
    this.#answerMs = answerMs
  }

  /** Its address for people, without the password. */
  get shown(): string {
    return this.#address.shown
  }

  /** Connects. */
  async open(): Promise<void> {
    this.#isOpen = true
    try {
      await this.#connect()
    } catch (cause) {
      this.#isOpen = false
      throw this.#away(cause)
    }
  }

  /** Disconnects; commands under way are refused. */
  async close(): Promise<void> {
    this.#isOpen = false
    this.#giveUp(this.#connection)
  }

  /** Sends a command to the node that has `key`. What Redis says where it refuses is the error's cause. */
  async send(key: string | Buffer, args: readonly RedisArgument[]): Promise<RedisReply> {
    let connection = this.#connection
    try {
      if (!connection?.isOpen) connection = await this.#connect()
      return await this.#answerOf(connection, connection.send(key, args))
    } catch (error) {
      if (isNoMaster(error)) this.#giveUp(connection)
      throw this.#away(error)
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

  /**
   * Runs a script by its text, whether it was loaded or not: those that are sent one after the other run in that order, whatever Redis has
   * forgotten.
   */
  evaluate(
    script: RedisScript,
    keys: readonly RedisArgument[],
    args: readonly RedisArgument[],
  ): Promise<RedisReply> {
    return this.send(keys[0]!, ['EVAL', script.text, String(keys.length), ...keys, ...args])
  }

  #connect(): Promise<RedisConnection> {
    this.#connecting ??= this.#connectNow().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #connectNow(): Promise<RedisConnection> {
    if (!this.#isOpen) throw new Error('it is closed')
    const connection = await connect(this.#address)
    this.#connection = connection
    if (!this.#isOpen) this.#giveUp(connection)
    return connection
  }

  /** The answer to what was sent. Without one in time, nothing else that waits for this connection will get one. */
  #answerOf(connection: RedisConnection, sent: Promise<RedisReply>): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no answer in ${this.#answerMs} ms`))
        this.#giveUp(connection)
      }, this.#answerMs)
      sent.then(resolve, reject).finally(() => clearTimeout(timer))
    })
  }

  #giveUp(connection: RedisConnection | undefined): void {
    if (this.#connection === connection) this.#connection = undefined
    connection?.destroy()
  }

  #away(cause: unknown): HailWhaleError {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new HailWhaleError('unavailable', `Redis at ${this.#address.shown} can't be used: ${reason}`, {
      cause,
    })
  }
}

/** The node has become a replica: its address, or what the Sentinels say, leads to another one by now. */
function isNoMaster(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('READONLY ')
}
