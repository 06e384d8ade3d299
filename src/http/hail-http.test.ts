import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { Access } from '../access/access.js'
import { HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { createHailHttp, type HailHttpOptions } from './hail-http.js'
import type { HailService, Readiness } from './service.js'

const NOW = Date.UTC(2026, 2, 1, 12, 30)

/** Queues in memory. */
class FakeHail implements HailService {
  readonly queued: CountEvent[] = []
  failing: unknown = null
  flushed = 0
  isReady = true

  async count(events: readonly CountEvent[]) {
    if (this.failing) throw this.failing
    this.queued.push(...events)
    return { counted: events.length, duplicates: 0, overflowed: 0 }
  }
  async flushHail(): Promise<void> {
    this.flushed++
  }
  async readiness(): Promise<Readiness> {
    const { isReady: ready } = this
    const detail = ready ? 'ready' : 'the queue does not answer'
    return {
      ready,
      detail,
      durability: 'everysec',
      journal: 'redis',
      store: null,
      risk: 'it may lose a second',
    }
  }
}

/** What a whale was asked. */
interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server in the place of a whale: it notes what it is asked. */
class FakeWhale {
  readonly asked: Asked[] = []
  readonly #server: Server
  answer: (response: ServerResponse, asked: Asked) => void = (response, { method, url }) =>
    response.end(`${method} ${url}`)

  constructor() {
    this.#server = createServer(async (incoming, response) => {
      let body = ''
      for await (const part of incoming) body += part
      const { method, url, headers } = incoming
      this.asked.push({ method, url, headers, body })
      this.answer(response, this.asked.at(-1)!)
    })
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    if (this.#server.listening) await new Promise(closed => this.#server.close(closed))
  }
}

const closing: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close()
})

async function newWhale() {
  const whale = new FakeWhale()
  closing.push(whale)
  return { whale, address: await whale.listen() }
}

