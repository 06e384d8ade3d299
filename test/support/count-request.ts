/** Requests that count: events in one of the transports of the contract (§2), and what each must be answered. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { CountEvent } from '../../src/model/event.js'
import type { CountOutcome } from '../../src/model/outcome.js'
import type { Dice } from './dice.js'
import { spellObject, spellQuery } from './spelling.js'

/** A request as it goes out. */
export interface WireRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
}

/** An answer as it comes in. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

/** A request that counts, and how its answer is written. */
export interface CountRequest extends WireRequest {
  readonly answer: 'ok' | 'pixel' | 'json'
  /** The wrong events among its own; with `partial` they are left out, otherwise they refuse the request. */
  readonly wrong: number
  readonly partial: boolean
}

const WRONG_EVENTS = [
  '{"metrics":{"dollars":"many"}}',
  '{"dimension":"a","dimensions":"b"}',
  '{"at":"yesterday"}',
  '{"keys":"a"}',
  '{"metrics":[""]}',
  '{"key":"a\\u0001"}',
  '{"dimensions":[["a"],"b"]}',
  '7',
]

/** Writes a request that counts these events. */
export function spellRequest(
  dice: Dice,
  events: readonly CountEvent[],
  nowMs: number,
  idempotencyKey?: string,
): CountRequest {
  const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }
  const only = events.length === 1 ? events[0] : undefined
  if (only && !dice.once(3)) return spellSingle(dice, only, nowMs, headers)
  return spellBody(dice, events, nowMs, headers)
}

function spellSingle(
  dice: Dice,
  event: CountEvent,
  nowMs: number,
  headers: Readonly<Record<string, string>>,
): CountRequest {
  const query = spellQuery(dice, event, nowMs, true)
  const count = dice.pick(['/count', '/count_now'])
  const rest = { headers, wrong: 0, partial: false }
  if (query.length > 7000) return spellBody(dice, [event], nowMs, headers)
  switch (dice.below(5)) {
    case 0:
      return { ...rest, method: 'GET', url: `/count.gif?${query}`, answer: 'pixel' }
    case 1:
      return { ...rest, method: 'POST', url: `${count}?${query}`, answer: 'json' }
    case 2: {
      const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' }
      const body = Buffer.from(spellQuery(dice, event, nowMs, false))
      if (body.length > 0)
        return { ...packed(dice, form, body), url: count, answer: 'json', wrong: 0, partial: false }
      return { ...rest, method: 'GET', url: `${count}?${query}`, answer: 'ok' }
    }
    default:
      return { ...rest, method: 'GET', url: `${count}?${query}`, answer: 'ok' }
  }
}

function spellBody(
  dice: Dice,
  events: readonly CountEvent[],
  nowMs: number,
  headers: Readonly<Record<string, string>>,
): CountRequest {
  // As programs write it: the common shape, which NDJSON has a fast road for.
  const isCommon =
    dice.once(3) && events.every(({ paths }) => !paths.some(path => path.length === 1 && path[0] === '_'))
  const objects = events.map(event => (isCommon ? commonObject(event) : spellObject(dice, event, nowMs)))
  const partial = dice.once(4)
  const wrong = dice.once(partial ? 2 : 8) ? dice.between(1, 3) : 0
  for (let i = 0; i < wrong; i++) objects.splice(dice.between(0, objects.length), 0, dice.pick(WRONG_EVENTS))
  const lines = (isCommon || dice.once(2)) && objects.length > 0
  const json =
    objects.length === 1 && objects[0] !== '7' && dice.once(2)
      ? objects[0]!
      : `[${objects.join(dice.pick([',', ' ,\n']))}]`
  const ndjson = `${objects.join(dice.pick(['\n', '\r\n', '\n\n']))}${dice.pick(['', '\n'])}`
  const type = lines ? dice.pick(NDJSON_TYPES) : dice.pick(JSON_TYPES)
  // A single number on a line of plain text is no event to anybody.
  const asLines = lines && !(type.startsWith('text/plain') && !/^\{/.test(ndjson))
  const body = Buffer.from(asLines ? ndjson : json)
  const named = { ...headers, 'content-type': asLines ? type : dice.pick(JSON_TYPES) }
  const url = partial
    ? dice.pick(['/count?partial=true', '/count?partial', '/count_now?partial=1'])
    : '/count'
  return { ...packed(dice, named, body), url, answer: 'json', wrong, partial }
}

/** An event as a program would write it: no blanks, main names, paths of one or two names as an object. */
function commonObject({ key, paths, metrics, atMs, id }: CountEvent): string {
  const isShort = paths.length > 0 && paths.every(path => path.length === 2)
  const named = new Set(paths.map(path => path[0]))
  const nested = isShort && named.size === paths.length
  return JSON.stringify({
    key: key.length === 1 && key[0] !== '' ? key[0] : key,
    dimensions: nested ? Object.fromEntries(paths) : paths,
    metrics: Object.fromEntries(metrics),
    at: atMs,
    ...(id !== undefined && { id }),
  })
}

const JSON_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
]
const NDJSON_TYPES = ['application/x-ndjson', 'application/x-ndjson', 'application/jsonl']

/** A POST, its body perhaps compressed. */
function packed(
  dice: Dice,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Pick<WireRequest, 'headers' | 'body'> & { readonly method: 'POST' } {
  const encodings = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }
  const encoding = dice.pick(['none', 'none', 'none', 'gzip', 'br', 'deflate'] as const)
  if (encoding === 'none') return { method: 'POST', headers, body }
  return {
    method: 'POST',
    headers: { ...headers, 'content-encoding': encoding },
    body: encodings[encoding](body),
  }
}

/** What of an answer says what became of the request, in one form for all transports. */
export function answerOf(request: CountRequest, { status, headers, body }: WireAnswer): object {
  if (status !== 200) return { status }
  const duplicates = Number(headers['hailwhale-duplicates'] ?? 0)
  const overflowed = Number(headers['hailwhale-overflowed'] ?? 0)
  if (request.answer === 'ok') return { status, text: body.toString(), duplicates, overflowed }
  if (request.answer === 'pixel') return { status, bytes: body.length }
  const { errors: _errors, ...outcome } = JSON.parse(body.toString()) as Record<string, unknown>
  return { status, ...outcome }
}

/** The answer that a request must get for an outcome of its good events. */
export function expectedAnswer({ answer, wrong, partial }: CountRequest, outcome: CountOutcome): object {
  const { counted, duplicates, overflowed } = outcome
  if (answer === 'ok') return { status: 200, text: 'OK', duplicates, overflowed }
  if (answer === 'pixel') return { status: 200, bytes: 43 }
  return {
    status: 200,
    counted,
    duplicates,
    ...(overflowed > 0 && { overflowed }),
    ...(partial && { wrong }),
  }
}
