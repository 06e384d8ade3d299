/** Tokens in a real Redis: the same for all who share a queue, also while it is away and after it was wiped. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RedisTokens } from '../../src/access/redis-tokens.js'
import { Redis } from '../../src/redis/redis.js'
import { parseRedisAddress } from '../../src/redis/redis-address.js'
import { someRecord, tokenStoreSuite } from '../conformance/token-store-suite.js'
import { accessTo } from '../support/memory-tokens.js'
import { RedisCluster, RedisServer } from '../support/redis-servers.js'

let namespaces = 0

describe.each([
  ['a single Redis', () => RedisServer.start()],
  ['a Redis Cluster', () => RedisCluster.start()],
] as const)('%s', (kind, start) => {
  let server: Awaited<ReturnType<typeof start>>
  let redis: Redis
  beforeAll(async () => {
    server = await start()
    redis = new Redis(parseRedisAddress(server.url, 'queue'))
    await redis.open()
  })
  afterAll(async () => {
    await redis?.close()
    await server?.close()
  })

  tokenStoreSuite(kind, async () => {
    const namespace = `n${++namespaces}`
    return () => new RedisTokens(redis, namespace)
  })

  test('namespaces keep to themselves', async () => {
    await new RedisTokens(redis, 'one').add(someRecord())
    expect(await new RedisTokens(redis, 'other').load()).toEqual({ tokens: [], wasUsed: false })
  })

  test('what is no token is told with its place', async () => {
    await redis.send('{odd}tokens', ['HSET', '{odd}tokens', 'x', 'nonsense'])
    await expect(new RedisTokens(redis, 'odd').load()).rejects.toThrow("{odd}tokens in Redis can't be read")
  })
})

test('while it is away what is known stays in force; a wiped one lets nobody in', async () => {
  const server = await RedisServer.start()
  const redis = new Redis(parseRedisAddress(server.url, 'queue'))
  await redis.open()
  const tokens = new RedisTokens(redis, 'hailwhale')
  const told: string[] = []
  const access = await accessTo(tokens, { needs: 'token', onFirst: text => void told.push(text) })
  const isIn = () => {
    try {
      return access.admit(`Bearer ${told[0]}`, { scope: 'admin', allKeys: true }).hasToken
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  expect(isIn()).toBe(true)
  await server.kill('SIGKILL')
  await access.refresh()
  expect(isIn()).toBe(true)
  await server.restart()
  await access.refresh()
  expect(isIn()).toBe(true)
  await redis.send('{hailwhale}tokens', ['DEL', '{hailwhale}tokens'])
  await access.refresh()
  expect(isIn()).toBe('unauthorized')
  await access.close()
  await redis.close()
  await server.close()
})
