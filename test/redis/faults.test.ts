/**
 * Hails and whales on real Redis, with load on: whatever is killed, paused, taken away, added, failed over or cut off, each acknowledged
 * request is counted exactly once in the end, and all servers say so. `REDIS_PAUSE_S`: how long a Redis hangs.
 */
import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient, RESP_TYPES } from '@redis/client'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeBatch } from '../../src/rollup/batch-codec.js'
import { RedisCluster, RedisServer, takenOver } from '../support/redis-servers.js'
import { buildIfStale } from '../support/server-process.js'
import {
  everyPartitionCounts,
  isOk,
  Load,
  type Member,
  PARTITIONS,
  SplitServers,
  settleAndCheck,
} from '../support/split-servers.js'
import { TcpProxy } from '../support/tcp-proxy.js'

/** Another whale has counted on by then. */
const TAKE_OVER_MS = 10_000
/** Longer than a lease lasts. */
const PAST_LEASE_MS = 6_500
const REDIS_PAUSE_MS = Number(process.env.REDIS_PAUSE_S ?? 30) * 1000
/** Requests that are acknowledged between two faults. */
const SOME = 60

beforeAll(buildIfStale, 120_000)

interface Closing {
  close(): Promise<unknown>
}

/** Runs a test on two hails, two whales and a load through both hails; then all must be as the books say. */
async function underLoad<R extends Closing & { readonly url: string }>(
  start: () => Promise<R>,
  body: (servers: SplitServers, load: Load, redis: R) => Promise<void>,
): Promise<void> {
  const redis = await start()
  const servers = new SplitServers(redis.url)
  try {
    await servers.start(2, 2)
    const load = new Load()
    for (const hail of servers.hails) load.through(hail)
    await load.more(SOME)
    await body(servers, load, redis)
    await settleAndCheck(servers, load)
  } catch (error) {
    console.log(servers.warnings())
    throw error
  } finally {
    await servers.close()
    await redis.close()
  }
}

describe.concurrent('hails, whales and their Redis, with load on', () => {
  test('kill -9 of hails: what they acknowledged is counted', async () => {
    await underLoad(RedisServer.start, async (servers, load) => {
      for (let kill = 0; kill < 3; kill++) {
        const [first] = servers.hails
        await servers.end(first!, 'SIGKILL')
        await load.leave(first!)
        load.through(await servers.startHail())
        await load.more(SOME)
      }
    })
  })

  test('kill -9 of whales: another counts on within 10 s', async () => {
    await underLoad(RedisServer.start, async (servers, load) => {
      for (let kill = 0; kill < 2; kill++) {
        const [first, second] = servers.whales
        await servers.end(first!, 'SIGKILL')
        const tookMs = await everyPartitionCounts(second!.url, TAKE_OVER_MS)
        console.log(`a whale took over ${Math.round(tookMs)} ms after another was killed`)
        await load.more(SOME)
        await servers.startWhale()
        await load.more(SOME)
      }
      for (const whale of [...servers.whales]) await servers.end(whale, 'SIGKILL')
      await load.more(SOME)
      await servers.startWhale()
    })
  })

  test('kill -9 of Redis, again and again', async () => {
    await underLoad(RedisServer.start, async (_servers, load, redis) => {
      for (let kill = 0; kill < 3; kill++) {
        await redis.restart()
        await load.more(SOME)
      }
    })
  })

  test('Redis hangs, and goes on', async () => {
    await underLoad(RedisServer.start, async (servers, load, redis) => {
      await redis.kill('SIGSTOP')
      await delay(REDIS_PAUSE_MS)
      for (const { url } of servers.hails) {
        const answer = await fetch(`${url}/count?key=refused`)
        expect({ status: answer.status, body: await answer.text() }).toMatchObject({
          status: 503,
          body: expect.stringContaining('"unavailable"'),
        })
        expect(answer.headers.get('retry-after')).not.toBe(null)
      }
      await redis.kill('SIGCONT')
      await load.more(SOME)
      await everyPartitionCounts(servers.hails[0]!.url, TAKE_OVER_MS)
    })
  })

  test('a whale sleeps past its leases and wakes up: what it writes late loses', async () => {
    await underLoad(RedisServer.start, async (servers, load) => {
      const [sleeper, other] = servers.whales
      for (let sleep = 0; sleep < 2; sleep++) {
        sleeper!.process.signal('SIGSTOP')
        await everyPartitionCounts(other!.url, TAKE_OVER_MS)
        await load.more(SOME)
        sleeper!.process.signal('SIGCONT')
        await load.more(SOME)
        await everyPartitionCounts(sleeper!.url, TAKE_OVER_MS)
      }
    })
  })

  test('whales come and go while counting', async () => {
    await underLoad(RedisServer.start, async (servers, load) => {
      for (let round = 0; round < 3; round++) {
        const third = await servers.startWhale()
        await load.more(SOME)
        await everyPartitionCounts(third.url, TAKE_OVER_MS)
        expect(await servers.end(servers.whales[0]!, round === 1 ? 'SIGKILL' : 'SIGTERM')).toBe(
          round === 1 ? null : 0,
        )
        await load.more(SOME)
      }
    })
  })

  test('masters of a cluster give way to their replicas: nothing is missing', async () => {
    const start = () => RedisCluster.start(1, '--appendfsync', 'always')
    await underLoad(start, async (servers, load, cluster) => {
      for (const { replica } of await cluster.pairs()) {
        await replica.command('cluster', 'failover')
        await takenOver(replica)
        await load.more(SOME)
        await everyPartitionCounts(servers.hails[0]!.url)
      }
    })
  })

  test('a master of a cluster dies: nothing is missing but what its replica never got', async () => {
    const start = () => RedisCluster.start(1, '--appendfsync', 'always')
    await underLoad(start, async (servers, load, cluster) => {
      for (const { master, replica } of (await cluster.pairs()).slice(0, 2)) {
        await master.kill('SIGKILL')
        await takenOver(replica)
        for (const name of await missingEvents(master, replica)) load.lost.add(name)
        await load.more(SOME)
        await everyPartitionCounts(servers.hails[0]!.url)
        await master.restart()
      }
      console.log(`${load.lost.size} events were with a master that died before its replica had them`)
    })
  })

  test('lines to Redis and between whales are cut', async () => {
    const redis = await RedisServer.start()
    const lines: TcpProxy[] = []
    const line = async (port: () => number): Promise<TcpProxy> => {
      const proxy = await TcpProxy.start(port)
      lines.push(proxy)
      return proxy
    }
    const closeAll = async (): Promise<void> => {
      for (const proxy of lines) await proxy.close()
      await redis.close()
    }
    await underLoad(
      async () => ({ url: redis.url, close: closeAll }),
      async (servers, load) => {
        const [hailLine, whaleLine] = [await line(() => redis.port), await line(() => redis.port)]
        const peerLine = await line(() => Number(new URL(whale.url).port))
        const hail = await servers.startHail({ queue: `redis://127.0.0.1:${hailLine.port}` })
        load.through(hail)
        const queue = `redis://127.0.0.1:${whaleLine.port}`
        const flags = ['--advertise', `http://127.0.0.1:${peerLine.port}`]
        const whale: Member = await servers.startWhale({ queue, store: queue, flags })
        const [other] = servers.whales
        await everyPartitionCounts(other!.url)
        await load.more(SOME)

        await down(hailLine, 2000)
        await expect.poll(() => isOk(`${hail.url}/count?key=back`), { timeout: TAKE_OVER_MS }).toBe(true)
        await load.more(SOME)

        await down(whaleLine, 1500)
        await load.more(SOME)
        await down(whaleLine, PAST_LEASE_MS, async () => {
          await everyPartitionCounts(other!.url, TAKE_OVER_MS)
        })
        await everyPartitionCounts(whale.url)
        await load.more(SOME)

        // What the others can't ask for, they read from the store, and say how old that is.
        await expect.poll(() => ownedBy(other!.url, `http://127.0.0.1:${peerLine.port}`)).toBeGreaterThan(0)
        await down(peerLine, 1500, async () => {
          const answer = await fetch(`${other!.url}/totals?key=shop&period=1d:2d`)
          expect(answer.status).toBe(200)
          expect(answer.headers.get('hailwhale-as-of')).not.toBe(null)
        })
        await load.more(SOME)
        await everyPartitionCounts(other!.url)
        const answer = await fetch(`${other!.url}/totals?key=shop&period=1d:2d`)
        expect(answer.headers.get('hailwhale-as-of')).toBe(null)
      },
    )
  })
})

