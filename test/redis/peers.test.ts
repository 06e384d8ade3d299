/**
 * Two whales as processes of their own, on a real Redis, that share the partitions: each answers for all of them; while one can't
 * be asked, the other reads its part from the store and says how old it is, until it has taken that over.
 */
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { RedisServer } from '../support/redis-servers.js'
import { buildIfStale, ServerProcess } from '../support/server-process.js'

const KEYS = 40
const EACH = 4

let redis: RedisServer
let whales: ServerProcess[] = []

beforeAll(buildIfStale, 120_000)

beforeEach(async () => {
  redis = await RedisServer.start()
})

afterEach(async () => {
  await Promise.all(whales.map(whale => whale.end('SIGKILL')))
  whales = []
  await redis.close()
})

/** Two whales with half of the partitions each, and what is counted of all of them. */
async function counted(): Promise<{ readonly here: string; readonly there: ServerProcess }> {
  const flags = ['--queue', redis.url, '--store', redis.url, '--partitions', '8', '--flush-interval', '200ms']
  whales = [ServerProcess.command('whale', ...flags), ServerProcess.command('whale', ...flags)]
  const [here, there] = (await Promise.all(whales.map(whale => whale.url()))) as [string, string]
  const owned = () => Promise.all([here, there].map(async url => (await gauge(url, 'partitions_owned'))[0]))
  await expect.poll(owned, { timeout: 20_000 }).toEqual([EACH, EACH])
  const events = Array.from({ length: KEYS }, (_, i) => ({ key: ['site', `k${i}`], dimensions: 'apples' }))
  const answer = await fetch(`${here}/count_now`, { method: 'POST', body: JSON.stringify(events) })
  expect([answer.status, await answer.text()]).toEqual([200, `{"counted":${KEYS},"duplicates":0}`])
  return { here, there: whales[1]! }
}

/** The values of a gauge, of all its labels. */
async function gauge(url: string, name: string): Promise<number[]> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return [...text.matchAll(new RegExp(`^hailwhale_${name}(?:\\{.*\\})? (\\d+)`, 'gm'))].map(([, value]) =>
    Number(value),
  )
}

/** All hits, and as of when; `null`: as of now. */
async function hits(url: string): Promise<{ readonly hits: number; readonly asOf: string | null }> {
  const answer = await fetch(`${url}/graph?key=site&by=_&metrics=hits&period=1h:2d`)
  const graph = (await answer.json()) as { overall?: { total: { hits: number } }; series: { name: string }[] }
  expect(answer.status).toBe(200)
  expect(graph.series.map(({ name }) => name)).toEqual(['apples'])
  return { hits: graph.overall!.total.hits, asOf: answer.headers.get('hailwhale-as-of') }
}

async function untilFlushed(url: string): Promise<void> {
  const flushed = async () => {
    const through = await gauge(url, 'partition_sequence')
    const stored = await gauge(url, 'partition_flushed_sequence')
    return through.length === EACH && through.every((sequence, i) => sequence === stored[i])
  }
  await expect.poll(flushed, { timeout: 10_000 }).toBe(true)
}

test('each whale answers for all, and lists the keys of all', async () => {
  const { here, there } = await counted()
  for (const url of [here, await there.url()]) {
    expect(await hits(url)).toEqual({ hits: KEYS, asOf: null })
    const { keys } = (await (await fetch(`${url}/keys?key=site&limit=100`)).json()) as { keys: unknown[] }
    expect(keys).toHaveLength(KEYS)
  }
})

test('kill -9: the store answers for it at once and says since when, until it is taken over', async () => {
  const { here, there } = await counted()
  await untilFlushed(await there.url())
  await there.end('SIGKILL')
  const startMs = Date.now()
  const old = await hits(here)
  expect(Date.now() - startMs).toBeLessThan(2_000)
  expect(old.hits).toBe(KEYS)
  expect(Date.parse(old.asOf!)).toBeGreaterThan(startMs - 60_000)
  expect(Date.parse(old.asOf!)).toBeLessThanOrEqual(startMs)
  await expect.poll(() => hits(here), { timeout: 20_000 }).toEqual({ hits: KEYS, asOf: null })
})

test('a whale that hangs: an answer comes in time all the same', async () => {
  const { here, there } = await counted()
  await untilFlushed(await there.url())
  there.signal('SIGSTOP')
  const startMs = Date.now()
  expect((await hits(here)).hits).toBe(KEYS)
  // A question to it is given up after 5 s.
  expect(Date.now() - startMs).toBeLessThan(8_000)
  await expect.poll(() => hits(here), { timeout: 20_000 }).toEqual({ hits: KEYS, asOf: null })
})
