/**
 * Random requests at every endpoint: never a 5xx, never an error that nobody foresaw, never a count by what was refused, and the
 * server goes on. What is sent is made of things that mean something here, so that it gets past the first check.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ERRORS } from '../../src/model/errors.js'
import { type LiveAnswer, type LiveRequest, LiveServer } from '../support/live-server.js'

let server: LiveServer
beforeAll(async () => {
  server = await LiveServer.start({
    store: 'memory',
    over: 'http',
    nowMs: Date.UTC(2026, 2, 1, 12, 30),
    limits: { childrenPerParent: 20, pointsPerAnswer: 20_000, bodyBytes: 4096, eventsPerRequest: 50 },
    http: { allowGetReset: true },
  })
})
afterAll(() => server.close())

const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
] as const

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    '_',
    '',
    '…',
    'n0',
    'dollars',
    'hits',
    'é',
    'e\u0301',
    '[x',
    '{',
    '"',
    'x'.repeat(600),
  ),
  fc.constantFrom(...PROTOTYPE_NAMES),
  fc.string({ maxLength: 8, unit: 'binary' }),
)
const text = fc.oneof(
  name,
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('-1', '0', '1e400', '{"a":{"b":null}}', '[{}'),
)

const PATHS_OF_NAMES = [
  'a',
  'b',
  '_',
  '["a","b"]',
  '[["a"],["b"]]',
  '{"a":{"b":1}}',
  '{"__proto__":{"a":1}}',
  '[]',
  '…',
]
const TIMES = [
  '2026-03-01',
  '2026-03-01T12:00:00Z',
  '1772366400',
  '1e9',
  '0',
  'now',
  '2026-02-01T00:00',
  '1772366400000',
]
/** Texts that mean something to a parameter. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  key: ['a', '["a","b"]', '_', ...PROTOTYPE_NAMES],
  pk: ['a', '["a"]'],
  category: ['b'],
  dimensions: PATHS_OF_NAMES,
  dimension: PATHS_OF_NAMES,
  by: ['_', 'a', '["a","b"]'],
  metrics: [
    ...[
      'hits',
      'dollars',
      '{"dollars":1.5}',
      '["a","b"]',
      'dollars/hits',
      'cumulative(dollars)',
      'previous(hits,1w)',
    ],
    ...[
      'level(a)',
      'rate(hits,1s)',
      'average(a,3)',
      'a-',
      '(',
      '`a',
      '{"hits":-1}',
      '{"n":1e308}',
      'a,b,hits',
    ],
  ],
  metric: ['hits', '{"dollars":-2000}'],
  at: TIMES,
  id: ['1', '2', 'a'],
  period: [
    ...[
      '1m:1h',
      'today',
      '1h:1d',
      '10s:6h',
      '1d:200y',
      '3600x86400',
      '03/01/2026-03/02/2026',
      'yesterday',
      '1mo:1y',
    ],
    ...['1w:8w', 'hour,day', 'ytd', '1d', '15m:24h', '1y:5y'],
  ],
  from: TIMES,
  to: TIMES,
  interval: ['10s', '1m', '15m', '1h', '1d', '1w', '1mo', '1y'],
  tz: ['UTC', 'Europe/Berlin', '+05:45', 'Mars', 'America/New_York'],
  tzoffset: ['1', '-7', '5.75', '99'],
  depth: ['0', '1', '2', '17'],
  limit: ['0', '1', '5', '2000'],
  sort: ['name', '-name', '-hits', '-dollars', 'hits'],
  threshold: ['0', '0.1', '1', '2'],
  format: ['json', 'csv', 'rows', 'xml'],
  prefix: ['a', '_', ''],
  after: ['a', '…', ''],
  partial: ['true', 'false', 'x'],
  _: ['1'],
  utm_source: ['x'],
}
const EVENT = ['key', 'pk', 'dimensions', 'dimension', 'metrics', 'metric', 'at', 'id', '_', 'utm_source']
const VALUES = [
  ...[
    'key',
    'dimensions',
    'by',
    'metrics',
    'period',
    'from',
    'to',
    'interval',
    'tz',
    'tzoffset',
    'depth',
    'limit',
    'sort',
  ],
  'format',
]
const PAGE = ['key', 'dimensions', 'prefix', 'after', 'limit', 'format']

/** What is asked how, with which parameters. */
const ENDPOINTS: readonly [path: string, methods: readonly string[], fields: readonly string[]][] = [
  ['/count', ['GET', 'POST'], EVENT],
  ['/count', ['POST'], ['partial']],
  ['/count_now', ['GET', 'POST'], EVENT],
  ['/count.gif', ['GET'], EVENT],
  ['/update_count_to', ['GET', 'POST'], ['key', 'dimensions', 'metrics', 'period', 'at']],
  ['/reset', ['GET', 'POST'], ['key', 'dimensions', 'metrics', 'from', 'to']],
  ['/plotpoints', ['GET'], VALUES],
  ['/totals', ['GET'], VALUES],
  ['/graph', ['GET'], [...VALUES, 'threshold']],
  ['/rank', ['GET'], VALUES],
  ['/keys', ['GET'], PAGE],
  ['/dimensions', ['GET'], PAGE],
  ['/metric_names', ['GET'], PAGE],
  ['/recent', ['GET'], ['key', 'format']],
  ['/federate', ['GET'], ['key', 'metrics', 'by']],
  ['/flush_hail', ['GET', 'POST'], []],
  ['/healthz', ['GET'], []],
  ['/readyz', ['GET'], []],
  ['/metrics', ['GET'], []],
  ['/openapi.json', ['GET'], []],
]
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'] as const
const STRANGE_PATHS = [
  '/',
  '/nothing',
  '/constructor',
  '/__proto__',
  '/%',
  '/count/../graph',
  '/count/',
  '//graph',
] as const

