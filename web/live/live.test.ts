/** `Live` against a server that says what the test wants, in a page whose time is the test's. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { GraphAnswer } from '../../src/query/graph.js'
import { changeBetween } from '../../src/query/stream.js'
import { FakePage, settled } from '../../test/support/live-page.js'
import { type Follower, type GraphFields, Live, liveAt, type Refused } from './live.js'

const SERVER = 'https://whale.example/stats/'

/** An answer with one number in it. */
function answer(value: number): GraphAnswer {
  const values = { total: { hits: value }, points: { hits: [0, value] } }
  return {
    key: ['_'],
    dimension: [],
    from: 0,
    to: 20,
    interval: '10s',
    tz: 'UTC',
    metrics: ['hits'],
    times: [0, 10],
    overall: values,
    series: [],
    other: null,
    unattributed: null,
    children: 0,
  }
}

/** A request for the stream, and the server's end of it. */
class Stream {
  readonly asked: { graphs: GraphFields[]; since?: string; whole?: number[] }
  isClosed = false
  readonly #response: (response: Response) => void
  readonly #fail: (error: unknown) => void
  #body: ReadableStreamDefaultController<Uint8Array> | null = null

  constructor(
    init: RequestInit,
    readonly response: (response: Response) => void,
    fail: (error: unknown) => void,
  ) {
    expect(init.method).toBe('POST')
    // Anything more would cost a page of another origin a preflight.
    expect(init.headers).toBeUndefined()
    this.asked = JSON.parse(init.body as string)
    this.#response = response
    this.#fail = fail
    init.signal!.addEventListener('abort', () => {
      this.isClosed = true
      this.cut(new DOMException('aborted', 'AbortError'))
    })
  }

  /** The keys of the graphs asked for. */
  get keys(): (string | undefined)[] {
    return this.asked.graphs.map(({ key }) => key)
  }

  /** Sends the head and the first bytes. */
  start(): this {
    const body = new ReadableStream<Uint8Array>({
      start: controller => {
        this.#body = controller
      },
    })
    this.#response(new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }))
    return this.send('retry: 2000\n\n')
  }

  send(text: string): this {
    this.#body!.enqueue(new TextEncoder().encode(text))
    return this
  }

  event(kind: 'graph' | 'change' | 'error', index: number, payload: unknown, id?: string): this {
    const idLine = id === undefined ? '' : `id: ${id}\n`
    return this.send(`event: ${kind}\n${idLine}data: ${JSON.stringify({ index, [kind]: payload })}\n\n`)
  }

  /** Starts and answers all graphs with a value. */
  answerAll(value: number, id: string): this {
    this.start()
    for (const index of this.keys.keys()) this.event('graph', index, answer(value), id)
    return this
  }

  refuse(status: number, problem: object, headers: Record<string, string> = {}): void {
    this.#response(new Response(JSON.stringify({ status, ...problem }), { status, headers }))
  }

  cut(error: unknown = new TypeError('network')): void {
    if (this.#body) this.#body.error(error)
    else this.#fail(error)
  }

  end(): void {
    this.#body!.close()
  }
}

/** A follower that keeps what it is told. */
class Told implements Follower {
  readonly all: string[] = []
  readonly answers: GraphAnswer[] = []
  error: Refused | null = null
  pollMs?: number

