/** Tokens in Redis, in one hash of the queue: a field for each, and one that says that there has been a token. */
import type { Redis, RedisReply } from '../redis/redis.js'
import { recordOf, type TokenRecord } from './token.js'
import { type StoredTokens, type TokenStore, UnreadableTokensError } from './token-store.js'

/** The field that stays when the last token goes. No id is like it. */
const USED = 'used'

/** One step, so that of several servers that start at the same time one makes the first token. */
const ADD_FIRST = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], '1', ARGV[2], ARGV[3])
return 1`

/** The tokens of the hails and whales of a queue. */
export class RedisTokens implements TokenStore {
  readonly name: string
  readonly #redis: Pick<Redis, 'send'>
  readonly #key: string

  /** `redis` is opened and closed by whoever made it. */
  constructor(redis: Pick<Redis, 'send'>, namespace: string) {
    this.#redis = redis
    this.#key = `{${namespace}}tokens`
    this.name = `${this.#key} in Redis`
  }

  async load(): Promise<StoredTokens> {
    const reply = (await this.#send('HGETALL')) as readonly RedisReply[]
    const tokens: TokenRecord[] = []
    for (let i = 0; i < reply.length; i += 2) {
      if (String(reply[i]) !== USED) tokens.push(this.#recordOf(String(reply[i + 1])))
    }
    return { tokens, wasUsed: reply.length > 0 }
  }

  async add(record: TokenRecord): Promise<void> {
    await this.#send('HSET', USED, '1', record.id, JSON.stringify(record))
  }

  async addFirst(record: TokenRecord): Promise<boolean> {
    const args = ['EVAL', ADD_FIRST, '1', this.#key, USED, record.id, JSON.stringify(record)]
    return (await this.#redis.send(this.#key, args)) === 1
  }

  async remove(id: string): Promise<TokenRecord | undefined> {
    if (id === USED) return undefined
    const text = await this.#send('HGET', id)
    if (text === null) return undefined
    const removed = await this.#send('HDEL', id)
    return removed === 1 ? this.#recordOf(String(text)) : undefined
  }

  #send(command: string, ...args: readonly string[]): Promise<RedisReply> {
    return this.#redis.send(this.#key, [command, this.#key, ...args])
  }

  #recordOf(text: string): TokenRecord {
    try {
      return recordOf(JSON.parse(text))
    } catch (cause) {
      throw new UnreadableTokensError(this.name, (cause as Error).message)
    }
  }
}