/** Mostly what fits, now and then what doesn't. */
function mostly<T>(fitting: fc.Arbitrary<T>, other: fc.Arbitrary<T>, weight = 12): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: fitting }, { weight: 1, arbitrary: other })
}

/** Parameters, mostly of those fields and with texts that fit. */
function pairsOf(fields: readonly string[]): fc.Arbitrary<[string, string, boolean][]> {
  const fitting = fc.constantFrom(...fields, '_')
  const field = mostly(
    fitting,
    fc.oneof(fc.constantFrom(...Object.keys(FITTING), 'graphs', 'token'), name),
    30,
  )
  const pair = field.chain(key => {
    const texts = Object.hasOwn(FITTING, key) ? FITTING[key]! : ['x']
    return fc.tuple(fc.constant(key), mostly(fc.constantFrom(...texts), text, 6), fc.boolean())
  })
  return fc.uniqueArray(pair, { maxLength: 5, selector: ([key]) => key })
}

function queryText(pairs: readonly [string, string, boolean][]): string {
  return pairs
    .map(([key, value, raw]) => `${encoded(key)}=${raw ? asTyped(value) : encoded(value)}`)
    .join('&')
}

const query = pairsOf(EVENT).map(queryText)
const eventValue = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(['a', 'b'], [['a'], ['b']], { a: { b: [1, 2] } }, { dollars: 1.5 }, 5, null, true),
)
const event = fc.dictionary(
  mostly(fc.constantFrom('key', 'dimensions', 'metrics', 'at', 'id', 'pk', 'period', 'from'), name),
  eventValue,
  { maxKeys: 4 },
)
const body = fc.oneof(
  event.map(each => JSON.stringify(each)),
  fc.array(event, { maxLength: 4 }).map(events => JSON.stringify(events)),
  fc.array(event, { maxLength: 4 }).map(events => events.map(each => JSON.stringify(each)).join('\n')),
  fc.json(),
  query,
  fc.string({ maxLength: 200, unit: 'binary' }),
  fc.constant('x'.repeat(5000)),
)
const headers = mostly(
  fc.record(
    {
      'content-type': fc.constantFrom(
        'application/json',
        'application/x-ndjson',
        'text/plain',
        'application/x-www-form-urlencoded',
      ),
      'content-encoding': fc.constantFrom('gzip', 'identity'),
      'idempotency-key': fc.constantFrom('x', 'y'),
      'accept-encoding': fc.constantFrom('gzip', 'br', '*'),
    },
    { requiredKeys: ['content-type'] },
  ),
  fc.dictionary(
    fc.constantFrom(
      'content-type',
      'content-encoding',
      'idempotency-key',
      'origin',
      'sec-fetch-site',
      'last-event-id',
      'x',
    ),
    fc.constantFrom(
      ...[
        'image/png',
        '',
        'br',
        'deflate',
        'gzip, gzip',
        'zstd',
        'https://elsewhere.example',
        'null',
        'x',
        ';;;',
        '"',
      ],
    ),
    { maxKeys: 3 },
  ) as fc.Arbitrary<Record<string, string>>,
  5,
)

