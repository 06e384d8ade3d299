import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RedisSentinels, RedisServer } from '../../test/support/redis-servers.js'
import { Redis } from './redis.js'
import { parseRedisAddress } from './redis-address.js'

let server: RedisServer
const opened = new Set<Redis>()

beforeAll(async () => {
  server = await RedisServer.start()
})

afterEach(async () => {
  for (const redis of opened) await redis.close()
  opened.clear()
})

afterAll(() => server?.close())

function redisAt(url: string, answerMs?: number): Redis {
  const redis = new Redis(parseRedisAddress(url, 'store'), answerMs)
  opened.add(redis)
  return redis
}

async function open(url: string, answerMs?: number): Promise<Redis> {
  const redis = redisAt(url, answerMs)
  await redis.open()
  return redis
}

const unavailable = (message: RegExp) =>
  expect.objectContaining({ code: 'unavailable', message: expect.stringMatching(message) })

describe('Redis', () => {
  test('one that hangs is away, and is asked again when it goes on', async () => {
    const redis = await open(server.url, 1_000)
    await redis.send('a', ['SET', 'a', '1'])
    await server.kill('SIGSTOP')
    await expect(redis.send('a', ['GET', 'a'])).rejects.toEqual(unavailable(/no answer in 1000 ms$/))
    // What is asked meanwhile waits no longer than the first did, however often.
    const asked = [1, 2, 3].map(() => redis.send('a', ['GET', 'a']))
    for (const each of asked) await expect(each).rejects.toEqual(unavailable(/can't be used/))
    await server.kill('SIGCONT')
    await expect.poll(() => redis.send('a', ['GET', 'a']).then(String, () => '')).toBe('1')
  })

  test('closes at once while one hangs', async () => {
    const redis = await open(server.url, 60_000)
    await server.kill('SIGSTOP')
    const asked = redis.send('a', ['GET', 'a'])
    const refused = expect(asked).rejects.toEqual(unavailable(/can't be used/))
    await redis.close()
    await refused
    await server.kill('SIGCONT')
    await expect(redis.send('a', ['GET', 'a'])).rejects.toEqual(unavailable(/it is closed/))
  })

  test('one that was started anew while nothing was asked answers the first command', async () => {
    const redis = await open(server.url)
    await redis.send('a', ['SET', 'a', '2'])
    await server.restart()
    expect(String(await redis.send('a', ['GET', 'a']))).toBe('2')
  })

  test('what it says when it refuses is told', async () => {
    const redis = await open(server.url)
    await expect(redis.send('a', ['HGET', 'a', 'b'])).rejects.toEqual(unavailable(/: WRONGTYPE/))
    await expect(redis.send('a', ['NONE'])).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/^ERR unknown command/) },
    })
  })

  test('a wrong password is said, and not shown', async () => {
    await server.command('config', 'set', 'requirepass', 'right')
    const opening = redisAt(server.url.replace('://', '://:wrong@')).open()
    await expect(opening).rejects.toEqual(
      unavailable(/^Redis at redis:\/\/127\.0\.0\.1:\d+ can't .*WRONGPASS/),
    )
    await expect(opening).rejects.not.toThrow('wrong@')
    await expect(open(server.url).then(redis => redis.send('a', ['GET', 'a']))).rejects.toEqual(
      unavailable(/: NOAUTH/),
    )
    const redis = await open(server.url.replace('://', '://:right@'))
    await redis.send('', ['CONFIG', 'SET', 'requirepass', ''])
  })

  test.each(['redis', 'redis+cluster', 'redis+sentinel'])('%s: nobody listens', async scheme => {
    const path = scheme === 'redis+sentinel' ? '/main' : ''
    const opening = redisAt(`${scheme}://127.0.0.1:1${path}`).open()
    await expect(opening).rejects.toEqual(unavailable(/can't be used: ./))
  })
})

describe('Redis behind Sentinels', () => {
  let sentinels: RedisSentinels

  beforeAll(async () => {
    sentinels = await RedisSentinels.start()
  })

  afterAll(() => sentinels?.close())

  const incremented = (redis: Redis) => () => redis.send('a', ['INCR', 'a']).then(Number, () => 0)

  test('goes to the new master when they change it, and when the old one hangs', async () => {
    const redis = await open(sentinels.url)
    expect(await redis.send('a', ['INCR', 'a'])).toBe(1)
    expect(await redis.send('a', ['WAIT', '1', '0'])).toBe(1)
    await sentinels.failOver()
    await expect.poll(incremented(redis), { timeout: 60_000 }).toBeGreaterThan(1)
    const before = await incremented(redis)()
    expect(await redis.send('a', ['WAIT', '1', '0'])).toBe(1)
    await sentinels.nodes[1]!.kill('SIGSTOP')
    await expect.poll(incremented(redis), { timeout: 60_000 }).toBeGreaterThan(before)
  })

  test('says which master is not known', async () => {
    const opening = redisAt(sentinels.url.replace(/[^/]+$/, 'other')).open()
    await expect(opening).rejects.toEqual(unavailable(/knows no master "other"/))
  })
})
