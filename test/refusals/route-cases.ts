/** Requests that are wrong before anything of theirs is read: path, method, URL, origin; and those that change counts. */
import type { ErrorCode } from '../../src/model/errors.js'
import { names, type Refusal, refusedGet, shown } from './refusal.js'

const COUNTS = ['/count', '/count_now'] as const
const ASKS = [
  ...['/plotpoints', '/totals', '/graph', '/graph.svg', '/graph.png', '/number.svg', '/rank'],
  ...['/keys', '/dimensions', '/metric_names'],
] as const

const UNKNOWN_PATHS: readonly string[] = [
  '/nothing',
  '/Count',
  '/count/',
  '/count/1',
  '//count',
  '/counts',
  '/plotpoint',
  '/graph/',
  '/../count',
  '/%00',
  '/api/count',
  '/__proto__',
  '/constructor',
  '/count%3fkey=a',
]

function wrongMethod(method: string, path: string, allow: string): Refusal {
  return { name: `${method} ${path}`, method, path, code: 'method_not_allowed', allow }
}

const METHODS: readonly Refusal[] = [
  ...COUNTS.flatMap(path =>
    ['PUT', 'DELETE', 'PATCH', 'HEAD'].map(method => wrongMethod(method, path, 'GET, POST')),
  ),
  ...['PUT', 'DELETE', 'PATCH', 'HEAD', 'POST'].map(method => wrongMethod(method, '/count.gif', 'GET')),
  ...ASKS.flatMap(path =>
    ['POST', 'PUT', 'DELETE', 'PATCH'].map(method => wrongMethod(method, path, 'GET, HEAD')),
  ),
  ...['PUT', 'DELETE', 'HEAD'].map(method => wrongMethod(method, '/update_count_to', 'GET, POST')),
  ...['PUT', 'DELETE', 'HEAD'].map(method => wrongMethod(method, '/flush_hail', 'GET, POST')),
  ...['/state', '/room'].flatMap(path =>
    ['POST', 'PUT', 'DELETE', 'PATCH'].map(method => wrongMethod(method, path, 'GET, HEAD')),
  ),
  wrongMethod('GET', '/reset', 'POST'),
  wrongMethod('DELETE', '/stream', 'GET, POST'),
  wrongMethod('HEAD', '/count?key=a', 'GET, POST'),
  wrongMethod('HEAD', '/count.gif?key=a', 'GET'),
]

const PERCENT: readonly Refusal[] = [
  ...['%', '%2', '%ZZ', '%ff', '%c3%28', '%ed%a0%80', '%u0041'].flatMap(text => [
    refusedGet(`/count?key=${text}`, 'invalid_parameter', 'key'),
    refusedGet(`/count_now?dimension=${text}`, 'invalid_parameter', 'dimension'),
    refusedGet(`/count?${text}=1`, 'invalid_parameter', text),
  ]),
  refusedGet('/%', 'invalid_parameter'),
  refusedGet('/%ff', 'invalid_parameter'),
  refusedGet('/count?key=a&key=b', 'invalid_parameter', 'key'),
  refusedGet('/count?key=[', 'invalid_parameter', 'key'),
  refusedGet('/count?key="a', 'invalid_parameter', 'key'),
  refusedGet('/count?dimensions={"a":}', 'invalid_parameter', 'dimensions'),
  refusedGet('/count?metrics={dollars:200}', 'invalid_parameter', 'metrics'),
  refusedGet('/count?metrics={"dollars":200', 'invalid_parameter', 'metrics'),
  refusedGet('/count?partial=true', 'unknown_parameter', 'partial'),
]

const LONG_URL = `/count?key=${'x'.repeat(400)}&_=`.padEnd(8193, 'x')

const LONG: readonly Refusal[] = [
  refusedGet(LONG_URL, 'url_too_long'),
  refusedGet(`/graph?_=`.padEnd(8193, 'x'), 'url_too_long'),
  refusedGet(`/nothing?_=`.padEnd(8193, 'x'), 'url_too_long'),
  {
    name: 'POST of a long URL',
    method: 'POST',
    path: LONG_URL,
    headers: { 'content-type': 'application/json' },
    body: '{"key":"a"}',
    code: 'url_too_long',
  },
]