const request: fc.Arbitrary<LiveRequest> = fc
  .constantFrom(...ENDPOINTS)
  .chain(([path, methods, fields]) =>
    fc.record({
      method: mostly(fc.constantFrom(...methods), fc.constantFrom(...METHODS)),
      path: mostly(
        fc.constant(path),
        fc.oneof(
          fc.constantFrom(...STRANGE_PATHS),
          fc.webPath().map(each => `/${each}`),
        ),
        30,
      ),
      query: mostly(pairsOf(fields).map(queryText), fc.constant('')),
      headers,
      body: fc.option(body, { nil: undefined }),
      packed: fc.boolean(),
    }),
  )
  .map(({ method, path, query: asked, headers: sent, body: content, packed }) => {
    const bytes = content === undefined || method === 'GET' || method === 'HEAD' ? undefined : content
    const isPacked = packed && bytes !== undefined && sent['content-encoding'] === 'gzip'
    // With a body, the parameters of the URL are refused: half of the bodies go without.
    return {
      method,
      path: asked === '' || (bytes !== undefined && packed) ? path : `${path}?${asked}`,
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
      ...(bytes !== undefined && { body: isPacked ? gzipSync(bytes) : bytes }),
    }
  })

test('any request is answered, and what is refused counts nothing', async () => {
  await fc.assert(
    fc.asyncProperty(request, async each => {
      const { whale, service } = server.embedded
      const before = [whale.events, service.reader.version()]
      const answer = await server.send(each)
      expectSane(answer, each)
      if (answer.status >= 400) expect([whale.events, service.reader.version()]).toEqual(before)
      expect(server.logged).toEqual([])
    }),
    { numRuns: 3000 },
  )
  expect((await server.get('/healthz')).text).toBe('OK')
  expect((await server.get('/graph?threshold=0')).status).toBe(200)
})

test('names of prototypes are names like any other, everywhere', async () => {
  for (const each of PROTOTYPE_NAMES) {
    const count = {
      key: each,
      dimensions: JSON.parse(`{${JSON.stringify(each)}: ${JSON.stringify(each)}}`),
      metrics: [each],
    }
    expect((await server.post('/count', JSON.stringify(count))).text).toBe('{"counted":1,"duplicates":0}')
    const asked = `key=${each}&metrics=${each}`
    const points = JSON.parse((await server.get(`/plotpoints?${asked}&depth=2&period=1h:1h`)).text)
    for (const label of ['_', each, JSON.stringify([each, each])]) {
      expect(Object.hasOwn(points, label)).toBe(true)
      expect(Object.getOwnPropertyDescriptor(points[label], each)?.value).toEqual([[1_772_366_400_000, 1]])
    }
    const graph = JSON.parse((await server.get(`/graph?${asked}&by=${each}`)).text)
    expect(graph.series[0].name).toBe(each)
    expect(Object.getOwnPropertyDescriptor(graph.overall.total, each)?.value).toBe(1)
    const totals = JSON.parse((await server.get(`/totals?${asked}&period=today`)).text)
    expect(Object.getOwnPropertyDescriptor(totals.today._, each)?.value).toBe(1)
    expect((await server.get(`/federate?${asked}`)).text).toContain(`key="${each}"`)
    expect((await server.get(`/recent?key=${each}`)).status).toBe(200)
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

function expectSane(
  { status, headers: found, text: content, body: bytes }: LiveAnswer,
  { method, path: where }: LiveRequest,
): void {
  expect(status, content).toBeLessThan(500)
  expect(status).toBeGreaterThanOrEqual(200)
  if (status < 400 || method === 'HEAD') return
  if (found['content-type'] === 'image/gif') {
    expect(where).toMatch(/^\/count\.gif/)
    return
  }
  expect(found['content-type']).toMatch(/^application\/problem\+json/)
  const problem = JSON.parse(found['content-encoding'] === 'gzip' ? gunzipSync(bytes).toString() : content)
  const known = Object.hasOwn(ERRORS, problem.code)
    ? ERRORS[problem.code as keyof typeof ERRORS].status
    : undefined
  expect([problem.code, status]).toEqual([problem.code, known])
  expect(Array.isArray(problem.errors)).toBe(true)
}

function encoded(value: string): string {
  return encodeURIComponent(wellFormed(value))
}

/** As somebody types it: only what HTTP can't carry at all is encoded. */
function asTyped(value: string): string {
  return value.replace(/[^\x21-\x7e]|[&#]/gu, sign => encodeURIComponent(wellFormed(sign)))
}

/** The text as UTF-8 can carry it. */
function wellFormed(value: string): string {
  return Buffer.from(value).toString()
}
