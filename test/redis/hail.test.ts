/**
 * Hails and whales as processes of their own, on a real Redis: what a hail has acknowledged is in the queue whatever becomes of the hail,
 * a queue that is away is refused and gone on with by itself, and a hail answers like the whale behind it.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RedisServer } from '../support/redis-servers.js'
import { buildIfStale, runCommand, ServerProcess } from '../support/server-process.js'

let redis: RedisServer
const running = new Set<{ close(): Promise<unknown> }>()

beforeAll(buildIfStale, 120_000)

beforeEach(async () => {
  redis = await RedisServer.start()
})

afterEach(async () => {
  await Promise.all([...running].map(each => each.close()))
  running.clear()
  await redis.close()
})

function started(command: string, ...flags: string[]): ServerProcess {
  const server = ServerProcess.command(command, '--queue', redis.url, ...flags)
  running.add({ close: () => server.end('SIGKILL') })
  return server
}

function hail(...flags: string[]): ServerProcess {
  return started('hail', ...flags)
}

function whale(...flags: string[]): ServerProcess {
  return started('whale', '--store', redis.url, '--flush-interval', '200ms', ...flags)
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

async function ask(url: string, init?: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init)
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(url, { method: 'POST', body: JSON.stringify(body), headers })
}

/** The sum of a metric over today, from an answer that has everything: while a partition changes hands, one says that it may not. */
async function sum(url: string, key: string, metric = 'hits'): Promise<number> {
  const whole = async (): Promise<number | undefined> => {
    const { headers, text } = await ask(`${url}/totals?key=${key}&metrics=${metric}&period=today`)
    return headers.has('hailwhale-as-of') ? undefined : (JSON.parse(text).today?._?.[metric] ?? 0)
  }
  let found: number | undefined
  const find = async () => {
    found = await whole()
    return found
  }
  await expect.poll(find, { timeout: 20_000 }).toBeDefined()
  return found!
}

/** Waits until a server that passes questions on knows a whale that has every partition. */
async function untilAnswered(url: string): Promise<void> {
  await expect.poll(async () => (await ask(`${url}/totals`)).status, { timeout: 20_000 }).toBe(200)
}

/** Waits until whales have so many partitions each. */
async function untilShared(whales: readonly string[], each: number): Promise<void> {
  const owned = async (url: string) =>
    Number(/^hailwhale_partitions_owned (\d+)/m.exec((await ask(`${url}/metrics`)).text)?.[1])
  const all = () => Promise.all(whales.map(owned))
  await expect.poll(all, { timeout: 20_000 }).toEqual(whales.map(() => each))
}

