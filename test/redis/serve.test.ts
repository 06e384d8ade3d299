/**
 * `hailwhale serve` with its counts in a real Redis: whatever is killed, paused or loses its last writes, each acknowledged request
 * is there exactly once in the end.
 */
import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Dice } from '../support/dice.js'
import { Ledger } from '../support/ledger.js'
import { RedisCluster, RedisServer } from '../support/redis-servers.js'
import { buildIfStale, ServerProcess } from '../support/server-process.js'

let dir: string
const running = new Set<{ close(): Promise<unknown> }>()

beforeAll(buildIfStale, 120_000)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-redis-serve-'))
})

afterEach(async () => {
  for (const each of [...running].reverse()) await each.close()
  running.clear()
  await rm(dir, { recursive: true, force: true })
})

function closing<T extends { close(): Promise<unknown> }>(started: T): T {
  running.add(started)
  return started
}

function serve(url: string, folder = dir): ServerProcess {
  const server = ServerProcess.start(folder, '--store', url, '--flush-interval', '200ms')
  closing({ close: () => server.end('SIGKILL') })
  return server
}

function newLedger(): Ledger {
  const seed = Date.now() >>> 0
  console.log(`seed ${seed}`)
  const dice = new Dice(seed)
  return new Ledger(() => dice.below(2 ** 30) / 2 ** 30)
}