/** Fields of `/update_count_to`, and the wrong one. */
const WRONG_UPDATES: readonly [object, ErrorCode, string][] = [
  [{}, 'invalid_parameter', 'metrics'],
  [{ metrics: {} }, 'invalid_parameter', 'metrics'],
  [{ metrics: { n: 'x' } }, 'invalid_parameter', 'metrics.n'],
  [{ metrics: { n: 1 }, key: {} }, 'invalid_parameter', 'key'],
  [{ metrics: { n: 1 }, key: names(17) }, 'invalid_parameter', 'key'],
  [{ metrics: { n: 1 }, dimensions: [['a'], ['b']] }, 'invalid_parameter', 'dimensions'],
  [{ metrics: { n: 1 }, dimensions: names(17) }, 'invalid_parameter', 'dimensions'],
  [{ metrics: { n: 1 }, period: '1w' }, 'invalid_parameter', 'period'],
  [{ metrics: { n: 1 }, period: 'x' }, 'invalid_parameter', 'period'],
  [{ metrics: { n: 1 }, period: '1mo:1y' }, 'invalid_parameter', 'period'],
  [{ metrics: { n: 1 }, at: 'x' }, 'invalid_parameter', 'at'],
  [{ metrics: { n: 1 }, at: -1 }, 'invalid_parameter', 'at'],
  [{ metrics: { n: 1 }, at: 4_102_444_800 }, 'invalid_parameter', 'at'],
  [{ metrics: { n: 1 }, period: '10s', at: 1_000_000_000 }, 'not_kept', 'period'],
  [{ metrics: { n: 1 }, id: 'a' }, 'unknown_parameter', 'id'],
  [{ metrics: { n: 1 }, metric: { n: 1 } }, 'invalid_parameter', 'metric'],
]

const WRONG_RESETS: readonly [object, ErrorCode, string][] = [
  [{ key: {} }, 'invalid_parameter', 'key'],
  [{ key: names(17) }, 'invalid_parameter', 'key'],
  [{ key: 'a', dimensions: [['a'], ['b']] }, 'invalid_parameter', 'dimensions'],
  [{ key: 'a', metrics: { n: 1 } }, 'invalid_parameter', 'metrics'],
  [{ key: 'a', metrics: [5] }, 'invalid_parameter', 'metrics'],
  [{ key: 'a', from: 'x' }, 'invalid_parameter', 'from'],
  [{ key: 'a', to: 'x' }, 'invalid_parameter', 'to'],
  [{ key: 'a', from: [] }, 'invalid_parameter', 'from'],
  [{ key: 'a', from: '2026-03-01', to: '2026-02-01' }, 'invalid_parameter', 'to'],
  [{ key: 'a', at: 0 }, 'unknown_parameter', 'at'],
  [{ key: 'a', dimensoins: 'x' }, 'unknown_parameter', 'dimensoins'],
]

function changes(path: string, wrong: readonly [object, ErrorCode, string][]): Refusal[] {
  const post = (body: string, code: ErrorCode, field?: string, headers = {}): Refusal => ({
    name: `POST ${path} ${shown(body)}`,
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    code,
    ...(field !== undefined && { field }),
  })
  return [
    ...wrong.map(([fields, code, field]) => post(JSON.stringify(fields), code, field)),
    ...['null', '5', '[]', '[{}]', '{', 'x'].map(body => post(body, 'invalid_body')),
    post('{}', 'unsupported_media_type', undefined, { 'content-type': 'image/png' }),
    post('{}', 'unsupported_media_type', undefined, { 'content-encoding': 'zstd' }),
    { ...post('{"key":"a","metrics":{"n":1}}', 'unknown_parameter', 'key'), path: `${path}?key=a` },
  ]
}

/** A page of another origin may count, and not read or take away. */
const ORIGINS: readonly Refusal[] = [
  ...[...ASKS, '/recent', '/state', '/room', '/federate', '/stream', '/metrics'].map(path => ({
    ...refusedGet(path, 'forbidden'),
    name: `GET ${path} from elsewhere`,
    headers: { origin: 'https://elsewhere.example' },
    says: '--allow-origin https://elsewhere.example',
  })),
  {
    name: 'POST /stream from elsewhere',
    method: 'POST',
    path: '/stream',
    headers: { origin: 'https://elsewhere.example', 'content-type': 'text/plain' },
    body: '{"graphs":[{}]}',
    code: 'forbidden',
    says: '--allow-origin https://elsewhere.example',
  },
  {
    name: 'POST /reset from elsewhere',
    method: 'POST',
    path: '/reset',
    headers: { origin: 'https://elsewhere.example', 'content-type': 'text/plain' },
    body: '{"key":"a"}',
    code: 'forbidden',
  },
  {
    name: 'POST /reset by a form of another site',
    method: 'POST',
    path: '/reset',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'key=a',
    code: 'forbidden',
  },
]

/** All of them. */
export const ROUTE_REFUSALS: readonly Refusal[] = [
  ...UNKNOWN_PATHS.map(path => refusedGet(path, 'not_found')),
  { name: 'POST /nothing', method: 'POST', path: '/nothing', body: '{}', code: 'not_found' },
  { ...refusedGet('/plotpints', 'not_found'), says: '/plotpoints' },
  ...METHODS,
  ...PERCENT,
  ...LONG,
  ...changes('/update_count_to', WRONG_UPDATES),
  ...changes('/reset', WRONG_RESETS),
  ...ORIGINS,
]