  graph(graph: GraphAnswer): void {
    this.answers.push(graph)
    this.all.push(`graph ${graph.overall.total.hits}`)
  }
  refused(refused: Refused): void {
    this.error = refused
    this.all.push(`refused ${refused.message}`)
  }
  lost(why: string | null): void {
    this.all.push(`lost ${why}`)
  }
  /** What it was told since the last time. */
  get news(): string[] {
    return this.all.splice(0)
  }
}

function setup() {
  const streams: Stream[] = []
  const gets: string[] = []
  const server = { get: (_path: string): Response | Promise<Response> => Response.json(answer(0)) }
  const page = new FakePage((url, init) => {
    if (url === `${SERVER}stream`)
      return new Promise((resolve, reject) => streams.push(new Stream(init, resolve, reject)))
    gets.push(url.slice(SERVER.length))
    return Promise.resolve(server.get(url.slice(SERVER.length)))
  })
  const live = new Live(SERVER, page)
  const follow = (key: string, pollMs?: number) => {
    const told = new Told()
    if (pollMs !== undefined) told.pollMs = pollMs
    return { told, stop: live.follow({ key, metrics: 'hits' }, told) }
  }
  const last = () => streams.at(-1)!
  return { page, live, follow, streams, last, gets, server }
}

describe('one connection', () => {
  test('fifty graphs that come one after the other ask once, and who asks the same shares the answer', async () => {
    const { page, follow, streams, last } = setup()
    const all = Array.from({ length: 50 }, (_, i) => follow(`k${i % 49}`))
    expect(streams).toHaveLength(0)
    await page.pass(20)
    expect(streams).toHaveLength(1)
    expect(last().asked).toEqual({
      graphs: Array.from({ length: 49 }, (_, i) => ({ key: `k${i}`, metrics: 'hits' })),
    })
    last().answerAll(1, 'run-49')
    await page.pass(1000)
    expect(streams).toHaveLength(1)
    expect(all.map(({ told }) => told.news)).toEqual(all.map(() => ['graph 1']))
  })

  test('the order of the fields makes no other question', async () => {
    const { page, live, last } = setup()
    live.follow({ key: 'a', metrics: 'hits' }, new Told())
    live.follow({ metrics: 'hits', key: 'a' }, new Told())
    await page.pass(20)
    expect(last().keys).toEqual(['a'])
  })

  test('changes make new answers, and leave the old ones as they are', async () => {
    const { page, follow, last } = setup()
    const { told } = follow('a')
    await page.pass(20)
    last().answerAll(1, 'run-1')
    last().event('change', 0, changeBetween(answer(1), answer(2)), 'run-2')
    await settled()
    expect(told.answers).toEqual([answer(1), answer(2)])
  })

  test('one that joins a graph is told the answer soon, and never inside follow', async () => {
    const { page, follow, last, streams } = setup()
    follow('a')
    await page.pass(20)
    last().answerAll(7, 'run-1')
    await settled()
    const { told } = follow('a')
    expect(told.all).toEqual([])
    await settled()
    expect(told.all).toEqual(['graph 7'])
    await page.pass(5000)
    expect(streams).toHaveLength(1)
  })

  test('a graph that joins reopens the stream where it was, and only that one comes whole', async () => {
    const { page, follow, last, streams } = setup()
    const a = follow('a')
    const b = follow('b')
    await page.pass(20)
    last().answerAll(1, 'run-2')
    await settled()
    const c = follow('c')
    await page.pass(20)
    expect(streams.map(({ isClosed }) => isClosed)).toEqual([true, false])
    expect(last().keys).toEqual(['a', 'b', 'c'])
    expect(last().asked).toMatchObject({ since: 'run-2', whole: [2] })
    last().start().event('graph', 2, answer(3), 'run-2')
    last().event('change', 1, changeBetween(answer(1), answer(5)), 'run-3')
    await settled()
    expect([a.told.news, b.told.news, c.told.news]).toEqual([
      ['graph 1'],
      ['graph 1', 'graph 5'],
      ['graph 3'],
    ])
  })

  test('one that joins while the stream is being opened waits for it to start', async () => {
    const { page, follow, last, streams } = setup()
    follow('a')
    await page.pass(20)
    follow('b')
    await page.pass(3000)
    expect(streams).toHaveLength(1)
    last().start()
    await settled()
    expect(streams.map(({ isClosed }) => isClosed)).toEqual([true, false])
    expect(last().keys).toEqual(['a', 'b'])
  })

  test('what a connection says that has been given up counts for nothing', async () => {
    const { page, follow, last, streams } = setup()
    const { told } = follow('a')
    await page.pass(20)
    follow('b')
    await page.pass(20)
    const text = `retry: 2000\n\nevent: graph\nid: run-1\ndata: ${JSON.stringify({ index: 0, graph: answer(1) })}\n\n`
    last().response(new Response(text, { headers: { 'content-type': 'text/event-stream' } }))
    await settled()
    expect(streams).toHaveLength(2)
    expect(told.all).toEqual([])
    expect(last().asked.since).toBeUndefined()
  })

  test('one that leaves is sent for a while more; who comes back meanwhile finds it as it is', async () => {
    const { page, follow, last, streams } = setup()
    const a = follow('a')
    follow('b')
    await page.pass(20)
    last().answerAll(1, 'run-2')
    await settled()
    a.stop()
    a.stop()
    last().event('change', 0, changeBetween(answer(1), answer(2)), 'run-3')
    await page.pass(900)
    const back = follow('a')
    await page.pass(5000)
    expect(streams).toHaveLength(1)
    expect([a.told.all, back.told.all]).toEqual([['graph 1'], ['graph 2']])
    back.stop()
    await page.pass(1000)
    expect(last().keys).toEqual(['b'])
    expect(last().asked).toMatchObject({ since: 'run-3', whole: [] })
  })

  test('the connection is closed when nobody follows anything', async () => {
    const { page, follow, last, streams } = setup()
    const { stop, told } = follow('a')
    await page.pass(20)
    last().answerAll(1, 'run-1')
    stop()
    await page.pass(60_000)
    expect(last().isClosed).toBe(true)
    expect(streams).toHaveLength(1)
    expect(told.all).toEqual([])
  })

  test('graphs beyond what one stream takes are polled', async () => {
    const { page, follow, last, gets } = setup()
    const all = Array.from({ length: 202 }, (_, i) => follow(`k${i}`))
    await page.pass(20)
    expect(last().keys).toHaveLength(200)
    await settled()
    expect(gets).toEqual(['graph?key=k200&metrics=hits', 'graph?key=k201&metrics=hits'])
    expect(all[201]!.told.news).toEqual(['graph 0'])
  })

  test('a follower that throws is reported, and the others are told', async () => {
    const { page, live, follow, last } = setup()
    const graph = () => {
      throw new Error('mine')
    }
    live.follow({ key: 'a', metrics: 'hits' }, { graph, refused: () => {}, lost: () => {} })
    const { told } = follow('a')
    await page.pass(20)
    const reported: (() => void)[] = []
    const spy = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(run => reported.push(run))
    last().answerAll(1, 'run-1')
    await settled()
    spy.mockRestore()
    expect(told.all).toEqual(['graph 1'])
    expect(reported).toHaveLength(1)
    expect(reported[0]).toThrow('mine')
  })
})

describe('refusals', () => {
  test('wrong graphs are refused with their own words, and the others go on', async () => {
    const { page, follow, last, streams } = setup()
    const [a, b, c] = [follow('a'), follow('b'), follow('c')]
    await page.pass(20)
    last().refuse(400, {
      code: 'invalid_parameter',
      detail: 'all of them',
      errors: [
        { field: 'graphs[0].period', message: 'is no period' },
        { field: 'graphs[2]', message: 'is no object' },
      ],
    })
    await settled()
    expect(last().keys).toEqual(['b'])
    last().answerAll(1, 'run-1')
    await page.pass(30_000)
    expect(streams).toHaveLength(2)
    expect([a.told.all, b.told.all, c.told.all]).toEqual([
      ['refused period: is no period'],
      ['graph 1'],
      ['refused is no object'],
    ])
    expect(a.told.error).toMatchObject({
      status: 400,
      code: 'invalid_parameter',
      errors: [{ field: 'period', message: 'is no period' }],
    })
  })

  test('graph 10 is not graph 1', async () => {
    const { page, follow, last } = setup()
    const all = Array.from({ length: 11 }, (_, i) => follow(`k${i}`))
    await page.pass(20)
    last().refuse(400, { errors: [{ field: 'graphs[10].tz', message: 'is none' }] })
    await settled()
    expect(all.map(({ told }) => told.all.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  })

  test('a refused page is told why, and asks no more', async () => {
    const { page, follow, last, streams, gets } = setup()
    const [a, b] = [follow('a'), follow('b')]
    await page.pass(20)
    last().refuse(403, { code: 'forbidden', detail: 'start the server with --allow-origin' })
    await page.pass(120_000)
    expect([a.told.all, b.told.all]).toEqual(Array(2).fill(['refused start the server with --allow-origin']))
    expect([streams.length, gets.length]).toEqual([1, 0])
    follow('a')
    await page.pass(20)
    expect(streams).toHaveLength(2)
  })

  test('the server’s own page is polled where its stream is refused: a proxy may hide whose page it is', async () => {
    const { page, follow, last } = setup()
    page.own = true
    const { told } = follow('a')
    await page.pass(20)
    last().refuse(403, { code: 'forbidden', detail: 'who are you' })
    await settled()
    expect(told.news).toEqual(['graph 0'])
  })

  test('an error event refuses its graph alone, or loses it until it is back', async () => {
    const { page, follow, last, streams } = setup()
    const [a, b, c] = [follow('a'), follow('b'), follow('c')]
    await page.pass(20)
    last().start().event('graph', 0, answer(1)).event('graph', 1, answer(1))
    last().event('error', 2, { status: 400, code: 'not_kept', detail: 'too old' }, 'run-3')
    last().event('error', 1, { status: 503, code: 'unavailable', detail: 'the store is away' }, 'run-4')
    await settled()
    expect(a.told.news).toEqual(['graph 1'])
    expect(b.told.news).toEqual(['graph 1', 'lost the store is away'])
    expect(c.told.news).toEqual(['refused too old'])
    last().event('graph', 1, answer(2), 'run-5')
    await settled()
    expect(b.told.news).toEqual(['graph 2'])
    await page.pass(1000)
    expect(streams).toHaveLength(2)
    expect(last().keys).toEqual(['a', 'b'])
    expect(last().asked).toMatchObject({ since: 'run-5', whole: [] })
  })

  test('who asks again after a refusal is asked for again, whatever the old connection still says', async () => {
    const { page, follow, last } = setup()
    follow('a')
    const b = follow('b')
    await page.pass(20)
    last().start().event('error', 1, { status: 400, detail: 'too old' }, 'run-1')
    await settled()
    const again = follow('b')
    last().event('error', 1, { status: 400, detail: 'much too old' }, 'run-2')
    await page.pass(20)
    expect(last().keys).toEqual(['a', 'b'])
    last().answerAll(1, 'run-3')
    await page.pass(1000)
    expect(last().keys).toEqual(['a', 'b'])
    expect([b.told.all, again.told.all]).toEqual([['refused too old'], ['graph 1']])
  })

  test('a graph that had an error when the stream is reopened comes whole', async () => {
    const { page, follow, last } = setup()
    const a = follow('a')
    await page.pass(20)
    last().answerAll(1, 'run-1').event('error', 0, { status: 503, detail: 'away' }, 'run-2')
    await settled()
    last().cut()
    await page.pass(500)
    expect(last().asked).toMatchObject({ since: 'run-2', whole: [0] })
    last().start()
    await settled()
    expect(a.told.news).toEqual(['graph 1', 'lost away', 'lost null'])
  })
})

describe('a connection that is lost', () => {
  test('is told, taken up where it was, and told to be back though nothing has changed', async () => {
    const { page, follow, last, streams } = setup()
    const { told } = follow('a')
    await page.pass(20)
    last().answerAll(1, 'run-1')
    await settled()
    last().cut()
    await settled()
    expect(told.news).toEqual(['graph 1', 'lost null'])
    await page.pass(499)
    expect(streams).toHaveLength(1)
    await page.pass(1)
    expect(last().asked).toMatchObject({ since: 'run-1', whole: [] })
    last().start()
    await settled()
    expect(told.news).toEqual(['graph 1'])
    expect(told.answers[1]).toBe(told.answers[0])
  })

  test('a server that was started anew sends all whole, and nothing is doubled', async () => {
    const { page, follow, last } = setup()
    const { told } = follow('a')
    await page.pass(20)
    last().answerAll(5, 'run-8')
    await settled()
    last().end()
    await page.pass(500)
    last()
      .answerAll(5, 'next-1')
      .event('change', 0, changeBetween(answer(5), answer(6)), 'next-2')
    await settled()
    expect(told.answers.at(-1)).toEqual(answer(6))
    last().cut()
    await page.pass(2000)
    expect(last().asked.since).toBe('next-2')
  })

  test('waits twice as long each time, up to ten seconds, and half a second again after a good one', async () => {
    const { page, follow, last, streams } = setup()
    follow('a')
    await page.pass(20)
    for (const ms of [500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
      const before = streams.length
      last().cut()
      await page.pass(ms - 1)
      expect(streams).toHaveLength(before)
      await page.pass(1)
      expect(streams).toHaveLength(before + 1)
    }
    last().answerAll(1, 'run-1')
    await page.pass(10_000)
    const before = streams.length
    last().cut()
    await page.pass(500)
    expect(streams).toHaveLength(before + 1)
  })

  test('not all pages come back at the same time', async () => {
    const { page, follow, last, streams } = setup()
    page.chance = 0.999
    follow('a')
    await page.pass(20)
    last().cut()
    await page.pass(380)
    expect(streams).toHaveLength(2)
  })

  test('a server that is busy says why and how long to wait, also to those who come meanwhile', async () => {
    const { page, follow, last, streams } = setup()
    const a = follow('a')
    await page.pass(20)
    last().refuse(503, { code: 'recovering', detail: 'reading the journal' }, { 'retry-after': '3' })
    await page.pass(1000)
    const b = follow('b')
    await page.pass(1999)
    expect([a.told.news, b.told.news]).toEqual([['lost reading the journal'], ['lost reading the journal']])
    expect(streams).toHaveLength(1)
    await page.pass(1)
    expect(last().keys).toEqual(['a', 'b'])
  })

  test('is tried at once when the page is online or seen again', async () => {
    const { page, follow, last, streams } = setup()
    follow('a')
    await page.pass(20)
    for (const change of ['online', 'shown'] as const) {
      for (let i = 0; i < 6; i++) {
        last().cut()
        await page.pass(10_000)
      }
      last().cut()
      await settled()
      const before = streams.length
      page.change(change)
      expect(streams).toHaveLength(before + 1)
    }
  })

  test('is noticed where it went silent; a comment is a sign of life', async () => {
    const { page, follow, last, streams } = setup()
    const { told } = follow('a')
    await page.pass(20)
    last().answerAll(1, 'run-1')
    for (let i = 0; i < 10; i++) {
      await page.pass(39_000)
      last().send(':\n\n')
      await settled()
    }
    expect(told.news).toEqual(['graph 1'])
    await page.pass(40_000)
    expect(told.news).toEqual(['lost null'])
    expect(streams[0]!.isClosed).toBe(true)
    await page.pass(500)
    expect(last().asked.since).toBe('run-1')
  })

  test('what makes no sense cuts it', async () => {
    const { page, follow, last, streams } = setup()
    follow('a')
    await page.pass(20)
    last().start().send('data: {"index":\n\n')
    await page.pass(500)
    expect(streams).toHaveLength(2)
  })
})

describe('a page that is hidden', () => {
  test('gives its connection up after ten seconds, and takes it up when it is seen', async () => {
    const { page, follow, last, streams } = setup()
    const { told } = follow('a')
    await page.pass(20)
    last().answerAll(1, 'run-1')
    page.change('hidden')
    await page.pass(9_000)
    page.change('shown')
    await page.pass(30_000)
    expect(streams.map(({ isClosed }) => isClosed)).toEqual([false])
    last().send(':\n\n')
    await settled()
    page.change('hidden')
    await page.pass(10_000)
    expect(last().isClosed).toBe(true)
    follow('b')
    await page.pass(600_000)
    expect(streams).toHaveLength(1)
    page.change('shown')
    expect(last().keys).toEqual(['a', 'b'])
    expect(last().asked).toMatchObject({ since: 'run-1', whole: [1] })
    expect(told.news).toEqual(['graph 1'])
  })

  test('one that is left gives it up at once', async () => {
    const { page, follow, last } = setup()
    follow('a')
    await page.pass(20)
    page.change('away')
    expect(last().isClosed).toBe(true)
  })
})

describe('a stream that is held on the way', () => {
  test('is polled for, tried again every minute, and whole when it gets through', async () => {
    const { page, follow, last, streams, gets, server } = setup()
    const { told } = follow('a')
    await page.pass(20)
    await page.pass(4_999)
    expect(gets).toEqual([])
    await page.pass(1)
    expect([told.news, gets]).toEqual([['graph 0'], ['graph?key=a&metrics=hits']])
    expect(last().isClosed).toBe(true)
    await page.pass(2_000)
    expect([told.news, gets.length]).toEqual([[], 2])
    server.get = () => Response.json(answer(4))
    await page.pass(2_000)
    expect(told.news).toEqual(['graph 4'])
    await page.pass(56_000)
    expect(streams).toHaveLength(2)
    const before = gets.length
    await page.pass(5_000)
    expect(gets.length).toBeGreaterThan(before)
    expect(streams).toHaveLength(2)
    await page.pass(60_000)
    expect(streams).toHaveLength(3)
    expect(last().asked).toEqual({ graphs: [{ key: 'a', metrics: 'hits' }] })
    last().answerAll(9, 'run-9')
    await settled()
    const polled = gets.length
    await page.pass(30_000)
    expect([told.news, gets.length]).toEqual([['graph 9'], polled])
  })

  test('a stream that held only after it had been live is asked whole again', async () => {
    const { page, follow, last } = setup()
    const { told } = follow('a')
    await page.pass(20)
    last().answerAll(1, 'run-1')
    await settled()
    last().cut()
    await page.pass(5_500)
    expect(told.news).toEqual(['graph 1', 'lost null', 'graph 0'])
    await page.pass(60_000)
    expect(last().asked).toMatchObject({ since: 'run-1', whole: [0] })
  })

  test.each([
    ['no stream', () => new Response('<p>Welcome', { headers: { 'content-type': 'text/html' } })],
    ['nothing at that path', () => Response.json({ detail: 'nothing here' }, { status: 404 })],
    ['no POST', () => Response.json({ detail: 'no POST' }, { status: 405 })],
  ])('is polled for where there is %s', async (_, response) => {
    const { page, follow, last } = setup()
    const { told } = follow('a')
    await page.pass(20)
    last().response(response())
    await settled()
    expect(told.news).toEqual(['graph 0'])
  })

  test('polling tells what is lost, what is back and what is refused', async () => {
    const { page, follow, gets, server } = setup()
    const [a, b] = [follow('a'), follow('b')]
    await page.pass(5_020)
    expect([a.told.news, b.told.news]).toEqual([['graph 0'], ['graph 0']])
    server.get = path => {
      if (path.includes('=a')) return Promise.reject(new TypeError('network'))
      return Response.json({ status: 400, code: 'not_kept', detail: 'too old' }, { status: 400 })
    }
    await page.pass(4_000)
    expect([a.told.news, b.told.news]).toEqual([['lost null'], ['refused too old']])
    server.get = () => Response.json({ detail: 'busy' }, { status: 503 })
    await page.pass(2_000)
    expect(a.told.news).toEqual(['lost busy'])
    server.get = () => Response.json(answer(0))
    await page.pass(2_000)
    expect(a.told.news).toEqual(['graph 0'])
    expect(gets.filter(path => path.includes('=b'))).toHaveLength(2)
  })

  test('a poll that never answers is given up', async () => {
    const { page, follow, server } = setup()
    const { told } = follow('a')
    server.get = () => new Promise(() => {})
    const fetched = page.fetch
    Object.assign(page, {
      fetch: (url: string, init: RequestInit) =>
        Promise.race([
          fetched(url, init),
          new Promise((_, reject) =>
            init.signal?.addEventListener('abort', () => reject(init.signal!.reason)),
          ),
        ]),
    })
    await page.pass(25_020)
    expect(told.news).toEqual(['lost null'])
  })

  test('rests while the page is hidden', async () => {
    const { page, follow, gets } = setup()
    follow('a')
    await page.pass(5_020)
    page.change('hidden')
    await page.pass(10_000)
    const before = gets.length
    await page.pass(100_000)
    expect(gets).toHaveLength(before)
    page.change('shown')
    await settled()
    expect(gets).toHaveLength(before + 1)
  })
})

describe('followers that poll', () => {
  test('ask in their own time, beside the stream', async () => {
    const { page, follow, streams, gets, server } = setup()
    const { told, stop } = follow('a', 5_000)
    await settled()
    expect([told.news, streams.length, gets.length]).toEqual([['graph 0'], 0, 1])
    server.get = () => Response.json(answer(2))
    await page.pass(4_999)
    expect(gets).toHaveLength(1)
    await page.pass(1)
    expect(told.news).toEqual(['graph 2'])
    page.change('hidden')
    await page.pass(100_000)
    expect(gets.length).toBeLessThan(6)
    page.change('shown')
    await settled()
    const before = gets.length
    stop()
    await page.pass(100_000)
    expect(gets).toHaveLength(before)
  })

  test('0 asks until there is an answer, once', async () => {
    const { page, follow, gets, server } = setup()
    server.get = () => Response.json({ detail: 'busy' }, { status: 503 })
    const { told } = follow('a', 0)
    await settled()
    server.get = () => Response.json(answer(2))
    await page.pass(100_000)
    expect([told.news, gets.length]).toEqual([['lost busy', 'graph 2'], 2])
  })

  test('are asked no more when they are refused', async () => {
    const { page, follow, gets, server } = setup()
    server.get = () => Response.json({ detail: 'no' }, { status: 400 })
    const { told } = follow('a', 1_000)
    await page.pass(10_000)
    expect([told.news, gets.length]).toEqual([['refused no'], 1])
  })
})

describe('ask', () => {
  test('answers, or throws what the server says', async () => {
    const { live, gets, server } = setup()
    server.get = () => Response.json({ keys: [1] })
    expect(await live.ask('keys', { prefix: 'a&b', limit: '3' })).toEqual({ keys: [1] })
    expect(gets).toEqual(['keys?prefix=a%26b&limit=3'])
    const problem = {
      code: 'invalid_parameter',
      detail: 'limit: no',
      errors: [{ field: 'limit', message: 'no' }],
    }
    server.get = () => Response.json(problem, { status: 400 })
    await expect(live.ask('keys', {})).rejects.toMatchObject({
      name: 'Refused',
      status: 400,
      message: 'limit: no',
      code: 'invalid_parameter',
      errors: problem.errors,
    })
    for (const status of [429, 500, 503]) {
      server.get = () => Response.json({ detail: 'busy' }, { status })
      await expect(live.ask('keys', {})).rejects.toMatchObject({ name: 'NotNow', message: 'busy' })
    }
    server.get = () => new Response('<h1>Bad gateway', { status: 502 })
    await expect(live.ask('keys', {})).rejects.toThrow('The server answered 502.')
    server.get = () => Response.json({ detail: ['no'], errors: { a: 'no' } }, { status: 404 })
    await expect(live.ask('keys', {})).rejects.toMatchObject({
      message: 'The server answered 404.',
      errors: [],
    })
    server.get = () => new Response('<h1>Hotel')
    await expect(live.ask('keys', {})).rejects.toThrow(`${SERVER} gives no answer.`)
    server.get = () => Promise.reject(new TypeError('network'))
    await expect(live.ask('keys', {})).rejects.toThrow(`${SERVER} gives no answer.`)
    const stop = AbortSignal.abort()
    server.get = () => Promise.reject(stop.reason)
    await expect(live.ask('keys', {}, stop)).rejects.toBe(stop.reason)
  })
})

describe('liveAt', () => {
  beforeEach(() => {
    const listen = () => {}
    const document = { baseURI: 'https://page.example/shop/a.html', addEventListener: listen }
    vi.stubGlobal('document', { ...document, visibilityState: 'visible' })
    vi.stubGlobal('addEventListener', listen)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    delete (globalThis as { [place: symbol]: unknown })[Symbol.for('hailwhale.lives.1')]
  })

  test.each([
    ['https://whale.example', 'https://whale.example/'],
    ['https://whale.example/stats', 'https://whale.example/stats/'],
    ['https://whale.example/stats/?x#y', 'https://whale.example/stats/'],
    ['/stats/', 'https://page.example/stats/'],
    ['.', 'https://page.example/shop/'],
  ])('%s is the server at %s', (server, address) => {
    expect(liveAt(server).server).toBe(address)
  })

  test('is the same for the same server, also for another copy of the script', async () => {
    const live = liveAt('https://whale.example')
    expect(liveAt('https://whale.example/')).toBe(live)
    vi.resetModules()
    const copy = await import('./live.js')
    expect(copy.liveAt).not.toBe(liveAt)
    expect(copy.liveAt('https://whale.example')).toBe(live)
    expect(liveAt('https://whale.example/b')).not.toBe(live)
  })
})