describe('a hail alone', () => {
  test('kill -9 right after the answers: all that was acknowledged is in the queue', async () => {
    const server = hail()
    const url = await server.url()
    const bodies = Array.from({ length: 200 }, (_, i) => [{ key: `k${i % 20}` }, { key: 'all', id: `e${i}` }])
    const answers = await Promise.all(bodies.map(body => post(`${url}/count`, body)))
    await server.end('SIGKILL')
    for (const { status, text } of answers)
      expect({ status, text }).toEqual({ status: 202, text: '{"queued":2}' })
    const counting = await whale().url()
    const other = await hail().url()
    await untilAnswered(other)
    await expect.poll(() => sum(counting, 'all'), { timeout: 20_000 }).toBe(200)
    expect(await sum(other, 'k7')).toBe(10)
  })

  test('without a whale it counts; what needs one is refused', async () => {
    const url = await hail().url()
    expect(await ask(`${url}/count?key=a`)).toMatchObject({ status: 202, text: 'QUEUED' })
    for (const path of ['/graph', '/count_now?key=a', '/', '/stream']) {
      const { status, headers, text } = await ask(url + path)
      expect(status).toBe(503)
      expect(headers.get('retry-after')).toBe('1')
      expect(JSON.parse(text)).toMatchObject({ code: 'unavailable' })
    }
    expect(await ask(`${url}/readyz`)).toMatchObject({ status: 200 })
  })

  test('a signal ends it with everything in the queue', async () => {
    const server = hail()
    const url = await server.url()
    const answers = Promise.all(
      Array.from({ length: 50 }, () => post(`${url}/count`, [{ key: 'a' }, { key: 'b' }])),
    )
    await answers
    expect(await server.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' })
    const counting = await whale().url()
    await expect.poll(() => sum(counting, 'a'), { timeout: 20_000 }).toBe(50)
  })

  test.each([
    ['killed', 'SIGKILL'],
    ['paused', 'SIGSTOP'],
  ] as const)(
    'Redis is %s: 503 soon, for everybody, and counting goes on by itself',
    async (_name, signal) => {
      const url = await hail().url()
      expect(await ask(`${url}/count?key=a`)).toMatchObject({ status: 202 })
      await redis.kill(signal)
      const startMs = performance.now()
      const refused = await Promise.all(Array.from({ length: 500 }, () => ask(`${url}/count?key=a`)))
      expect(performance.now() - startMs).toBeLessThan(15_000)
      for (const { status, headers, text } of refused) {
        expect(status).toBe(503)
        expect(headers.get('retry-after')).toBe('1')
        expect(JSON.parse(text)).toMatchObject({
          code: 'unavailable',
          detail: expect.not.stringContaining('127.0.0.1'),
        })
      }
      expect(await ask(`${url}/readyz`)).toMatchObject({ status: 503 })
      expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200 })
      if (signal === 'SIGSTOP') await redis.kill('SIGCONT')
      else await redis.restart()
      const counts = async () => (await ask(`${url}/count?key=b`)).status
      await expect.poll(counts, { timeout: 20_000 }).toBe(202)
      await expect.poll(async () => (await ask(`${url}/readyz`)).status).toBe(200)
    },
  )

  test('a queue that is full', async () => {
    const url = await hail('--queue-length', '3', '--partitions', '1').url()
    for (let i = 0; i < 3; i++) expect(await ask(`${url}/count?key=a`)).toMatchObject({ status: 202 })
    const { status, headers, text } = await ask(`${url}/count?key=a`)
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('1')
    expect(JSON.parse(text)).toMatchObject({ code: 'queue_full' })
    expect(await ask(`${url}/readyz`)).toMatchObject({ status: 503 })
    const counting = await whale().url()
    await untilAnswered(counting)
    const counts = async () => (await ask(`${url}/count?key=a`)).status
    // The queue keeps what the store could still forget.
    await expect.poll(counts, { timeout: 40_000 }).toBe(202)
  })

  test('started before Redis: it waits, and says so', async () => {
    await redis.kill('SIGKILL')
    const server = hail()
    await server.logged(({ msg }) => msg.startsWith('opening the queue failed'))
    await redis.restart()
    expect(await ask(`${await server.url()}/count?key=a`)).toMatchObject({ status: 202 })
  })

  test('a volatile Redis is named at the start and by /readyz', async () => {
    const forgetful = await RedisServer.start('--appendonly', 'no')
    running.add(forgetful)
    const server = ServerProcess.command('hail', '--queue', forgetful.url)
    running.add({ close: () => server.end('SIGKILL') })
    const url = await server.url()
    expect(server.log.some(({ msg }) => msg.includes('appendonly no'))).toBe(true)
    expect(JSON.parse((await ask(`${url}/readyz`)).text)).toMatchObject({
      ready: true,
      durability: 'memory',
      journal: 'redis',
      store: null,
      risk: expect.stringContaining('appendonly no'),
    })
  })

  test.each([
    [[], 'queue: is missing'],
    [['--queue', 'http://127.0.0.1'], 'is no address of a Redis'],
    [['--queue', 'redis://127.0.0.1', '--namespace', 'a{b}'], 'is no name'],
    [['--store', 'lmdb'], "unknown option '--store'"],
  ])('started wrongly: %j', async (flags, why) => {
    const { code, stderr } = await runCommand('hail', ...flags)
    expect(code).toBe(78)
    expect(stderr).toContain(why)
  })

  test('another number of partitions than the queue has: it says so and ends', async () => {
    await hail('--partitions', '4').url()
    const { code, stderr } = await hail('--partitions', '6').ended
    expect(code).toBe(78)
    expect(stderr).toContain('4')
    expect(stderr).not.toContain('    at ')
  })
})