async function newHail(whales: string[], options: Partial<HailHttpOptions> = {}) {
  const service = new FakeHail()
  const logged: object[] = []
  const log = {
    error: (fields: object) => logged.push(fields),
    warn: (fields: object) => logged.push(fields),
  }
  const app: FastifyInstance = await createHailHttp({
    access: Access.everyone(),
    service,
    whales: () => whales,
    limits: DEFAULT_LIMITS,
    now: () => NOW,
    random: () => 0,
    log,
    ...options,
  })
  closing.unshift(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { app, service, logged, url: `http://127.0.0.1:${port}${options.basePath ?? ''}` }
}

async function textOf(url: string, init?: RequestInit) {
  const answer = await fetch(url, init)
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

describe('counting', () => {
  test('by GET, POST, form and image', async () => {
    const { url, service } = await newHail([])
    expect(await textOf(`${url}/count?key=a&metrics={"dollars":2}`)).toMatchObject({
      status: 202,
      text: 'QUEUED',
    })
    const body = JSON.stringify([{ key: 'b' }, { key: 'c' }])
    const posted = await textOf(`${url}/count`, { method: 'POST', body })
    expect(posted).toMatchObject({ status: 202, text: '{"queued":2}' })
    expect(posted.headers.get('access-control-allow-origin')).toBe('*')
    const chunked = await textOf(`${url}/count`, {
      method: 'POST',
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(chunked).toMatchObject({ status: 202, text: '{"queued":2}' })
    expect(await textOf(`${url}/count.gif?key=d`)).toMatchObject({ status: 200 })
    expect(service.queued.map(({ key }) => key[0])).toEqual(['a', 'b', 'c', 'b', 'c', 'd'])
  })

  test('with partial, what was wrong is named', async () => {
    const { url } = await newHail([])
    const body = JSON.stringify([{ key: 'b' }, { ky: 'c' }])
    const { status, text } = await textOf(`${url}/count?partial=true`, { method: 'POST', body })
    expect(status).toBe(202)
    expect(JSON.parse(text)).toMatchObject({ queued: 1, wrong: 1, errors: [{ field: 'ky', index: 1 }] })
    expect((await textOf(`${url}/count`, { method: 'POST', body })).status).toBe(400)
  })

  test('a queue that takes nothing: 503, when to try again, and the pixel all the same', async () => {
    const { url, service } = await newHail([])
    service.failing = new HailWhaleError('queue_full', 'The queue is full.')
    const refused = await textOf(`${url}/count?key=a`)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'queue_full' })
    const pixel = await textOf(`${url}/count.gif?key=a`)
    expect(pixel.status).toBe(503)
    expect(pixel.headers.get('content-type')).toBe('image/gif')
  })

  test('HEAD counts nothing, here or elsewhere', async () => {
    const { whale, address } = await newWhale()
    const { url, service } = await newHail([address])
    expect((await textOf(`${url}/count?key=a`, { method: 'HEAD' })).status).toBe(405)
    const put = await textOf(`${url}/count?key=a`, { method: 'PUT' })
    expect(put.status).toBe(405)
    expect(put.headers.get('allow')).toBe('GET, POST')
    expect(service.queued).toEqual([])
    expect(whale.asked).toEqual([])
  })
})

describe('routes of its own', () => {
  test('whether it is ready', async () => {
    const { url, service } = await newHail([])
    expect(JSON.parse((await textOf(`${url}/readyz`)).text)).toEqual({
      ready: true,
      detail: 'ready',
      durability: 'everysec',
      journal: 'redis',
      store: null,
      risk: 'it may lose a second',
    })
    service.isReady = false
    expect(await textOf(`${url}/readyz`)).toMatchObject({ status: 503 })
    expect(await textOf(`${url}/healthz`)).toMatchObject({ status: 200, text: 'OK' })
  })

  test('what came in last, its numbers, the flush', async () => {
    const gauges = async () => [
      { name: 'hailwhale_queue_records', help: 'Records.', value: 7 },
      { name: 'hailwhale_x', help: 'By partition.', value: 1, labels: { partition: 0 } },
      { name: 'hailwhale_x', help: 'By partition.', value: 2, labels: { partition: 1 } },
    ]
    const { url, service } = await newHail([], { gauges })
    await textOf(`${url}/count?key=shop`)
    await textOf(`${url}/count?kye=shop`)
    const recent = JSON.parse((await textOf(`${url}/recent?key=shop`)).text)
    expect(recent).toMatchObject({ events: [{ key: 'shop' }], refused: [{ code: 'unknown_parameter' }] })
    const metrics = (await textOf(`${url}/metrics`)).text
    for (const line of [
      'hailwhale_events_queued_total 1',
      'hailwhale_queue_records 7',
      'hailwhale_x{partition="1"} 2',
      'hailwhale_http_requests_total{route="/count",status="202"} 1',
    ])
      expect(metrics).toContain(line)
    expect(await textOf(`${url}/flush_hail`, { method: 'POST' })).toMatchObject({ status: 200, text: 'OK' })
    expect(service.flushed).toBe(1)
  })
})

describe('passing on', () => {
  test('method, query, body and headers go as they came, and the answer comes back as it is', async () => {
    const { whale, address } = await newWhale()
    const { url } = await newHail([address])
    whale.answer = response => {
      const headers = { etag: '"1"', 'x-own': 'yes', connection: 'close, x-hop', 'x-hop': '1' }
      response.writeHead(201, headers).end('made')
    }
    const body = '{"graphs":[]}'
    const put = request(`${url}/board?name=a%20b&x=%C3%A4`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        'if-match': '*',
        authorization: 'Bearer secret',
        host: 'www.example.com',
        connection: 'x-mine',
        'x-mine': '1',
        'x-forwarded-for': '10.0.0.1',
      },
    })
    put.end(body)
    const [answer] = (await once(put, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(201)
    expect(answer.headers).toMatchObject({ etag: '"1"', 'x-own': 'yes' })
    expect(answer.headers['x-hop']).toBeUndefined()
    expect(Buffer.concat(await answer.toArray()).toString()).toBe('made')
    expect(whale.asked).toHaveLength(1)
    const [asked] = whale.asked
    expect(asked).toMatchObject({ method: 'PUT', url: '/board?name=a%20b&x=%C3%A4', body })
    expect(asked!.headers).toMatchObject({
      host: 'www.example.com',
      'if-match': '*',
      authorization: 'Bearer secret',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
    })
    expect(asked!.headers['x-mine']).toBeUndefined()
  })

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s', async method => {
    const { whale, address } = await newWhale()
    const { url } = await newHail([address])
    const { status, text } = await textOf(`${url}/any/path?x=1`, { method })
    expect(status).toBe(200)
    if (method !== 'HEAD') expect(text).toBe(`${method} /any/path?x=1`)
    expect(whale.asked.map(asked => asked.method)).toEqual([method])
  })

  test('the base path of the whale takes the place of our own', async () => {
    const { whale, address } = await newWhale()
    const { url } = await newHail([`${address}/whale`], { basePath: '/stats' })
    await textOf(`${url}/graph?key=a`)
    await textOf(`${url}/`)
    await textOf(url)
    expect(whale.asked.map(asked => asked.url)).toEqual(['/whale/graph?key=a', '/whale/', '/whale'])
    expect((await textOf(`${url.replace('/stats', '')}/graph`)).status).toBe(404)
    expect((await textOf(`${url.replace('/stats', '/status')}/graph`)).status).toBe(404)
    expect(await textOf(`${url}/count?key=a`)).toMatchObject({ status: 202 })
    expect(whale.asked).toHaveLength(3)
  })

  test.each(['/peer/append/0', '/peer', '/%70eer/read/0', '//peer/x', '/peer%2Fappend/0'])(
    '%s is not passed on',
    async path => {
      const { whale, address } = await newWhale()
      const { url } = await newHail([address])
      expect((await textOf(url + path, { method: 'POST' })).status).toBe(404)
      expect(whale.asked).toEqual([])
    },
  )

  test('what cannot be reached is not asked; another one is, and stays the one', async () => {
    const gone = await newWhale()
    await gone.whale.close()
    const there = await newWhale()
    const { url, logged } = await newHail([gone.address, there.address])
    const counted = await textOf(`${url}/count_now?key=a`)
    expect(counted.status).toBe(200)
    const posted = await textOf(`${url}/reset`, { method: 'POST', body: '{"key":"a"}' })
    expect(posted.status).toBe(200)
    expect(there.whale.asked.map(asked => asked.body)).toEqual(['', '{"key":"a"}'])
    expect(logged).toHaveLength(1)
  })

  test('no whale: 503, and when to try again', async () => {
    const gone = await newWhale()
    await gone.whale.close()
    for (const whales of [[], [gone.address]]) {
      const { url } = await newHail(whales)
      const { status, headers, text } = await textOf(`${url}/graph`)
      expect(status).toBe(503)
      expect(headers.get('retry-after')).toBe('1')
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(JSON.parse(text)).toMatchObject({
        code: 'unavailable',
        detail: expect.stringContaining('No whale'),
      })
    }
  })

  test('what was sent is never sent again, whatever becomes of it', async () => {
    const { whale, address } = await newWhale()
    const other = await newWhale()
    const { url } = await newHail([address, other.address])
    whale.answer = response => void response.destroy()
    const { status, text } = await textOf(`${url}/count_now?key=a`)
    expect(status).toBe(503)
    expect(JSON.parse(text).detail).toContain('unknown')
    expect(whale.asked).toHaveLength(1)
    expect(other.whale.asked).toEqual([])
  })

  test('a refusal of the whale comes back as it is, once', async () => {
    const { whale, address } = await newWhale()
    const { url } = await newHail([address])
    whale.answer = response =>
      void response
        .writeHead(503, { 'retry-after': '1', 'content-type': 'application/problem+json' })
        .end('{}')
    expect(await textOf(`${url}/graph`)).toMatchObject({ status: 503, text: '{}' })
    expect(whale.asked).toHaveLength(1)
  })

  test('an answer that breaks off breaks off here too', async () => {
    const { whale, address } = await newWhale()
    const { url } = await newHail([address])
    whale.answer = response => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => response.destroy())
    }
    const answer = await fetch(`${url}/graph`)
    await expect(answer.text()).rejects.toThrow()
  })

  test('a live stream comes piece by piece, and ends with whoever leaves', async () => {
    const { whale, address } = await newWhale()
    const { url } = await newHail([address])
    let stream: ServerResponse | undefined
    whale.answer = response => {
      stream = response
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders()
    }
    const leaving = new AbortController()
    const answer = await fetch(`${url}/stream`, { signal: leaving.signal })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    for (const piece of ['event: one\n\n', 'event: two\n\n']) {
      stream!.write(piece)
      expect(await reader.read()).toEqual({ done: false, value: piece })
    }
    const left = once(stream!, 'close')
    leaving.abort()
    await left
  })

  test('closing ends the streams that are passed on, and waits for the rest', async () => {
    const { whale, address } = await newWhale()
    const { app, url } = await newHail([address])
    whale.answer = (response, { url: asked }) => {
      if (asked === '/stream') response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      else setImmediate(() => response.end('late'))
    }
    const stream = await fetch(`${url}/stream`)
    const late = fetch(`${url}/graph`)
    await expect.poll(() => whale.asked.length).toBe(2)
    await app.close()
    expect(await (await late).text()).toBe('late')
    await expect(stream.text()).rejects.toThrow()
  })

  test('preflights are answered here', async () => {
    const { whale, address } = await newWhale()
    const { url } = await newHail([address])
    const { status, headers } = await textOf(`${url}/stream`, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
    })
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(whale.asked).toEqual([])
  })
})
