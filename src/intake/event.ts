/**
 * An event object, `{key, dimensions, metrics, at, id}` or the aliases, as a `CountEvent`. The fast road parses each field once and
 * stops at the first wrong one; only then is every field looked at again, to name all that are wrong.
 */

import { type FieldError, fieldError, HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import type { Limits } from '../model/limits.js'
import { hasControl, quoted, utf8Bytes } from '../model/name.js'
import { checkPairs, parseDimensions } from './dimensions.js'
import { parseKey } from './key.js'
import { parseEventMetrics } from './metrics.js'
import { nearest } from './nearest.js'
import { parseTime } from './time.js'
import { kindOf, scalarText } from './value.js'

/** What an event is read against. */
export interface IntakeContext {
  /** The server's clock on receipt, epoch milliseconds: the time of an event that has none. */
  readonly nowMs: number
  readonly limits: Limits
}

/** Fields with JSON values, as an event object or the parameters of a URL hold them. */
export type Fields = Readonly<Record<string, unknown>>

/** The fields of an event and their aliases. */
export const EVENT_FIELDS = [
  { name: 'key', aliases: ['pk', 'category'] },
  { name: 'dimensions', aliases: ['dimension'] },
  { name: 'metrics', aliases: ['metric'] },
  { name: 'at', aliases: [] },
  { name: 'id', aliases: [] },
] as const

type FieldName = (typeof EVENT_FIELDS)[number]['name']

/** Every field name, as it may be written → the field it means. */
const MEANING: ReadonlyMap<string, FieldName> = new Map(
  EVENT_FIELDS.flatMap(({ name, aliases }) => [name, ...aliases].map(written => [written, name] as const)),
)

/**
 * The event that the fields stand for. `undefined` and `null` are as good as absent.
 * Throws `invalid_event` whose `errors` name each wrong field as it was written.
 */
export function toEvent(fields: Fields, context: IntakeContext): CountEvent {
  try {
    return readEvent(fields, context)
  } catch (error) {
    if (!(error instanceof HailWhaleError)) throw error
    throw eventError(wrongFields(fields, context, error))
  }
}

/** The id of an event: a text (or the text of a number) of 1 to `limits.idBytes` bytes without control characters. Throws about `field`. */
export function parseId(value: unknown, limits: Limits, field = 'id'): string {
  const id = typeof value === 'boolean' ? undefined : scalarText(value, field)
  if (id === undefined) throw fieldError(field, `an id is a string, not ${kindOf(value)}`)
  if (id === '') throw fieldError(field, 'the id is empty: leave it out, or send one')
  if (id.length > limits.idBytes || utf8Bytes(id) > limits.idBytes) {
    throw fieldError(field, `the id ${quoted(id)} is longer than ${limits.idBytes} bytes of UTF-8`)
  }
  if (hasControl(id)) throw fieldError(field, `the id ${quoted(id)} has a control character (U+0000–U+001F)`)
  if (utf8Bytes(id) < 0) throw fieldError(field, `the id ${quoted(id)} has half a surrogate pair`)
  return id
}

/** Like `toEvent`, but the error is about the first wrong field only (`invalid_parameter`): for where no one reads more of it. */
export function readEvent(fields: Fields, context: IntakeContext): CountEvent {
  let key: string | undefined
  let dimensions: string | undefined
  let metrics: string | undefined
  for (const written in fields) {
    const value = fields[written]
    const meaning = MEANING.get(written)
    if (meaning === undefined && value !== undefined) throw unknownField(written)
    if (value === undefined || value === null) continue
    if (meaning === 'key') key = only(key, written)
    else if (meaning === 'dimensions') dimensions = only(dimensions, written)
    else if (meaning === 'metrics') metrics = only(metrics, written)
  }
  const { limits, nowMs } = context
  const event = {
    key: parseKey(key && fields[key], limits, key),
    paths: parseDimensions(dimensions && fields[dimensions], limits, dimensions),
    metrics: parseEventMetrics(metrics && fields[metrics], limits, metrics),
    atMs: parseTime(fields.at, nowMs, limits),
  }
  checkPairs(event.paths, event.metrics.size, limits, dimensions)
  return fields.id === undefined || fields.id === null ? event : { ...event, id: parseId(fields.id, limits) }
}

/** The one spelling of a field; two aliases together are refused, even where they agree. */
function only(before: string | undefined, written: string): string {
  if (before === undefined) return written
  throw fieldError(written, `means the same as ${before}: give one of them`)
}

/** All that is wrong with the fields: `first`, and what each field by itself is refused for. */
function wrongFields(fields: Fields, context: IntakeContext, first: HailWhaleError): FieldError[] {
  const errors: FieldError[] = [...first.errors]
  for (const written in fields) {
    if (errors.length >= context.limits.errorsNamed) break
    const error = refusal(written, fields[written], context)
    if (error !== undefined && !errors.some(known => known.field === error.field)) errors.push(error)
  }
  return errors
}

function refusal(written: string, value: unknown, context: IntakeContext): FieldError | undefined {
  try {
    readField(written, value, context)
    return undefined
  } catch (error) {
    if (error instanceof HailWhaleError) return error.errors[0]
    throw error
  }
}

function readField(written: string, value: unknown, { limits, nowMs }: IntakeContext): unknown {
  if (value === undefined || value === null) return MEANING.has(written) ? value : unknownFieldThrown(written)
  switch (MEANING.get(written)) {
    case 'key':
      return parseKey(value, limits, written)
    case 'dimensions':
      return parseDimensions(value, limits, written)
    case 'metrics':
      return parseEventMetrics(value, limits, written)
    case 'at':
      return parseTime(value, nowMs, limits, written)
    case 'id':
      return parseId(value, limits, written)
    default:
      return unknownFieldThrown(written)
  }
}

function unknownFieldThrown(written: string): never {
  throw unknownField(written)
}

function unknownField(written: string): HailWhaleError {
  const shown = written.length <= 40 ? written : `${written.slice(0, 40)}…`
  return fieldError(
    shown,
    `an event has no such field: did you mean ${nearest(written, [...MEANING.keys()])}?`,
  )
}

function eventError(errors: readonly FieldError[]): HailWhaleError {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return new HailWhaleError('invalid_event', detail, { errors })
}