/** Cuts a line, for so long and while something is done. */
async function down(
  proxy: TcpProxy,
  ms: number,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<void> {
  proxy.isUp = false
  proxy.cut()
  await Promise.all([delay(ms), meanwhile()])
  proxy.isUp = true
}

/** How many partitions the whale at an address has, as another one sees it. */
async function ownedBy(url: string, address: string): Promise<number> {
  const { partitions } = (await (await fetch(`${url}/state`)).json()) as {
    readonly partitions: readonly { readonly owner: string | null }[]
  }
  return partitions.filter(({ owner }) => owner === address).length
}

/**
 * The events of the records that a dead master has in its file and its replica, which has taken over, never got. They were perhaps
 * acknowledged. What the whales have trimmed meanwhile is not among them: that is older than what the replica still has.
 */
async function missingEvents(master: RedisServer, replica: RedisServer): Promise<string[]> {
  const copy = await RedisServer.startOn(await copyOf(master.folder))
  try {
    const [before, after] = [await recordsOf(copy), await recordsOf(replica)]
    const missing = [...before].flatMap(([stream, records]) => {
      const kept = after.get(stream) ?? new Map()
      const oldest = Math.min(...kept.keys())
      return [...records].filter(([sequence]) => sequence >= oldest && !kept.has(sequence))
    })
    return missing.flatMap(([, bytes]) => namesIn(bytes))
  } finally {
    await copy.close()
  }
}

async function copyOf(folder: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'hailwhale-redis-'))
  await cp(join(folder, 'appendonlydir'), join(copy, 'appendonlydir'), { recursive: true })
  return copy
}

/** The records of each partition that lies in a Redis: stream → sequence → bytes. */
async function recordsOf({ url }: RedisServer): Promise<Map<string, Map<number, Buffer>>> {
  const client = createClient({
    url,
    RESP: 2,
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  })
  await client.connect()
  const streams = new Map<string, Map<number, Buffer>>()
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const key = `{hailwhale/${partition}}journal`
    const entries = await client.sendCommand<[Buffer, Buffer[]][]>(['XRANGE', key, '-', '+']).catch(() => [])
    if (entries.length === 0) continue
    streams.set(key, new Map(entries.map(([id, fields]) => [Number(String(id).split('-')[1]), fields[1]!])))
  }
  client.destroy()
  return streams
}

/** The names of a ledger's events in a record. */
function namesIn(bytes: Buffer): string[] {
  const { nodes } = decodeBatch(bytes).interner
  const names = Array.from({ length: nodes.count }, (_, node) => (node === 0 ? '' : nodes.nameOf(node)))
  return names.filter(name => /^e\d+$/.test(name))
}
