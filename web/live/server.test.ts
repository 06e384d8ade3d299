/** `Live` on a real server, through a proxy that cuts, holds and counts. The page's time is the test's; the network is real. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { GraphAnswer } from '../../src/query/graph.js'
import { FakePage } from '../../test/support/live-page.js'
import { LiveServer } from '../../test/support/live-server.js'
import { plainFetch } from '../../test/support/plain-fetch.js'
import { TcpProxy } from '../../test/support/tcp-proxy.js'
import { type Follower, type GraphFields, Live, type Refused } from './live.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)

/** A follower that keeps its newest state, and how often it was told. */
class Told implements Follower {
  answer: GraphAnswer | null = null
  error: Refused | null = null
  isLost = false
  times = 0

  graph(answer: GraphAnswer): void {
    this.answer = answer
    this.isLost = false
    this.times++
  }
  refused(refused: Refused): void {
    this.error = refused
  }
  lost(): void {
    this.isLost = true
  }
  get hits(): number | undefined {
    return this.answer?.overall.total.hits
  }
}

let server: LiveServer
let proxy: TcpProxy
let page: FakePage
let live: Live
/** Bodies of the requests for the stream, and what came back. */
let asked: { graphs: GraphFields[]; since?: string; whole?: number[] }[]
let told: string

beforeEach(async () => {
  server = await LiveServer.start({ store: 'lmdb', over: 'http', nowMs: NOW_MS })
  proxy = await TcpProxy.start(() => server.port)
  asked = []
  told = ''
  page = new FakePage(async (url, init) => {
    if (init.method === 'POST') {
      asked.push(JSON.parse(init.body as string))
      told = ''
    }
    const response = await plainFetch(url, init)
    return init.method === 'POST' && response.ok ? overheard(response) : response
  })
  live = new Live(`http://127.0.0.1:${proxy.port}/`, page)
})
afterEach(async () => {
  live.sleep()
  await proxy.close()
  await server.close()
})

/** The same response; its text is kept in `told`. */
function overheard(response: Response): Response {
  const decoder = new TextDecoder()
  const listen = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, to) => {
      told += decoder.decode(chunk, { stream: true })
      to.enqueue(chunk)
    },
  })
  return new Response(response.body!.pipeThrough(listen), response)
}

function follow(fields: GraphFields): Told & { stop: () => void } {
  const follower = new Told()
  return Object.assign(follower, { stop: live.follow(fields, follower) })
}

async function count(key: string): Promise<void> {
  expect((await server.get(`/count?key=${key}&dimension=x`)).text).toBe('OK')
}

/** Until something is true, however long the network takes for it. Hardly any time passes for the page. */
async function until(what: () => void): Promise<void> {
  await page.pass(20)
  await vi.waitFor(what, { timeout: 60_000, interval: 10 })
}

/** Lets the page's time pass until it has asked for the stream again. */
async function nextStream(): Promise<void> {
  for (const before = asked.length; asked.length === before; ) await page.pass(500)
}

test('changes arrive, for all graphs over one connection', async () => {
  await count('a')
  const [a, b] = [follow({ key: 'a' }), follow({ key: 'b', by: 'x' })]
  await until(() => expect([a.hits, b.hits]).toEqual([1, 0]))
  await count('a')
  await count('b')
  await until(() => expect([a.hits, b.hits]).toEqual([2, 1]))
  expect(a.answer!.series).toMatchObject([{ name: 'x', total: { hits: 2 } }])
  expect(proxy.taken).toBe(1)
})

test('a graph that joins fifty is sent alone, though another page had it already', async () => {
  const elsewhere = new Live(`http://127.0.0.1:${server.port}/`, page)
  const there = new Told()
  elsewhere.follow({ key: 'new' }, there)
  await until(() => expect(there.hits).toBe(0))
  const all = Array.from({ length: 50 }, (_, i) => follow({ key: `k${i}` }))
  await until(() => expect(all.map(({ hits }) => hits)).toEqual(all.map(() => 0)))
  const joining = follow({ key: 'new' })
  await until(() => expect(joining.hits).toBe(0))
  expect(asked.at(-1)).toMatchObject({ whole: [50] })
  expect(told.match(/"index":\d+/g)).toEqual(['"index":50'])
  await count('k7')
  await count('new')
  await until(() => expect([all[7]!.hits, joining.hits, there.hits]).toEqual([1, 1, 1]))
  expect(all[8]!.times).toBe(1)
  elsewhere.sleep()
})

test('a server that is restarted underneath: the graphs go on by themselves, and nothing is doubled', async () => {
  await count('a')
  const a = follow({ key: 'a' })
  await until(() => expect(a.hits).toBe(1))
  proxy.isUp = false
  server.nowMs += 1000
  await server.reopen()
  await until(() => expect(a.isLost).toBe(true))
  await count('a')
  proxy.isUp = true
  await nextStream()
  await until(() => expect(a.hits).toBe(2))
  await count('a')
  await until(() => expect([a.hits, a.isLost]).toEqual([3, false]))
})

test('a connection that is cut is taken up where it was', async () => {
  const [a, b] = [follow({ key: 'a' }), follow({ key: 'b' })]
  await until(() => expect([a.hits, b.hits]).toEqual([0, 0]))
  await until(() => expect(told).toContain('id: '))
  proxy.cut()
  await until(() => expect(a.isLost).toBe(true))
  await count('b')
  await nextStream()
  await until(() => expect([a.isLost, b.hits]).toEqual([false, 1]))
  expect(told.match(/event: \w+|"index":\d+/g)).toEqual(['event: graph', '"index":1'])
})

test('where a proxy holds the stream, the graphs are polled, until it gets through', async () => {
  proxy.isHolding = true
  const a = follow({ key: 'a' })
  await until(() => expect(asked).toHaveLength(1))
  await page.pass(5_000)
  await until(() => expect(a.hits).toBe(0))
  await count('a')
  await page.pass(2_000)
  await until(() => expect(a.hits).toBe(1))
  proxy.isHolding = false
  await nextStream()
  await until(() => expect(told).toContain('event: graph'))
  await count('a')
  await until(() => expect(a.hits).toBe(2))
})

test('one wrong graph among three is refused alone; one that can’t be answered too', async () => {
  const [a, wrong, c] = [follow({ key: 'a' }), follow({ period: 'x' }), follow({ key: 'c' })]
  const large = follow({ key: 'a', period: '10s:200y' })
  await until(() => expect([a.hits, c.hits]).toEqual([0, 0]))
  await until(() => expect(large.error).not.toBeNull())
  expect(wrong.error).toMatchObject({ status: 400, code: 'invalid_parameter', errors: [{ field: 'period' }] })
  expect(wrong.error!.message).toMatch(/^period: /)
  expect(large.error!.status).toBe(400)
  await count('c')
  await until(() => expect([a.hits, c.hits]).toEqual([0, 1]))
})

test('a server that doesn’t let the page read says which setting it needs', async () => {
  const fetched = page.fetch
  Object.assign(page, {
    fetch: (url: string, init: RequestInit) => {
      const headers = { origin: 'https://shop.example', 'content-type': 'text/plain' }
      return init.method === 'POST' ? fetch(url, { ...init, headers }) : fetched(url, init)
    },
  })
  const a = follow({ key: 'a' })
  await until(() => expect(a.error).not.toBeNull())
  expect(a.error).toMatchObject({ status: 403, code: 'forbidden' })
  expect(a.error!.message).toContain('--allow-origin https://shop.example')
})