describe('hails and whales', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hailwhale-split-'))
  })

  afterEach(() => rm(dir, { recursive: true, force: true }))

  test('two of each: what any hail has queued is counted when its flush answers, whoever is asked', async () => {
    const urls = await Promise.all([hail().url(), hail().url()])
    const whales = await Promise.all([whale().url(), whale().url()])
    await Promise.all([...urls, ...whales].map(untilAnswered))
    const keys = Array.from({ length: 40 }, (_, i) => `k${i}`)
    for (let round = 1; round <= 5; round++) {
      const body = keys.map(key => ({ key: ['shop', key], dimensions: { of: key }, metrics: { dollars: 2 } }))
      await Promise.all(urls.map(url => post(`${url}/count`, body)))
      for (const url of urls)
        expect(await ask(`${url}/flush_hail`)).toMatchObject({ status: 200, text: 'OK' })
      for (const url of [...urls, ...whales]) {
        expect(await sum(url, 'shop')).toBe(2 * round * keys.length)
        expect(await sum(url, '["shop","k7"]', 'dollars')).toBe(4 * round)
      }
    }
    const graphs = await Promise.all(
      [...urls, ...whales].map(url => ask(`${url}/graph?key=shop&by=of&limit=50&threshold=0`)),
    )
    for (const { text } of graphs) expect(JSON.parse(text).series).toHaveLength(keys.length)
  })

  test('an id is counted once, through whichever hail it comes', async () => {
    const urls = await Promise.all([hail().url(), hail().url()])
    const counting = await whale().url()
    await Promise.all([...urls, counting].map(untilAnswered))
    for (const url of [...urls, ...urls]) {
      await ask(`${url}/count?key=a&id=7`)
      await post(`${url}/count`, [{ key: 'b' }, { key: 'c' }], { 'idempotency-key': 'once' })
    }
    for (const url of urls) await ask(`${url}/flush_hail`)
    for (const key of ['a', 'b', 'c']) expect(await sum(counting, key)).toBe(1)
    const { text } = await ask(`${urls[0]}/count_now?key=a&id=7`)
    expect(text).toBe('OK')
    expect(await sum(urls[1]!, 'a')).toBe(1)
  })

  test('what a hail passes on: count_now, sets, resets, questions, boards, pages', async () => {
    const [first, second] = await Promise.all([hail().url(), hail().url()])
    const whales = await Promise.all([whale().url(), whale().url()])
    await untilShared(whales, 4)
    await Promise.all([first, second, ...whales].map(untilAnswered))
    expect(await ask(`${first}/count_now?key=a&dimension=x&metrics={"dollars":3}`)).toMatchObject({
      status: 200,
      text: 'OK',
    })
    expect(await sum(second, 'a', 'dollars')).toBe(3)
    const set = '/update_count_to?key=a&dimension=x&metrics={"dollars":10}&period=1d'
    expect(await ask(first + set)).toMatchObject({ status: 200 })
    expect(await sum(second, 'a', 'dollars')).toBe(10)
    expect(await post(`${first}/reset`, { key: 'a' })).toMatchObject({ status: 200 })
    expect(await sum(second, 'a', 'dollars')).toBe(0)
    const board = { panels: [] }
    const put = { method: 'PUT', body: JSON.stringify(board), headers: { 'if-none-match': '*' } }
    expect(await ask(`${first}/board?name=mine`, put)).toMatchObject({ status: 201 })
    for (const url of [second, ...whales]) {
      expect(JSON.parse((await ask(`${url}/boards`)).text).boards).toHaveLength(1)
      expect((await ask(`${url}/board?name=mine`, put)).status).toBe(412)
    }
    const page = await ask(`${first}/`)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    const digest = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(digest(page.text)).toBe(digest((await ask(`${whales[0]}/`)).text))
    expect((await ask(`${first}/peer/positions`)).status).toBe(404)
    expect((await ask(`${whales[0]}/peer/positions`)).status).toBe(404)
  })

  test('a live stream through a hail shows what another hail takes in', async () => {
    const [first, second] = await Promise.all([hail().url(), hail().url()])
    const counting = whale()
    await Promise.all([first, second, await counting.url()].map(untilAnswered))
    const events: EventSourceMessage[] = []
    const leaving = new AbortController()
    const stream = await fetch(`${first}/stream?key=live&metrics=hits&period=1m:1h`, {
      signal: leaving.signal,
    })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    const parser = createParser({ onEvent: event => events.push(event) })
    const decoder = new TextDecoder()
    const reading = (async () => {
      const reader = stream.body!.getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read())
        parser.feed(decoder.decode(read.value, { stream: true }))
    })().catch(error => expect(leaving.signal.aborted || error).toBe(true))
    await expect.poll(() => events.length).toBe(1)
    expect(events[0]!.event).toBe('graph')
    await ask(`${second}/count?key=live`)
    await expect.poll(() => events.map(({ event }) => event)).toContain('change')
    leaving.abort()
    await reading
  })

  test('a whale goes: hails ask the other one, and flushes go on', async () => {
    const url = await hail().url()
    const going = whale()
    const staying = whale()
    await Promise.all([url, await going.url(), await staying.url()].map(untilAnswered))
    await post(`${url}/count`, [{ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'd' }])
    await going.end('SIGKILL')
    await post(`${url}/count`, [{ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'd' }])
    expect(await ask(`${url}/flush_hail`)).toMatchObject({ status: 200 })
    for (const key of ['a', 'b', 'c', 'd']) expect(await sum(url, key)).toBe(2)
  })

  test('a whale with a folder of its own, under a prefix', async () => {
    const flags = ['--base-path', '/stats']
    const counting = started('whale', '--store', `lmdb:${dir}`, ...flags)
    const url = await hail(...flags).url()
    expect(await counting.url()).toMatch(/\/stats$/)
    await untilAnswered(url)
    expect(await ask(`${url}/count?key=a`)).toMatchObject({ status: 202 })
    expect(await ask(`${url}/flush_hail`)).toMatchObject({ status: 200 })
    expect(await sum(url, 'a')).toBe(1)
    expect(await counting.end('SIGTERM')).toMatchObject({ code: 0 })
    const again = started('whale', '--store', `lmdb:${dir}`, ...flags)
    await expect.poll(async () => sum(await again.url(), 'a'), { timeout: 20_000 }).toBe(1)
  })

  test.each([
    [['--store', 'lmdb'], 'a whale has no data folder'],
    [['--store', 'redis://127.0.0.1:1', '--advertise', 'here'], 'is no address'],
    [['--store', 'redis://127.0.0.1:1', '--demo'], "unknown option '--demo'"],
  ])('a whale started wrongly: %j', async (flags, why) => {
    const { code, stderr } = await runCommand('whale', '--queue', redis.url, ...flags)
    expect(code).toBe(78)
    expect(stderr).toContain(why)
  })
})
