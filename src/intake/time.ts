/**
 * The time of an event: epoch seconds or milliseconds (1e11 and more are milliseconds), as a number or as text, or
 * ISO 8601 with an offset. Fractions below a millisecond are cut, so that a time never moves into the next bucket.
 */
import { fieldError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { quoted } from '../model/name.js'
import { kindOf, numberOf } from './value.js'

const MS_FROM = 1e11
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/
const WITHOUT_OFFSET = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?$/
/** A blank may stand for the `+` of the offset: that is what an unescaped `+` in a URL becomes. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?(?:[Zz]|([+\- ])(\d{2}):?(\d{2})?)$/

/**
 * Epoch milliseconds (an integer) of a time; absent (`undefined` or `null`) is `nowMs`.
 * Throws about `field` for what is no time, before 1970, or more than `limits.aheadMs` ahead of `nowMs`.
 */
export function parseTime(value: unknown, nowMs: number, limits: Limits, field = 'at'): number {
  if (value === undefined || value === null) return nowMs
  return checkTime(instant(value, field), nowMs, limits, field)
}

/** Epoch milliseconds of a time, past or future, within what a `Date` can hold. Throws about `field`. */
export function instant(value: unknown, field: string): number {
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : numberOf(value)
  if (number !== undefined) return epochMs(number, field)
  if (typeof value === 'string') return isoMs(value, field)
  throw fieldError(
    field,
    `a time is epoch seconds, epoch milliseconds or ISO 8601 with an offset, not ${kindOf(value)}`,
  )
}

/** Doubles around 1.7e9 s are 0.0002 ms apart: what is that close below a millisecond was meant to be it. */
function epochMs(number: number, field: string): number {
  const ms = Math.floor((Math.abs(number) >= MS_FROM ? number : number * 1000) + 0.0005)
  if (Math.abs(ms) <= 8.64e15) return ms
  throw fieldError(field, 'the number is no time: epoch seconds or milliseconds are wanted')
}

function checkTime(ms: number, nowMs: number, limits: Limits, field: string): number {
  if (ms < 0) throw fieldError(field, `${new Date(ms).toISOString()} is before 1970`)
  if (ms <= nowMs + limits.aheadMs) return ms
  throw fieldError(
    field,
    `${new Date(ms).toISOString()} is ahead of the server's clock (${new Date(nowMs).toISOString()}) by more than ${limits.aheadMs / 60_000} minutes`,
  )
}

function isoMs(text: string, field: string): number {
  const parts = ISO.exec(text)
  if (parts === null) throw fieldError(field, whyNotIso(text))
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second = '0',
    fraction = '',
    sign = '+',
    offsetHour = '0',
    offsetMinute = '0',
  ] = parts
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day))
  // Date.UTC carries over: 30 February becomes 1 March. Year 0–99 would mean 19xx; neither is a time of an event.
  const real = new Date(date).toISOString().slice(0, 10) === `${year}-${month}-${day}`
  const wrong = Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60
  if (!real || wrong || Number(offsetHour) > 23 || Number(offsetMinute) > 59) {
    throw fieldError(field, `${quoted(text)} is no time: there is no such day, hour or offset`)
  }
  // A leap second is counted into the second before it: epoch time has no other place for it.
  const local = (Number(hour) * 60 + Number(minute)) * 60 + Math.min(59, Number(second))
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60 * (sign === '-' ? -1 : 1)
  return date + (local - offset) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'))
}

function whyNotIso(text: string): string {
  if (DATE_ONLY.test(text))
    return `${quoted(text)} is a day: say when, with an offset, as in ${text}T12:00:00Z`
  if (WITHOUT_OFFSET.test(text)) return `${quoted(text)} has no offset: add Z or one like +02:00`
  return `${quoted(text)} is no time: epoch seconds, epoch milliseconds or ISO 8601 with an offset (2024-02-29T12:00:00Z) is wanted`
}
