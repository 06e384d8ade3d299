/**
 * Wrong events, one wrong field each, in every way an event can be sent: a GET, a form, JSON alone and between good ones,
 * NDJSON, and plain text.
 */
import { names, type Refusal, shown } from './refusal.js'

/** When the events of these tables are sent. */
export const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)

/** A wrong value of a field. */
interface WrongField {
  readonly written: string
  readonly value: unknown
  /** The field that is named, where it isn't the one written. */
  readonly field?: string
  readonly says?: string
  /** `body`: a URL's text would mean something else, and be right. */
  readonly only?: 'body'
}

const LONG = 'x'.repeat(513)
const LONG_UTF8 = `${'é'.repeat(256)}x`
const DEEP = names(17)
/** Not well-formed Unicode: half a surrogate pair, escaped in JSON. */
const HALF = '\ud800'

const WRONG_NAMES: readonly [string, string][] = [
  ['513 bytes', LONG],
  ['513 bytes of UTF-8', LONG_UTF8],
  ['U+0000', 'a\u0000b'],
  ['U+001F', '\u001f'],
  ['a line end', 'a\nb'],
  ['half a surrogate pair', HALF],
]

const WRONG: readonly WrongField[] = [
  ...WRONG_NAMES.flatMap(([, name]) => [
    { written: 'key', value: name },
    { written: 'pk', value: ['a', name] },
    { written: 'dimensions', value: name },
    { written: 'dimension', value: ['a', name] },
    { written: 'dimensions', value: [['a'], [name]] },
    { written: 'dimensions', value: { [name]: 'a' } },
    { written: 'dimensions', value: { a: { b: [name] } } },
    { written: 'metric', value: name },
    { written: 'metrics', value: ['a', name] },
    { written: 'metrics', value: { [name]: 1 } },
  ]),
  // Keys.
  { written: 'key', value: {} },
  { written: 'category', value: { a: 1 } },
  { written: 'key', value: [['a']] },
  { written: 'key', value: [null] },
  { written: 'key', value: ['a', {}] },
  { written: 'key', value: DEEP, says: '16' },
  // Dimensions: too deep, too many, neither one thing nor the other.
  { written: 'dimensions', value: DEEP, says: '16' },
  {
    written: 'dimensions',
    value: DEEP.reduceRight<unknown>((inside, name) => ({ [name]: inside }), null),
    says: '16',
  },
  { written: 'dimensions', value: names(65).map(name => [name]), says: '64' },
  { written: 'dimensions', value: Object.fromEntries(names(65).map(name => [name, null])), says: '64' },
  { written: 'dimensions', value: { tag: names(65) }, says: '64' },
  { written: 'dimensions', value: [['a'], 'b'] },
  { written: 'dimensions', value: ['a', ['b']] },
  { written: 'dimensions', value: [['a'], null] },
  { written: 'dimensions', value: [['a'], { b: 1 }] },
  { written: 'dimensions', value: [{ a: 1 }] },
  { written: 'dimensions', value: [[['a']]] },
  { written: 'dimensions', value: [null] },
  { written: 'dimensions', value: ['a', null] },
  { written: 'dimensions', value: ['a', {}] },
  { written: 'dimensions', value: { a: [['x']] } },
  // Metrics.
  { written: 'metrics', value: 5, only: 'body' },
  { written: 'metrics', value: true, only: 'body' },
  { written: 'metrics', value: '', only: 'body' },
  { written: 'metrics', value: [1] },
  { written: 'metrics', value: [null] },
  { written: 'metrics', value: [['a']] },
  { written: 'metrics', value: [''] },
  { written: 'metrics', value: { '': 1 } },
  { written: 'metrics', value: ['a', 'a'], says: 'twice' },
  { written: 'metrics', value: { 'caf\u00e9': 1, 'cafe\u0301': 2 }, says: 'twice' },
  { written: 'metrics', value: { n: '5' }, field: 'metrics.n', says: 'quotes' },
  { written: 'metric', value: { n: 'five' }, field: 'metric.n' },
  { written: 'metrics', value: { n: null }, field: 'metrics.n' },
  { written: 'metrics', value: { n: true }, field: 'metrics.n' },
  { written: 'metrics', value: { n: [1] }, field: 'metrics.n' },
  { written: 'metrics', value: { n: { sum: 1 } }, field: 'metrics.n' },
  { written: 'metrics', value: { a: 1, b: {} }, field: 'metrics.b' },
  { written: 'metrics', value: names(64), says: '64' },
  { written: 'metrics', value: Object.fromEntries(names(65).map(name => [name, 1])), says: '64' },
  // Times.
  { written: 'at', value: 'yesterday' },
  { written: 'at', value: '', only: 'body' },
  { written: 'at', value: true },
  { written: 'at', value: [] },
  { written: 'at', value: {} },
  { written: 'at', value: 'NaN' },
  { written: 'at', value: '2026-03-01', says: 'with an offset' },
  { written: 'at', value: '2026-03-01T12:00:00', says: 'offset' },
  { written: 'at', value: '2026-02-30T12:00:00Z', says: 'no such day' },
  { written: 'at', value: '2026-13-01T12:00:00Z' },
  { written: 'at', value: '2026-03-01T24:00:00Z' },
  { written: 'at', value: '2026-03-01T12:60:00Z' },
  { written: 'at', value: '2026-03-01T12:00:61Z' },
  { written: 'at', value: '2026-03-01T12:00:00+24:00' },
  { written: 'at', value: '2026-03-01T12:00:00 Z' },
  { written: 'at', value: '12:00' },
  { written: 'at', value: '1969-12-31T23:59:59.999Z', says: 'before 1970' },
  { written: 'at', value: -1, says: 'before 1970' },
  { written: 'at', value: -0.001, says: 'before 1970' },
  { written: 'at', value: NOW_MS + 600_001, says: 'ahead' },
  { written: 'at', value: (NOW_MS + 600_001) / 1000, says: 'ahead' },
  { written: 'at', value: '2026-03-01T12:40:00.001Z', says: 'ahead' },
  { written: 'at', value: 4_102_444_800, says: 'ahead' },
  { written: 'at', value: 1e300 },
  { written: 'at', value: '1e999' },
  // Ids: text in a URL whatever they look like.
  { written: 'id', value: '' },
  { written: 'id', value: 'x'.repeat(129), says: '128' },
  { written: 'id', value: 'é'.repeat(65), says: '128' },
  { written: 'id', value: 'a\u0007' },
  { written: 'id', value: HALF, only: 'body' },
  { written: 'id', value: [], only: 'body' },
  { written: 'id', value: {}, only: 'body' },
  { written: 'id', value: true, only: 'body' },
]

