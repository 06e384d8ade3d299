/** Bodies that can't be read: no JSON, no UTF-8, wrong content types and encodings, too large, too many. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { ErrorCode } from '../../src/model/errors.js'
import { DEFAULT_LIMITS } from '../../src/model/limits.js'
import { type Refusal, shown } from './refusal.js'

const JSON_TYPE = 'application/json'
const LINES_TYPE = 'application/x-ndjson'
const GOOD = '{"key":"good"}'

/** Texts that are no JSON document of events, as `application/json`. */
const NO_JSON: readonly string[] = [
  ' ',
  '\n',
  'null',
  '5',
  'true',
  '"text"',
  '1e400',
  'NaN',
  'undefined',
  '{',
  '}',
  '[',
  ']',
  '[{}',
  '[{},]',
  '{"key":"a",}',
  '{"key":}',
  '{"key" "a"}',
  "{'key':'a'}",
  '{key:"a"}',
  '{"key":"a"',
  `${GOOD} trailing`,
  `${GOOD},${GOOD}`,
  `${GOOD}\n${GOOD}`,
  '{"key":"a\nb"}',
  '{"key":"\\x"}',
  '{"key":"\\u12"}',
  '{"at":01}',
  '{"at":+1}',
  '{"at":.5}',
  '/* */ {}',
  '\u00a0{}',
  'key=a',
  '<xml/>',
  '['.repeat(100_000),
  '{"a":'.repeat(100_000),
]

/** Documents whose events are none, with the index and field of the first wrong one. */
const NO_EVENTS: readonly [string, string, number, string][] = [
  [JSON_TYPE, '[null]', 0, 'event'],
  [JSON_TYPE, '[5]', 0, 'event'],
  [JSON_TYPE, '["key"]', 0, 'event'],
  [JSON_TYPE, '[[]]', 0, 'event'],
  [JSON_TYPE, `[${GOOD},true]`, 1, 'event'],
  [JSON_TYPE, '[12345678901234567890]', 0, 'event'],
  [JSON_TYPE, '{"metrics":{"n":1e400}}', 0, 'metrics.n'],
  [JSON_TYPE, '{"metrics":{"n":-1e400}}', 0, 'metrics.n'],
  [JSON_TYPE, '{"key":1e400}', 0, 'key'],
  [JSON_TYPE, '{"dimensions":{"a":1e400}}', 0, 'dimensions'],
  [JSON_TYPE, '{"at":1e400}', 0, 'at'],
  [JSON_TYPE, `{"dimensions":${'['.repeat(600)}${']'.repeat(600)}}`, 0, 'dimensions'],
  [JSON_TYPE, `{"dimensions":${'{"a":'.repeat(600)}1${'}'.repeat(600)}}`, 0, 'dimensions'],
  [LINES_TYPE, 'garbage', 0, 'event'],
  [LINES_TYPE, `${GOOD}\n{`, 1, 'event'],
  [LINES_TYPE, `${GOOD}\n\n${GOOD}\nnull\n`, 2, 'event'],
  [LINES_TYPE, `[${GOOD}]`, 0, 'event'],
  [LINES_TYPE, `${GOOD} ${GOOD}`, 0, 'event'],
  [LINES_TYPE, `${GOOD}\r${GOOD}`, 0, 'event'],
  ['text/plain', `${GOOD}\nkey=a`, 1, 'event'],
]

