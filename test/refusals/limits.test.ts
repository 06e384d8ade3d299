/** Each limit of the contract at its edge and one over it, as a GET, JSON, NDJSON and a form: the one counts, the other doesn't. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/model/limits.js'
import { type LiveAnswer, LiveServer } from '../support/live-server.js'
import { names } from './refusal.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)

/** An event at a limit and one over it, and the field that is named. */
interface Edge {
  readonly limit: string
  readonly at: object
  readonly over: object
  readonly field: string
}

const metricsOf = (n: number) => Object.fromEntries(names(n).map(name => [name, 1]))
const pathsOf = (n: number) => names(n).map(name => [name])
const nested = (n: number) => names(n).reduceRight<unknown>((inside, name) => ({ [name]: inside }), null)

const EDGES: readonly Edge[] = [
  {
    limit: '16 names deep (array)',
    at: { dimensions: names(16) },
    over: { dimensions: names(17) },
    field: 'dimensions',
  },
  {
    limit: '16 names deep (object)',
    at: { dimensions: nested(16) },
    over: { dimensions: nested(17) },
    field: 'dimensions',
  },
  { limit: '16 names deep (key)', at: { key: names(16) }, over: { key: names(17) }, field: 'key' },
  {
    limit: '512 bytes of a dimension',
    at: { dimensions: 'é'.repeat(256) },
    over: { dimensions: `${'é'.repeat(256)}x` },
    field: 'dimensions',
  },
  { limit: '512 bytes of a key', at: { key: 'x'.repeat(512) }, over: { key: 'x'.repeat(513) }, field: 'key' },
  {
    limit: '512 bytes of a metric',
    at: { metrics: 'x'.repeat(512) },
    over: { metrics: 'x'.repeat(513) },
    field: 'metrics',
  },
  {
    limit: '64 paths',
    at: { dimensions: pathsOf(64) },
    over: { dimensions: pathsOf(65) },
    field: 'dimensions',
  },
  // 63 and hits.
  { limit: '64 metrics', at: { metrics: metricsOf(63) }, over: { metrics: metricsOf(64) }, field: 'metrics' },
  {
    limit: '64 metrics with hits',
    at: { metrics: { hits: 1, ...metricsOf(63) } },
    over: { metrics: { hits: 1, ...metricsOf(64) } },
    field: 'metrics',
  },
  {
    // 16 series (the root is one) × 64 metrics are 1,024.
    limit: '1,024 sums',
    at: { dimensions: pathsOf(15), metrics: metricsOf(63) },
    over: { dimensions: pathsOf(16), metrics: metricsOf(63) },
    field: 'dimensions',
  },
  {
    limit: '128 bytes of an id',
    at: { id: 'é'.repeat(64) },
    over: { id: `${'é'.repeat(64)}x` },
    field: 'id',
  },
  { limit: '10 minutes ahead', at: { at: NOW_MS + 600_000 }, over: { at: NOW_MS + 600_001 }, field: 'at' },
  { limit: 'since 1970', at: { at: 0 }, over: { at: -1 }, field: 'at' },
]

let server: LiveServer
beforeAll(async () => {
  server = await LiveServer.start({ store: 'memory', over: 'http', nowMs: NOW_MS })
})
afterAll(() => server.close())

const WAYS: Readonly<Record<string, (event: object) => Promise<LiveAnswer>>> = {
  GET: event => server.send({ method: 'GET', path: `/count?${queryOf(event)}` }),
  JSON: event => server.post('/count', JSON.stringify(event)),
  NDJSON: event => server.post('/count', JSON.stringify(event), { 'content-type': 'application/x-ndjson' }),
  form: event =>
    server.post('/count', queryOf(event), { 'content-type': 'application/x-www-form-urlencoded' }),
}

describe.each(EDGES)('$limit', ({ at, over, field }) => {
  test.each(Object.entries(WAYS))('%s', async (way, send) => {
    // An id counts once for each way.
    const mine = 'id' in at ? { ...at, key: way } : at
    const before = server.embedded.whale.events
    const good = await send(mine)
    expect([good.status, server.embedded.whale.events], good.text).toEqual([200, before + 1])
    const bad = await send(over)
    const problem = JSON.parse(bad.text)
    expect([bad.status, problem.code, problem.errors[0].field]).toEqual([400, 'invalid_event', field])
    expect(server.embedded.whale.events).toBe(before + 1)
  })
})

describe('of a request', () => {
  const { urlBytes, bodyBytes, eventsPerRequest } = DEFAULT_LIMITS
  const url = (bytes: number) => '/count?key=long&_='.padEnd(bytes, 'x')

  test('8 KiB of URL', async () => {
    expect(await counted(() => server.get(url(urlBytes)))).toEqual([200, 1])
    expect(await counted(() => server.get(url(urlBytes + 1)))).toEqual([414, 0])
  })

  test('16 MiB of body, sent plain and packed', async () => {
    const body = (bytes: number) => '{"key":"large"}'.padEnd(bytes)
    const packed = (bytes: number) => gzipSync(body(bytes))
    const gzip = { 'content-encoding': 'gzip' }
    expect(await counted(() => server.post('/count', body(bodyBytes)))).toEqual([200, 1])
    expect(await counted(() => server.post('/count', body(bodyBytes + 1)))).toEqual([413, 0])
    expect(await counted(() => server.post('/count', packed(bodyBytes), gzip))).toEqual([200, 1])
    expect(await counted(() => server.post('/count', packed(bodyBytes + 1), gzip))).toEqual([413, 0])
  })

  test('100,000 events, as JSON and as lines', async () => {
    const events = (n: number) => new Array<string>(n).fill('{"key":"many"}')
    const lines = { 'content-type': 'application/x-ndjson' }
    const most = eventsPerRequest
    expect(await counted(() => server.post('/count', `[${events(most)}]`))).toEqual([200, most])
    expect(await counted(() => server.post('/count', `[${events(most + 1)}]`))).toEqual([413, 0])
    expect(await counted(() => server.post('/count', events(most).join('\n'), lines))).toEqual([200, most])
    expect(await counted(() => server.post('/count', events(most + 1).join('\n'), lines))).toEqual([413, 0])
  })

  test('of the wrong events the first 20 are named', async () => {
    const answer = await server.post('/count', `[${new Array(30).fill('{"at":"x"}')}]`)
    const problem = JSON.parse(answer.text)
    expect(problem.detail).toContain('30 of 30')
    expect(problem.errors.map(({ index }: { index: number }) => index)).toEqual([...new Array(20).keys()])
  })

  test('1,000,000 points an answer', async () => {
    const days = '/plotpoints?from=1970-01-01&to=1972-09-27&interval=1d&metrics='
    // 1,000 days × 64 metrics × 15 dimensions, and × 16.
    const asked = (n: number) => `${days}${names(64)}&dimensions=${JSON.stringify(pathsOf(n))}`
    expect((await server.get(asked(15))).status).toBe(200)
    const over = await server.get(asked(16))
    expect([over.status, JSON.parse(over.text).code]).toEqual([400, 'too_many_points'])
  })
})

/** The status, and how many events more there are. */
async function counted(send: () => Promise<LiveAnswer>): Promise<[number, number]> {
  const before = server.embedded.whale.events
  const { status } = await send()
  return [status, server.embedded.whale.events - before]
}

function queryOf(event: object): string {
  return Object.entries(event)
    .map(
      ([name, value]) =>
        `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
    )
    .join('&')
}