describe('counts in Redis', () => {
  test.each([
    ['a single one', () => RedisServer.start()],
    ['a cluster', () => RedisCluster.start()],
  ] as const)('kill -9 of the server, again and again: %s', async (_name, start) => {
    const redis = closing(await start())
    const ledger = newLedger()
    for (let kill = 0; kill < 4; kill++) {
      const server = serve(redis.url)
      const loading = ledger.load(await server.ready(), 8)
      await moreThan(() => ledger.acknowledged, ledger.acknowledged + 40)
      await server.end('SIGKILL')
      await loading
    }
    const last = serve(redis.url)
    await ledger.settle(await last.ready())
    const sums = await ledger.check(await last.url())
    expect((await last.end('SIGTERM')).code).toBe(0)
    const again = serve(redis.url)
    expect(await ledger.check(await again.ready())).toEqual(sums)
  })

  test('kill -9 of Redis under load, and a pause: counting goes on, or is refused for a while', async () => {
    const redis = closing(await RedisServer.start())
    const server = serve(redis.url)
    const url = await server.ready()
    const ledger = newLedger()
    let isOver = false
    const loading = (async () => {
      while (!isOver) {
        await ledger.load(url, 8, status => isOver || status === 503)
        await delay(50)
      }
    })()
    for (let kill = 0; kill < 3; kill++) {
      await moreThan(() => ledger.acknowledged, ledger.acknowledged + 40)
      await redis.restart()
    }
    await moreThan(() => ledger.acknowledged, ledger.acknowledged + 40)
    await redis.kill('SIGSTOP')
    await delay(1500)
    await redis.kill('SIGCONT')
    await moreThan(() => ledger.acknowledged, ledger.acknowledged + 40)
    isOver = true
    await loading
    await expect.poll(() => settled(ledger, url), { timeout: 20_000 }).toBe(true)
    const sums = await ledger.check(url)
    expect((await server.end('SIGTERM')).code).toBe(0)
    const again = serve(redis.url)
    expect(await ledger.check(await again.ready())).toEqual(sums)
  })

  test('a Redis that forgets its last writes: the server stops, and the next start counts them again', async () => {
    const redis = closing(await RedisServer.start('--appendonly', 'yes', '--aof-use-rdb-preamble', 'no'))
    const server = serve(redis.url)
    const url = await server.ready()
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({
      store: 'redis',
      risk: expect.stringContaining('appendfsync everysec'),
    })
    const ledger = newLedger()
    const loading = ledger.load(url, 4)
    await moreThan(() => flushedThrough(url), 1)
    const lasting = await appendOnlyFile(redis.folder)
    const flushed = await flushedThrough(url)
    await moreThan(() => flushedThrough(url), flushed)
    await redis.kill('SIGKILL')
    await truncate(lasting.path, lasting.size)
    await redis.restart()
    const { code } = await server.ended
    await loading
    expect(code).toBe(70)
    const again = serve(redis.url)
    await ledger.settle(await again.ready())
    await ledger.check(await again.url())
  })

  test.each([
    ['gone', 'SIGKILL'],
    ['hanging', 'SIGSTOP'],
  ] as const)(
    'Redis is %s: questions say 503, SIGTERM ends the server, nothing is lost',
    async (_name, signal) => {
      const redis = closing(await RedisServer.start())
      const server = serve(redis.url)
      const url = await server.ready()
      const ledger = newLedger()
      await ledger.load(url, 2, () => ledger.acknowledged > 50)
      await redis.kill(signal)
      const answer = await fetch(`${url}/graph?key=k&metrics=hits&period=1m:1h`)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).not.toBe(null)
      expect(await answer.json()).toMatchObject({ code: 'unavailable' })
      // What is counted now waits for the store, with an id that it is asked for.
      const loading = ledger.load(url, 2)
      await server.logged(({ msg }) => msg.endsWith('failed; trying again'))
      const startMs = performance.now()
      expect((await server.end('SIGTERM')).code).toBe(0)
      expect(performance.now() - startMs).toBeLessThan(20_000)
      await loading
      if (signal === 'SIGKILL') await redis.restart()
      else await redis.kill('SIGCONT')
      const again = serve(redis.url)
      await ledger.settle(await again.ready())
      await ledger.check(await again.url())
    },
  )

  test.each([
    ['redis://127.0.0.1:1', 'ECONNREFUSED'],
    ['redis://me:secret@127.0.0.1:1', 'Redis at redis://127.0.0.1:1 can'],
    ['redis://:sec%ret@127.0.0.1:1', 'is no address of a Redis'],
    ['redis+cluster://:secret@127.0.0.1:1', "Redis at redis+cluster://127.0.0.1:1 can't be used"],
  ])('%s: does not start, and says why without the password', async (url, why) => {
    const { code, stderr } = await serve(url).ended
    expect(code).toBe(1)
    expect(stderr).toContain(why)
    expect(stderr).not.toMatch(/sec.*ret|\n.*\n/)
  })

  test('a server with another journal refuses to start, and the one that has the counts goes on', async () => {
    const redis = closing(await RedisServer.start())
    const server = serve(redis.url)
    const url = await server.ready()
    const ledger = newLedger()
    await ledger.load(url, 2, () => ledger.acknowledged > 50)
    await expect.poll(async () => Number(await redis.command('dbsize'))).toBeGreaterThan(0)
    const stranger = serve(redis.url, join(dir, 'other'))
    expect((await stranger.ended).code).toBe(1)
    await ledger.load(url, 2, () => ledger.acknowledged > 100)
    await ledger.settle(url)
    await ledger.check(url)
  })
})

/** Sends what is open; whether all of it was answered. */
async function settled(ledger: Ledger, url: string): Promise<boolean> {
  return ledger.settle(url).then(
    () => true,
    () => false,
  )
}

/** Waits until a number is larger than another. */
async function moreThan(read: () => number | Promise<number>, least: number): Promise<void> {
  await expect.poll(read, { timeout: 60_000 }).toBeGreaterThan(least)
}

/** The last batch whose counts are in the store, as the server says. */
async function flushedThrough(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^hailwhale_flushed_sequence (\d+)/m.exec(metrics)?.[1] ?? 0)
}

/** The file that Redis appends to. What is behind its present size is lost where it is cut to that, as by a machine that crashes. */
async function appendOnlyFile(folder: string): Promise<{ path: string; size: number }> {
  const names = (await readdir(join(folder, 'appendonlydir'))).filter(name => name.endsWith('.incr.aof'))
  const path = join(folder, 'appendonlydir', names.sort().at(-1)!)
  return { path, size: (await stat(path)).size }
}