/** Names of fields that an event doesn't have, and the one that is meant. */
const UNKNOWN: readonly [string, string][] = [
  ['dimensoins', 'dimensions'],
  ['Dimensions', 'dimensions'],
  ['metrc', 'metric'],
  ['keys', 'key'],
  ['ID', 'id'],
  ['time', 'did you mean'],
  ['__proto__', 'did you mean'],
  ['constructor', 'did you mean'],
  ['toString', 'did you mean'],
  ['', 'did you mean'],
]

/** All wrong events in all ways. */
export const EVENT_REFUSALS: readonly Refusal[] = [
  ...WRONG.flatMap(wrongField),
  ...UNKNOWN.flatMap(([written, says]) => unknownField(written, says)),
  ...pairs(),
  ...aliases(),
]

function wrongField({ written, value, field = written, says, only }: WrongField): Refusal[] {
  const more = { field, ...(says !== undefined && { says }) }
  const event = { [written]: value }
  const inBodies = bodies(event, `${written}=${shown(JSON.stringify(value))}`, more)
  if (only === 'body') return inBodies
  const query = `${written}=${encoded(value)}`
  return [...inBodies, ...queries(query, more)]
}

function unknownField(written: string, says: string): Refusal[] {
  // A literal `__proto__` would set the prototype.
  const event = JSON.parse(`{${JSON.stringify(written)}: 1}`) as object
  const query = `${encodeURIComponent(written)}=1`
  const inQueries = queries(query, { field: written, says })
  return [
    ...bodies(event, `unknown ${written}`, { field: written, says }),
    ...inQueries.map(each => ({ ...each, code: 'unknown_parameter' as const })),
  ]
}

/** 17 series × 64 metrics are 1,088 sums; 1,024 are the most. */
function pairs(): Refusal[] {
  const event = {
    dimensions: names(16).map(name => [name]),
    metrics: Object.fromEntries(names(63).map(name => [name, 1])),
  }
  const more = { field: 'dimensions', says: '1024' }
  const query = `dimensions=${encoded(event.dimensions)}&metrics=${encoded(event.metrics)}`
  return [...bodies(event, '1,088 sums', more), ...queries(query, more)]
}

/** Two spellings of one field, even where they agree. */
function aliases(): Refusal[] {
  const twice: readonly [string, string][] = [
    ['key', 'pk'],
    ['pk', 'category'],
    ['dimensions', 'dimension'],
    ['metric', 'metrics'],
  ]
  return twice.flatMap(([one, other]) => {
    const more = { field: other, says: one }
    const inQueries = queries(`${one}=a&${other}=a`, more)
    return [
      ...bodies({ [one]: 'a', [other]: 'a' }, `${one} and ${other}`, more),
      ...inQueries.map(each => ({ ...each, code: 'invalid_parameter' as const })),
    ]
  })
}

function encoded(value: unknown): string {
  const isPlain = typeof value === 'string' && !/^[[{"]/.test(value) && isWellFormed(value)
  return encodeURIComponent(isPlain ? value : JSON.stringify(value))
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text)
}

type More = Pick<Refusal, 'field' | 'says'>

function queries(query: string, more: More): Refusal[] {
  const code = 'invalid_event'
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  return [
    { name: `GET ${shown(query)}`, method: 'GET', path: `/count?${query}`, code, ...more },
    { name: `GET /count_now ${shown(query)}`, method: 'GET', path: `/count_now?${query}`, code, ...more },
    {
      name: `form ${shown(query)}`,
      method: 'POST',
      path: '/count',
      headers: form,
      body: query,
      code,
      ...more,
    },
  ]
}

/** An event alone, and one between two good ones: in none of them anything is counted. */
function bodies(event: object, name: string, more: More): Refusal[] {
  const good = { key: 'good', dimensions: { a: 'b' }, metrics: { n: 1 } }
  const all = [good, event, good].map(each => JSON.stringify(each))
  const lines = all.join('\n')
  const post = (how: string, type: string, body: string, index: number): Refusal => ({
    name: `${how} ${name}`,
    method: 'POST',
    path: '/count',
    headers: { 'content-type': type },
    body,
    code: 'invalid_event',
    index,
    ...more,
  })
  return [
    post('JSON', 'application/json', all[1]!, 0),
    post('JSON array', 'application/json; charset=utf-8', `[${all.join(',')}]`, 1),
    post('NDJSON', 'application/x-ndjson', lines, 1),
    post('text', 'text/plain;charset=UTF-8', lines, 1),
  ]
}
