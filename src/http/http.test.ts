import { once } from 'node:events'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { BruteReader } from '../../test/support/brute-reader.js'
import { Access } from '../access/access.js'
import { Boards } from '../boards/boards.js'
import { ERRORS, HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import { createHttp, type HttpOptions } from './http.js'
import type { CountOutcome, Readiness, Reset, Service, UpdateCountTo } from './service.js'

const NOW = Date.UTC(2026, 2, 1, 12, 30)

/** A service in memory: counts into the brute reader, drops ids it has seen. */
class FakeService implements Service {
  readonly reader = new BruteReader(NOW)
  readonly boards = new Boards(new MemoryStore(), () => NOW)
  readonly resets: Reset[] = []
  readonly updates: UpdateCountTo[] = []
  readonly #seen = new Set<string>()
  failing: unknown = null
  overflowed = 0
  flushed = 0
  ready = true
  owner: string | null = null

  async count(
    events: readonly CountEvent[],
    options: { idempotencyKey?: string } = {},
  ): Promise<CountOutcome> {
    if (this.failing) throw this.failing
    let duplicates = 0
    for (const [i, event] of events.entries()) {
      const id = event.id ?? (options.idempotencyKey && `${options.idempotencyKey} ${i}`)
      if (id !== undefined && this.#seen.has(id)) duplicates++
      else this.reader.add(event)
      if (id !== undefined) this.#seen.add(id)
    }
    return { counted: events.length - duplicates, duplicates, overflowed: this.overflowed }
  }
  async updateCountTo(change: UpdateCountTo): Promise<void> {
    this.updates.push(change)
  }
  async reset(reset: Reset): Promise<void> {
    this.resets.push(reset)
  }
  async flushHail(): Promise<void> {
    this.flushed++
  }
  readiness(): Readiness {
    const detail = this.ready ? 'ready' : 'recovering: 1 of 2 events'
    return { ready: this.ready, detail, durability: 'memory', journal: 'memory', store: 'memory', risk: null }
  }
  boardsOwner(): string | null {
    return this.owner
  }
  async state(): Promise<never> {
    throw new Error('not asked here')
  }
  async room(): Promise<never> {
    throw new Error('not asked here')
  }
}

const open: FastifyInstance[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

async function setup(options: Partial<HttpOptions> = {}) {
  const service = new FakeService()
  const logged: object[] = []
  const log = {
    error: (fields: object) => logged.push(fields),
    warn: (fields: object) => logged.push(fields),
  }
  const app = await createHttp({
    access: Access.everyone(),
    service,
    limits: DEFAULT_LIMITS,
    now: () => service.reader.nowMs,
    version: '0.0.1',
    log,
    ...options,
  })
  open.push(app)
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'GET', url, headers })
  const post = (url: string, payload: string | Buffer, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } })
  return { app, service, logged, get, post }
}

async function address(app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as { port: number }).port
}

