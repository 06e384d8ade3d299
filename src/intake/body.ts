/**
 * The events of a request's body: JSON, NDJSON, either of them as plain text, or a form. A body that can't be read at all throws;
 * events that are wrong are told by their index, beside the good ones, and the caller decides: all or nothing, or `partial`.
 */
import { constants, isUtf8 } from 'node:buffer'
import { type FieldError, fieldError, HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import { type Fields, type IntakeContext, readEvent, toEvent } from './event.js'
import { JsonError, LongInteger, mayHoldLongIntegers, parseJson } from './json.js'
import { bodyFormat } from './media-type.js'
import { eventFromQuery } from './parameters.js'
import { kindOf } from './value.js'

export { decodeBody } from './decode.js'

/** What a body holds. */
export interface BodyEvents {
  /** The good events, in order. */
  readonly events: readonly CountEvent[]
  /** The index in the request of each good event. */
  readonly indexes: readonly number[]
  /** What is wrong with the others, with their index: the first `limits.errorsNamed`. */
  readonly errors: readonly FieldError[]
  /** How many events are wrong, named or not. */
  readonly wrong: number
  /** Events in the request, good and wrong. */
  readonly total: number
}

/**
 * Reads the events of a body (decoded: see `decodeBody`). An empty array is no event and no error.
 * Throws `unsupported_media_type`, `invalid_body`, `body_too_large` (more events than `limits.eventsPerRequest`), and for a
 * form what `eventFromQuery` throws.
 */
export function eventsFromBody(
  body: Buffer,
  contentType: string | undefined,
  context: IntakeContext,
): BodyEvents {
  const format = bodyFormat(contentType)
  const text = textOf(body)
  const found = new Found(context)
  if (format === 'json') readJson(text, found)
  else if (format === 'ndjson') readLines(text, found)
  else if (format === 'text' || /^\s*[{[]/.test(text)) readEither(text, found)
  else found.add(eventFromQuery(text.trim(), context))
  return found
}

/** The event on one line of NDJSON. Throws `HailWhaleError` or `JsonError` for what is none, without naming all that is wrong. */
export function eventFromLine(line: Buffer, context: IntakeContext): CountEvent {
  return new Found(context).read(parseJson(textOf(line)))
}

/** The error that refuses a request for its wrong events (`found.wrong` > 0), where it isn't `partial`. */
export function wrongEventsError(found: BodyEvents): HailWhaleError {
  const first = found.errors[0]
  const which =
    first === undefined ? '' : `; the first: event ${first.index}, ${first.field}: ${first.message}`
  const detail = `${found.wrong} of ${found.total} events are wrong, nothing was counted${which}`
  return new HailWhaleError('invalid_event', detail, { errors: found.errors })
}

/** The collecting side of `BodyEvents`. */
class Found implements BodyEvents {
  readonly events: CountEvent[] = []
  readonly indexes: number[] = []
  readonly errors: FieldError[] = []
  wrong = 0
  total = 0
  readonly #context: IntakeContext

  constructor(context: IntakeContext) {
    this.#context = context
  }

  add(event: CountEvent): void {
    this.events.push(event)
    this.indexes.push(this.total)
    this.total += 1
  }

  /** Takes one JSON value as an event. */
  take(value: unknown): void {
    try {
      this.add(this.read(value))
    } catch (error) {
      if (!(error instanceof HailWhaleError)) throw error
      this.refuse(error.errors)
    }
  }

  refuse(errors: readonly FieldError[]): void {
    for (const error of errors) {
      if (this.errors.length < this.#context.limits.errorsNamed)
        this.errors.push({ ...error, index: this.total })
    }
    this.wrong += 1
    this.total += 1
  }

  /** One JSON value as an event. All that is wrong is only worth finding out while there is room to name it. */
  read(value: unknown): CountEvent {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof LongInteger) {
      throw fieldError('event', `an event is an object, not ${kindOf(value)}`)
    }
    const room = this.errors.length < this.#context.limits.errorsNamed
    return room ? toEvent(value as Fields, this.#context) : readEvent(value as Fields, this.#context)
  }

  checkCount(count: number): void {
    const most = this.#context.limits.eventsPerRequest
    if (count > most) throw new HailWhaleError('body_too_large', `more than ${most} events in one request`)
  }
}

function textOf(body: Buffer): string {
  if (body.length > constants.MAX_STRING_LENGTH)
    throw new HailWhaleError('body_too_large', 'the body is too large')
  if (!isUtf8(body)) throw new HailWhaleError('invalid_body', 'the body is no UTF-8')
  const start = body.length >= 3 && body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0
  const text = body.toString('utf8', start)
  if (text.trimStart() === '') throw new HailWhaleError('invalid_body', 'the body is empty')
  return text
}

function readJson(text: string, found: Found): void {
  try {
    takeDocument(parseJson(text), found)
  } catch (error) {
    if (error instanceof JsonError) throw notJson(error)
    throw error
  }
}

/** JSON, else NDJSON: a text that is wrong as both is refused as what it looks like. */
function readEither(text: string, found: Found): void {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    if (!/^\s*\{/.test(text)) throw notJson(error)
    readLines(text, found)
    return
  }
  takeDocument(value, found)
}

function takeDocument(value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    found.checkCount(value.length)
    for (const item of value) found.take(item)
  } else if (typeof value === 'object' && value !== null && !(value instanceof LongInteger)) {
    found.take(value)
  } else {
    const detail = `the body is ${kindOf(value)}: an event or an array of events is wanted`
    throw new HailWhaleError('invalid_body', detail)
  }
}

function readLines(text: string, found: Found): void {
  const exact = mayHoldLongIntegers(text)
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    const line = text.slice(start, end)
    start = end + 1
    if (isBlank(line)) continue
    found.checkCount(found.total + 1)
    takeLine(line, exact, found)
  }
}

function takeLine(line: string, exact: boolean, found: Found): void {
  let value: unknown
  try {
    value = parseJson(line, exact)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    found.refuse([{ field: 'event', message: `the line is not JSON: ${error.message}` }])
    return
  }
  found.take(value)
}

function isBlank(line: string): boolean {
  const first = line.charCodeAt(0)
  return first === 0x7b ? false : line.trim() === ''
}

function notJson(error: JsonError): HailWhaleError {
  const hint = error.reason === 'expected the end' ? ' (one event a line is application/x-ndjson)' : ''
  return new HailWhaleError('invalid_body', `the body is not JSON: ${error.message}${hint}`)
}
