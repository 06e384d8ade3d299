/** What tells the counts in a Redis from any others: a random word, made once, beside them. */
import { randomBytes } from 'node:crypto'
import type { Redis } from '../../redis/redis.js'

/** The id of what is kept in a Redis under a namespace; made by whoever asks first. */
export async function redisStoreId(redis: Redis, namespace: string): Promise<string> {
  const key = `{${namespace}}id`
  await redis.send(key, ['SET', key, randomBytes(12).toString('hex'), 'NX'])
  return String(await redis.send(key, ['GET', key]))
}