const NO_UTF8: readonly Buffer[] = [
  Buffer.from([0x22, 0xff, 0x22]),
  Buffer.from([0x7b, 0x22, 0x6b, 0x65, 0x79, 0x22, 0x3a, 0x22, 0xc3, 0x22, 0x7d]),
  Buffer.from([0x7b, 0x22, 0x6b, 0x65, 0x79, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  Buffer.from(`\ufeff${GOOD}`, 'utf16le'),
]

const WRONG_TYPES: readonly string[] = [
  'application/xml',
  'multipart/form-data; boundary=x',
  'image/png',
  'text/html',
  'application/json; charset=utf-16',
  'application/json; charset=iso-8859-1',
  'text/plain; charset="latin1"',
  'application/protobuf',
  'json',
  'application',
]

/** All unreadable bodies. */
export const BODY_REFUSALS: readonly Refusal[] = [
  ...NO_JSON.map(text => post(`no JSON: ${shown(text)}`, 'invalid_body', JSON_TYPE, text)),
  ...NO_EVENTS.map(([type, text, index, field]) => ({
    ...post(`no event: ${shown(text)}`, 'invalid_event', type, text),
    index,
    field,
  })),
  ...NO_UTF8.flatMap(bytes => [
    post(`no UTF-8: ${bytes.toString('hex')}`, 'invalid_body', JSON_TYPE, bytes),
    post(`no UTF-8 lines: ${bytes.toString('hex')}`, 'invalid_body', LINES_TYPE, bytes),
  ]),
  post('no UTF-8 in a form', 'invalid_parameter', 'application/x-www-form-urlencoded', 'key=%ff', 'key'),
  post(
    'a form of JSON lines that are none',
    'invalid_event',
    'application/x-www-form-urlencoded',
    '{"key":',
    'event',
  ),
  post(
    'a form of a JSON array that is none',
    'invalid_body',
    'application/x-www-form-urlencoded',
    '[{"key":',
  ),
  ...WRONG_TYPES.map(type => post(`content type ${type}`, 'unsupported_media_type', type, GOOD)),
  ...encodings(),
  ...largeOnes(),
  ...aroundTheBody(),
]

function post(
  name: string,
  code: ErrorCode,
  type: string,
  body: string | Buffer,
  field?: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return {
    name: `POST ${name}`,
    method: 'POST',
    path: '/count',
    headers: { 'content-type': type, ...headers },
    body,
    code,
    ...(field !== undefined && { field }),
  }
}

function encodings(): Refusal[] {
  const zeros = Buffer.alloc(DEFAULT_LIMITS.bodyBytes + 1, 0x20)
  const encoded = (name: string, code: ErrorCode, encoding: string, body: Buffer): Refusal =>
    post(name, code, JSON_TYPE, body, undefined, { 'content-encoding': encoding })
  const plain = Buffer.from(GOOD)
  return [
    encoded('gzip that is none', 'invalid_body', 'gzip', plain),
    encoded('gzip cut short', 'invalid_body', 'gzip', gzipSync(plain).subarray(0, -6)),
    encoded('gzip with a wrong sum', 'invalid_body', 'gzip', flipped(gzipSync(plain))),
    encoded('gzip of no JSON', 'invalid_body', 'gzip', gzipSync('nothing')),
    encoded('br that is none', 'invalid_body', 'br', plain),
    encoded('br cut short', 'invalid_body', 'br', brotliCompressSync(plain).subarray(0, -2)),
    encoded('deflate that is none', 'invalid_body', 'deflate', plain),
    encoded('an encoding that nobody knows', 'unsupported_media_type', 'zstd', plain),
    encoded('an encoding with a wrong one', 'unsupported_media_type', 'gzip, rot13', plain),
    encoded('three encodings', 'unsupported_media_type', 'gzip, gzip, gzip', plain),
    encoded('a gzip bomb', 'body_too_large', 'gzip', gzipSync(zeros)),
    encoded('a br bomb', 'body_too_large', 'br', brotliCompressSync(zeros)),
    encoded('a deflate bomb', 'body_too_large', 'deflate', deflateSync(zeros)),
    encoded('a bomb in a bomb', 'body_too_large', 'gzip, gzip', gzipSync(gzipSync(zeros))),
  ]
}

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  changed[changed.length - 5]! ^= 0xff
  return changed
}

function largeOnes(): Refusal[] {
  const { bodyBytes, eventsPerRequest } = DEFAULT_LIMITS
  const many = new Array<string>(eventsPerRequest + 1).fill(GOOD)
  const large = GOOD.padEnd(bodyBytes + 1)
  return [
    post('16 MiB and a byte', 'body_too_large', JSON_TYPE, large),
    post('16 MiB and a byte of no known type', 'body_too_large', 'image/png', large),
    post('100,001 events', 'body_too_large', JSON_TYPE, `[${many.join(',')}]`),
    post('100,001 lines', 'body_too_large', LINES_TYPE, many.join('\n')),
  ]
}

function aroundTheBody(): Refusal[] {
  const key = (value: string) =>
    post(`Idempotency-Key ${shown(value)}`, 'invalid_parameter', JSON_TYPE, GOOD, 'Idempotency-Key', {
      'idempotency-key': value,
    })
  const at = (path: string, code: ErrorCode, field: string): Refusal => ({
    ...post(path, code, JSON_TYPE, GOOD, field),
    path,
  })
  return [
    key(''),
    key('x'.repeat(129)),
    at('/count?partial=maybe', 'invalid_parameter', 'partial'),
    at('/count?partial=true&partial=false', 'invalid_parameter', 'partial'),
    at('/count?partail=true', 'unknown_parameter', 'partail'),
    at('/count?key=a', 'unknown_parameter', 'key'),
    at('/count_now?key=a', 'unknown_parameter', 'key'),
  ]
}