/** Sends bytes as they are and answers what comes back until the server closes. */
async function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.on('data', data => {
      text += data
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}

describe('counting', () => {
  test('the three examples, then the graph', async () => {
    const { get } = await setup()
    for (const query of [
      'dimension=services&metric={"dollars":200}',
      'dimension=advertising&metric={"dollars":-2000}',
      'dimensions={"sales":"p1"}&metric={"dollars":500}',
    ]) {
      const answer = await get(`/count?${encodeURI(query)}`)
      expect([answer.statusCode, answer.body]).toEqual([200, 'OK'])
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
      expect(answer.headers['access-control-allow-origin']).toBe('*')
      expect(answer.headers['cache-control']).toBe('no-store')
    }
    const graph = (await get('/graph?metrics=dollars')).json()
    expect(graph.overall.total).toEqual({ dollars: -1300 })
    expect(graph.series.map((s: { name: string; share: number }) => [s.name, s.share])).toEqual([
      ['advertising', 1],
      ['sales', 0.25],
      ['services', 0.1],
    ])
    expect((await get('/totals?period=1h:1d&metrics=dollars')).json()).toEqual({
      '1h:1d': { _: { dollars: -1300 } },
    })
  })

  test('the pixel is 43 bytes of GIF, also when it refuses', async () => {
    const { get, service } = await setup()
    const good = await get('/count.gif?dimension=mail')
    const bad = await get('/count.gif?dimensoin=mail')
    expect([good.statusCode, bad.statusCode]).toEqual([200, 400])
    for (const answer of [good, bad]) {
      expect(answer.headers['content-type']).toBe('image/gif')
      expect(answer.rawPayload).toHaveLength(43)
      expect(answer.rawPayload.toString('latin1', 0, 6)).toBe('GIF89a')
    }
    expect(service.reader.events).toHaveLength(1)
  })

  test.each([
    ['application/json', '{"dimensions":"a"}', 1],
    ['application/json', '[{"dimensions":"a"},{"metric":"clicks"}]', 2],
    ['application/json', '[]', 0],
    ['application/x-ndjson', '{"dimensions":"a"}\n{}\n', 2],
    ['text/plain;charset=UTF-8', '{"dimensions":"a"}', 1],
    ['application/x-www-form-urlencoded', 'dimension=a&metric=clicks', 1],
    ['application/x-www-form-urlencoded', '{"dimension":"a"}', 1],
  ])('POST %s %s', async (type, body, counted) => {
    const { post, service } = await setup()
    const answer = await post('/count', body, { 'content-type': type })
    expect([answer.statusCode, answer.json()]).toEqual([200, { counted, duplicates: 0 }])
    expect(service.reader.events).toHaveLength(counted)
  })

  test('without a content type, without a body, compressed', async () => {
    const { app, post, service } = await setup()
    const bare = await app.inject({ method: 'POST', url: '/count?dimension=a' })
    expect(bare.json()).toEqual({ counted: 1, duplicates: 0 })
    const gzip = await post('/count', gzipSync('[{},{}]'), { 'content-encoding': 'gzip' })
    const br = await post('/count', brotliCompressSync('[{},{}]'), { 'content-encoding': 'br' })
    expect([gzip.json().counted, br.json().counted]).toEqual([2, 2])
    expect(service.reader.events).toHaveLength(5)
    const typo = await post('/count?partail=true', '{}')
    expect([typo.statusCode, typo.json().code]).toEqual([400, 'unknown_parameter'])
  })

  test('all or nothing, or partial', async () => {
    const { post, service } = await setup()
    const body = '[{"dimensions":"a"},{"metrics":{"x":"y"}},{"at":"soon"}]'
    const refused = await post('/count', body)
    expect(refused.statusCode).toBe(400)
    expect(refused.json().errors.map((e: { index: number }) => e.index)).toEqual([1, 2])
    expect(service.reader.events).toHaveLength(0)
    const partial = await post('/count?partial=true', body)
    expect(partial.statusCode).toBe(200)
    expect(partial.json()).toMatchObject({ counted: 1, duplicates: 0, wrong: 2 })
    expect(partial.json().errors).toHaveLength(2)
    expect((await post('/count?partial=maybe', body)).statusCode).toBe(400)
  })

  test('ids and idempotency keys', async () => {
    const { get, post } = await setup()
    await get('/count?id=x')
    expect((await get('/count?id=x')).headers['hailwhale-duplicates']).toBe('1')
    const headers = { 'idempotency-key': 'k'.repeat(128) }
    expect((await post('/count', '[{},{}]', headers)).json()).toEqual({ counted: 2, duplicates: 0 })
    expect((await post('/count', '[{},{}]', headers)).json()).toEqual({ counted: 0, duplicates: 2 })
    const long = await post('/count', '{}', { 'idempotency-key': 'k'.repeat(129) })
    expect([long.statusCode, long.json().errors[0].field]).toEqual([400, 'Idempotency-Key'])
  })

  test('an overflow is said', async () => {
    const { get, post, service } = await setup()
    service.overflowed = 1
    expect((await post('/count', '{}')).json()).toEqual({ counted: 1, duplicates: 0, overflowed: 1 })
    expect((await get('/count')).headers['hailwhale-overflowed']).toBe('1')
  })

  test('HEAD never counts, other methods neither', async () => {
    const { app, service } = await setup()
    for (const method of ['HEAD', 'PUT', 'DELETE', 'PATCH', 'TRACE'] as const) {
      for (const url of [
        '/count?dimension=a',
        '/count_now',
        '/count.gif',
        '/reset',
        '/update_count_to',
        '/flush_hail',
      ]) {
        const answer = await app.inject({ method, url })
        expect([method, url, answer.statusCode]).toEqual([method, url, 405])
        expect(answer.headers.allow).toMatch(/GET|POST/)
      }
    }
    expect(service.reader.events).toHaveLength(0)
  })

  test('a preflight is open to any page', async () => {
    const { app } = await setup()
    const answer = await app.inject({
      method: 'OPTIONS',
      url: '/count',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
    expect(answer.statusCode).toBe(204)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(answer.headers['access-control-allow-headers']).toContain('Idempotency-Key')
  })
})

describe('changing', () => {
  test('update_count_to from a URL, a form and JSON', async () => {
    const { get, post, service } = await setup()
    await get(`/update_count_to?key=k&dimension=a&metric=${encodeURIComponent('{"dollars":5}')}&period=1h`)
    await post('/update_count_to', '{"key":"k","dimensions":["a"],"metrics":{"dollars":5},"period":"1h:1d"}')
    await post('/update_count_to', 'key=k&dimension=a&metric={"dollars":5}&period=hour&at=1772368200', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    const expected = {
      key: ['k'],
      path: ['a'],
      metrics: new Map([['dollars', 5]]),
      interval: '1h',
      atMs: NOW,
    }
    expect(service.updates).toEqual([expected, expected, { ...expected, interval: '1m' }])
    for (const body of [
      '{}',
      '{"metrics":{"x":1},"dimensions":[["a"],["b"]]}',
      '[1]',
      '{"metrics":1}',
      '{',
      '{"metrics":{"x":1},"period":"1w:8w"}',
    ]) {
      expect((await post('/update_count_to', body)).statusCode).toBe(400)
    }
    expect(service.updates).toHaveLength(3)
  })

  test('reset', async () => {
    const { get, post, service } = await setup()
    const refused = await get('/reset?key=k')
    expect([refused.statusCode, refused.headers.allow]).toEqual([405, 'POST'])
    expect(refused.json().detail).toContain('--allow-get-reset')
    await post('/reset', '{"key":"k","dimension":["a","b"],"metrics":["x"],"from":"2026-03-01","to":"now"}')
    await post('/reset?key=k', '')
    expect(service.resets).toEqual([
      { key: ['k'], path: ['a', 'b'], metrics: ['x'], fromMs: Date.UTC(2026, 2, 1), untilMs: NOW },
      { key: ['k'] },
    ])
    expect((await post('/reset', '{"from":"2026-03-02","to":"2026-03-01"}')).statusCode).toBe(400)
    const foreign = await post('/reset', '{"key":"k"}', { origin: 'https://evil.example' })
    expect([foreign.statusCode, foreign.json().code]).toEqual([403, 'forbidden'])
    expect(service.resets).toHaveLength(2)
  })

  test('GET reset when it is allowed, but not from an image on another site', async () => {
    const { get, service } = await setup({ allowGetReset: true })
    expect((await get('/reset?key=k')).body).toBe('OK')
    expect((await get('/reset?key=k', { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    expect(service.resets).toHaveLength(1)
  })

  test('flush_hail', async () => {
    const { get, post, service } = await setup()
    expect([(await get('/flush_hail')).body, (await post('/flush_hail', '')).body]).toEqual(['OK', 'OK'])
    expect(service.flushed).toBe(2)
  })
})

describe('asking', () => {
  test.each([
    '/plotpoints',
    '/totals',
    '/graph',
    '/rank',
    '/keys',
    '/dimensions',
    '/metric_names',
    '/recent',
  ])('%s as JSON, rows and CSV', async url => {
    const { get, app } = await setup()
    await get('/count?dimension=a&metric=clicks')
    const json = await get(url)
    const rows = await get(`${url}?format=rows`)
    const csv = await get(`${url}?format=csv`)
    expect([json.statusCode, rows.statusCode, csv.statusCode]).toEqual([200, 200, 200])
    expect(json.headers['cache-control']).toBe('no-store')
    expect(json.headers['content-type']).toMatch(/^application\/json/)
    expect(Array.isArray(rows.json())).toBe(true)
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.body).toMatch(/\r\n$/)
    expect((await get(`${url}?formt=csv`)).json().detail).toContain('format')
    expect((await get(`${url}?format=xml`)).statusCode).toBe(400)
    expect((await app.inject({ method: 'POST', url })).headers.allow).toMatch(/^GET/)
  })

  test('what went in and what was refused', async () => {
    const { get, post } = await setup()
    await post('/count', '{"key":["site","blog"],"dimensions":{"a":1},"id":"i"}')
    await get(`/count?key=site&token=secret&dimensoin=${'x'.repeat(400)}`)
    await get('/graph?period=nonsense')
    const { events, refused } = (await get('/recent?key=site')).json()
    expect(events).toEqual([
      {
        at: '2026-03-01T12:30:00.000Z',
        received: '2026-03-01T12:30:00.000Z',
        key: ['site', 'blog'],
        dimensions: [['a', '1']],
        metrics: { hits: 1 },
        id: 'i',
      },
    ])
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatchObject({ method: 'GET', status: 400, code: 'unknown_parameter' })
    expect(refused[0].url).not.toContain('secret')
    expect(refused[0].url).toHaveLength(300)
  })

  test('other pages read only when they may, and are told what to set', async () => {
    const { get } = await setup({ allowOrigins: ['https://good.example'] })
    const headers = { host: 'whale.example', origin: 'https://other.example' }
    const refused = await get('/graph', headers)
    expect(refused.statusCode).toBe(403)
    expect(refused.json().detail).toContain('--allow-origin https://other.example')
    expect(refused.headers['access-control-allow-origin']).toBe('*')
    const good = await get('/graph', { ...headers, origin: 'https://good.example' })
    expect([good.statusCode, good.headers['access-control-allow-origin']]).toEqual([
      200,
      'https://good.example',
    ])
    expect(good.headers.vary).toContain('Origin')
    const own = await get('/graph', { ...headers, origin: 'https://whale.example' })
    const proxied = await get('/graph', { ...headers, 'sec-fetch-site': 'same-origin' })
    const wrong = await get('/graph?period=x', { ...headers, origin: 'https://good.example' })
    expect([own.statusCode, proxied.statusCode, wrong.statusCode]).toEqual([200, 200, 400])
    expect(wrong.headers['access-control-allow-origin']).toBe('https://good.example')
  })

  test('large answers are compressed for who takes that', async () => {
    const { get } = await setup()
    const answer = await get('/plotpoints?period=1m:1d', { 'accept-encoding': 'gzip, br' })
    expect(answer.headers['content-encoding']).toBe('gzip')
  })
})

describe('around', () => {
  test('healthz and readyz', async () => {
    const { get, service } = await setup()
    expect((await get('/healthz')).body).toBe('OK')
    expect((await get('/readyz')).json()).toMatchObject({ ready: true, durability: 'memory' })
    service.ready = false
    const answer = await get('/readyz')
    expect([answer.statusCode, answer.json().detail]).toEqual([503, 'recovering: 1 of 2 events'])
  })

  test('metrics', async () => {
    const { get, post } = await setup({
      gauges: () => [{ name: 'hailwhale_journal_bytes', help: 'Bytes.', value: 7 }],
    })
    await post('/count', '[{"id":"a"},{"id":"a"},{}]')
    await get('/count?x=1')
    for (let i = 0; i < 2; i++) await get('/metrics')
    const { body } = await get('/metrics')
    expect(body).toContain('hailwhale_events_counted_total 2\n')
    expect(body).toContain('hailwhale_events_duplicate_total 1\n')
    expect(body).toContain('hailwhale_requests_refused_total{code="unknown_parameter"} 1\n')
    expect(body).toContain('hailwhale_http_requests_total{route="/count",status="400"} 1\n')
    expect(body).toMatch(/hailwhale_http_request_seconds_bucket\{le="\+Inf",route="\/count"\} 2\n/)
    expect(body).toContain('hailwhale_journal_bytes 7\n')
    expect(body).toContain('process_resident_memory_bytes ')
  })

  test('federate', async () => {
    const { post, get } = await setup()
    await post(
      '/count',
      '[{"key":"s","dimensions":"a\\"b","metrics":{"dollars":2.5,"CPU percent":1}},{"key":"s","at":1000}]',
    )
    expect((await get('/federate?key=s')).body.split('\n')).toEqual(
      expect.arrayContaining([
        '# TYPE hailwhale_hits_total counter',
        'hailwhale_hits_total{key="s",dimension="_"} 2',
        'hailwhale_dollars{key="s",dimension="_"} 2.5',
        'hailwhale_CPU_percent{key="s",dimension="_",metric="CPU percent"} 1',
      ]),
    )
    expect((await get('/federate')).body).toBe('\n')
    const by = await get('/federate?key=s&by=_&metrics=hits')
    expect(by.body).toContain('hailwhale_hits_total{key="s",dimension="a\\"b"} 1\n')
    expect(by.body).not.toContain('dollars')
  })

  test('openapi names every route and parameter', async () => {
    const { get } = await setup()
    const { paths, openapi } = (await get('/openapi.json')).json()
    expect(openapi).toBe('3.1.0')
    expect(Object.keys(paths).sort()).toEqual([
      '/board',
      '/boards',
      '/count',
      '/count.gif',
      '/count_now',
      '/dimensions',
      '/federate',
      '/flush_hail',
      '/graph',
      '/graph.png',
      '/graph.svg',
      '/healthz',
      '/keys',
      '/metric_names',
      '/metrics',
      '/number.svg',
      '/plotpoints',
      '/rank',
      '/readyz',
      '/recent',
      '/reset',
      '/room',
      '/state',
      '/stream',
      '/totals',
      '/update_count_to',
    ])
    const names = paths['/graph'].get.parameters.map((p: { name: string }) => p.name)
    expect(names).toEqual(
      expect.arrayContaining(['key', 'dimensions', 'metrics', 'period', 'threshold', 'format']),
    )
    expect(Object.keys(paths['/count'].post.requestBody.content)).toContain('application/x-ndjson')
    expect(paths['/count'].post.responses['4XX'].content['application/problem+json']).toBeDefined()
  })

  test('the pages, below a base path', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hailwhale-pages-'))
    mkdirSync(join(directory, 'assets'))
    writeFileSync(join(directory, 'index.html'), '<!doctype html><title>x</title>')
    writeFileSync(join(directory, 'assets', 'a-1f.js'), '1')
    const { get } = await setup({ staticDirectory: directory, basePath: '/stats' })
    const page = await get('/stats/')
    expect(page.body).toContain('<!doctype html>')
    expect(page.headers['content-security-policy']).toContain("default-src 'self'")
    expect(page.headers['cache-control']).toBe('no-cache')
    const asset = await get('/stats/assets/a-1f.js')
    expect(asset.headers['cache-control']).toContain('immutable')
    expect(asset.headers['access-control-allow-origin']).toBe('*')
    expect((await get('/stats')).headers.location).toBe('/stats/')
    expect((await get('/stats/count')).body).toBe('OK')
    expect((await get('/count')).json().detail).toContain('/stats/count')
    expect((await get('/stats/../../../etc/passwd')).statusCode).toBe(404)
  })
})

describe('errors', () => {
  test('all have one shape, and nothing is a 500', async () => {
    const { app, get, post, service, logged } = await setup()
    const answers = [
      [await get('/cuont'), 404, 'not_found'],
      [await get('/%zz'), 400, 'invalid_parameter'],
      [await get('/count?key=%zz'), 400, 'invalid_parameter'],
      [await get(`/count?dimension=${'x'.repeat(9000)}`), 414, 'url_too_long'],
      [await post('/count', Buffer.alloc(DEFAULT_LIMITS.bodyBytes + 1)), 413, 'body_too_large'],
      [await post('/count', '{}', { 'content-type': 'application/xml' }), 415, 'unsupported_media_type'],
      [await post('/count', '{}', { 'content-type': '///' }), 415, 'unsupported_media_type'],
      [await post('/count', '{'), 400, 'invalid_body'],
      [await post('/count', 'x', { 'content-encoding': 'gzip' }), 400, 'invalid_body'],
      [await app.inject({ method: 'DELETE', url: '/graph' }), 405, 'method_not_allowed'],
    ] as const
    for (const [answer, status, code] of answers) {
      const problem = answer.json()
      expect([answer.statusCode, problem.code]).toEqual([status, code])
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(answer.headers['access-control-allow-origin']).toBe('*')
      expect(problem).toMatchObject({
        type: `urn:hailwhale:error:${code}`,
        title: ERRORS[problem.code as 'not_found'].title,
        status,
      })
      expect(problem.detail).not.toBe('')
    }
    expect(answers[0][0].json().detail).toContain('/count')
    expect(logged).toEqual([])
    expect(service.reader.events).toHaveLength(0)
  })

  test('whatever is sent, the answer is a 2xx or a problem of the table', async () => {
    const { app, logged } = await setup()
    const paths = [
      '/count',
      '/count.gif',
      '/update_count_to',
      '/reset',
      '/graph',
      '/totals',
      '/plotpoints',
      '/rank',
    ]
    const names = [
      'key',
      'dimensions',
      'metrics',
      'at',
      'id',
      'period',
      'from',
      'to',
      'interval',
      'tz',
      'by',
      'sort',
      'limit',
    ]
    const piece = fc.oneof(
      fc.json(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('1h:1d', '[', '{"a":1}', '%', '1e400'),
    )
    const request = fc.record({
      method: fc.constantFrom('GET' as const, 'POST' as const),
      path: fc.constantFrom(...paths, '/federate', '/recent', '/keys', '/dimensions', '/metric_names'),
      query: fc.array(fc.tuple(fc.constantFrom(...names), piece), { maxLength: 3 }),
      payload: fc.oneof(
        piece,
        fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
      ),
      type: fc.constantFrom(
        'application/json',
        'application/x-ndjson',
        'text/plain',
        'application/x-www-form-urlencoded',
        'x',
      ),
      encoding: fc.constantFrom(undefined, 'gzip', 'br', 'x'),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, payload, type, encoding }) => {
        const url = `${path}?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
        const headers = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) }
        const answer = await app.inject({ method, url, ...(method === 'POST' && { headers, payload }) })
        if (answer.statusCode < 300) return
        expect(answer.statusCode, `${method} ${url} ${answer.body}`).toBeLessThan(500)
        if (path !== '/count.gif' || method === 'POST') expect(ERRORS).toHaveProperty(answer.json().code)
      }),
      { numRuns: 1_000 },
    )
    expect(logged).toEqual([])
  })

  test('what nobody foresaw is a 503, logged once, without the query', async () => {
    const { get, service, logged } = await setup()
    service.failing = new Error('boom')
    const answer = await get('/count?dimension=secret')
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([
      503,
      'unavailable',
      '1',
    ])
    expect(answer.body).not.toContain('boom')
    expect(logged).toEqual([{ err: service.failing, method: 'GET', path: '/count' }])
    service.failing = new HailWhaleError('disk_full', 'The disk is full.')
    expect((await get('/count')).json().code).toBe('disk_full')
    expect(logged).toHaveLength(1)
  })

  test('what is no HTTP', async () => {
    const { app } = await setup()
    const port = await address(app)
    expect(await raw(port, 'nonsense\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"invalid_parameter"/,
    )
    const header = `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`
    expect(await raw(port, header)).toMatch(/^HTTP\/1\.1 431 [\s\S]*"headers_too_large"/)
    const url = `GET /count?dimension=${'x'.repeat(10_000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`
    expect(await raw(port, url)).toMatch(/^HTTP\/1\.1 414 [\s\S]*"url_too_long"/)
    const get = (query: string) =>
      raw(port, `GET /count?${query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect(await get('dimension=ä')).toMatch(/ 400 [\s\S]*percent-encoded/)
    expect(await get('dimension=services&metric={"dollars":200}&key=["a","b|c"]')).toMatch(/ 200 /)
  })

  test('garbage after a good request gets no 4xx while that may be counted', async () => {
    const { app, service } = await setup()
    let counted = () => {}
    service.count = () =>
      new Promise(resolve => {
        counted = () => resolve({ counted: 1, duplicates: 0, overflowed: 0 })
      })
    const port = await address(app)
    expect(await raw(port, 'GET /count HTTP/1.1\r\nhost: x\r\n\r\nnonsense\r\n\r\n')).toBe('')
    counted()
    const chunked = 'POST /count HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'
    expect(await raw(port, chunked)).toMatch(/ 400 /)
  })

  test('/count is answered ahead of the router as the router answers it', async () => {
    const { app } = await setup({ limits: { ...DEFAULT_LIMITS, bodyBytes: 4000 } })
    const port = await address(app)
    const ndjson = { 'content-type': 'application/x-ndjson' }
    const requests: [string, string?, (string | Buffer)?, Record<string, string>?][] = [
      ['/count'],
      ['/count?dimension=a&id=once'],
      ['/count?dimension=a&id=once'],
      ['/count?dimensions={'],
      ['/count?dimensoin=a'],
      [`/count?dimension=${'a'.repeat(9000)}`],
      ['/counted'],
      ['/count', 'POST', '{"dimensions":"a"}', { 'content-type': 'application/json' }],
      ['/count', 'POST', '{"dimensions":"a"}\n{"metrics":{"x":1}}\n', ndjson],
      ['/count', 'POST', '{"dimensions":"a"}\n{"metrics":{"x":"1"}}\n', ndjson],
      ['/count?partial=true', 'POST', '{"dimensions":"a"}\n{"metrics":{"x":"1"}}\n', ndjson],
      ['/count', 'POST', gzipSync('{"dimensions":"a"}'), { ...ndjson, 'content-encoding': 'gzip' }],
      ['/count', 'POST', '{"dimensions":"a"}', { ...ndjson, 'idempotency-key': 'k' }],
      ['/count', 'POST', '{"dimensions":"a"}', { ...ndjson, 'idempotency-key': 'k' }],
      ['/count', 'POST', 'x', { 'content-type': 'image/png' }],
      ['/count', 'POST', ''],
      ['/count', 'POST', 'a'.repeat(5000), ndjson],
      ['/count', 'PUT', 'x', ndjson],
      ['/count', 'HEAD'],
    ]
    for (const [url, method = 'GET', payload, headers = {}] of requests) {
      const ahead = await fetch(`http://127.0.0.1:${port}${url}`, {
        method,
        headers: { origin: 'http://shop.example', ...headers },
        ...(payload === undefined ? {} : { body: payload as BodyInit }),
      })
      const { app: other } = await setup({ limits: { ...DEFAULT_LIMITS, bodyBytes: 4000 } })
      if (url.includes('id=once') && ahead.headers.has('hailwhale-duplicates')) await other.inject(url)
      if (headers['idempotency-key'] && (await ahead.clone().text()).includes('"duplicates":1')) {
        await other.inject({ method: 'POST', url, headers, payload: payload! })
      }
      const routed = await other.inject({
        method: method as 'GET',
        url,
        headers: { origin: 'http://shop.example', ...headers },
        ...(payload === undefined ? {} : { payload }),
      })
      const seen = (get: (name: string) => unknown) =>
        ['content-type', 'access-control-allow-origin', 'cache-control', 'allow', 'hailwhale-duplicates'].map(
          name => get(name) ?? null,
        )
      expect([url, ahead.status, await ahead.text()]).toEqual([url, routed.statusCode, routed.payload])
      expect(seen(name => ahead.headers.get(name))).toEqual(seen(name => routed.headers[name]?.toString()))
    }
  })
})

/** Sends a POST to `/stream`, reads until a text and a whole event behind it have come, and goes away. */
async function postStream(port: number, asked: object, until: string, headers: OutgoingHttpHeaders) {
  const outgoing = request({
    port,
    host: '127.0.0.1',
    path: '/stream',
    method: 'POST',
    headers,
    agent: false,
  })
  outgoing.end(JSON.stringify(asked))
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    if (text.includes(until) && text.endsWith('\n\n')) break
  }
  return { response, text }
}

describe('stream', () => {
  test('whole answers, then changes; the server can close', async () => {
    const runs: (() => void)[] = []
    const { app, get } = await setup({
      every: (_ms, run) => {
        runs.push(run)
        return () => {}
      },
    })
    const port = await address(app)
    const graphs = encodeURIComponent('[{"metrics":"hits"},{"key":"k","metrics":"hits"}]')
    const response = await fetch(`http://127.0.0.1:${port}/stream?graphs=${graphs}`)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('content-encoding')).toBeNull()
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const until = async (pattern: RegExp) => {
      while (!pattern.test(text)) text += (await reader.read()).value
    }
    await until(/^data: \{"index":1,"graph":.*\}\n\n/m)
    expect(text).toMatch(/^retry: \d+\n\nevent: graph\ndata: \{"index":0,"graph":\{"key":\["_"\]/)
    await get('/count?key=k')
    for (const run of runs) run()
    await until(/^event: change\nid: .*\ndata: \{"index":1,"change":\{.*\}\}\n\n/m)
    await app.close()
    expect((await reader.read()).done).toBe(true)
  })

  test('a POST asks in its body, starts at once, and goes on where it was', async () => {
    const { app, get } = await setup({ every: () => () => {} })
    const port = await address(app)
    const read = async (asked: object, until: string, headers: OutgoingHttpHeaders = {}) => {
      const { response, text } = await postStream(port, asked, until, headers)
      expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
      return text
    }
    await get('/count?key=k')
    const graphs = [{ key: 'k' }, { key: 'k', period: '10s:400d' }, { metrics: ['hits'], limit: 3 }]
    const first = await read({ graphs }, '"index":2')
    expect(first).toMatch(/^retry: \d+\n\nevent: graph\ndata: \{"index":0,"graph":\{"key":\["k"\]/)
    expect(first).toMatch(/^event: error\ndata: \{"index":1,"error":\{.*"code":"too_many_points"/m)
    const since = first.match(/^id: (.*)$/m)![1]!
    const again = await read({ graphs, since, whole: [2] }, '"index":2')
    expect(again.match(/"index":\d/g)).toEqual(['"index":2'])
    const header = await read({ graphs, whole: [0] }, '"index":0', { 'last-event-id': since })
    expect(header.match(/"index":\d/g)).toEqual(['"index":0'])
  })

  test('a POST of a page of another origin needs no preflight; an allowed one may read what comes', async () => {
    const { app, post } = await setup({ allowOrigins: ['https://a.example'] })
    const port = await address(app)
    const headers = { 'content-type': 'text/plain;charset=UTF-8', origin: 'https://a.example' }
    const { response } = await postStream(port, { graphs: [{}] }, '"index":0', headers)
    expect(response.headers['access-control-allow-origin']).toBe('https://a.example')
    const refused = await post('/stream', '{"graphs":[{}]}', { ...headers, origin: 'https://b.example' })
    expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([403, '*'])
    expect(refused.payload).toContain('--allow-origin https://b.example')
  })

  test('all wrong graphs of one request are named', async () => {
    const { post } = await setup()
    const answer = await post('/stream', '{"graphs":[{"period":"x"},{},{"metrics":"(","limit":3}]}')
    expect(answer.json().errors.map((each: { field: string }) => each.field)).toEqual([
      'graphs[0].period',
      'graphs[2].metrics',
    ])
  })

  test('a wrong question is a 400 before the stream starts', async () => {
    const { get } = await setup()
    const wrong = encodeURIComponent('[{"metrics":"hits"},{"period":"x"}]')
    const answer = await get(`/stream?graphs=${wrong}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().errors[0].field).toBe('graphs[1].period')
    expect((await get('/stream?period=1w')).statusCode).toBe(400)
    expect((await get('/stream', { host: 'a', origin: 'http://b' })).statusCode).toBe(403)
  })
})
