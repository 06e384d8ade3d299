/** A time as people write it in a question: epoch seconds or milliseconds, ISO 8601 with or without an offset, `now`. */
import { Temporal } from 'temporal-polyfill'
import { fieldError } from './errors.js'
import { DAY_MS } from './interval.js'
import type { Zone } from './timezone.js'

/** Epoch numbers of at least this are milliseconds: as seconds they would lie 3,000 years ahead. */
const MILLISECONDS_FROM = 1e11

const LATEST_MS = Date.UTC(2200, 0, 1)

/** What local and relative times are read against. */
export interface Clock {
  readonly nowMs: number
  readonly zone: Zone
}

/**
 * Epoch ms of a time: a number (≥ 1e11: ms, else s), ISO with offset, an ISO date (its first instant) or date and time in the
 * zone, `now`. A local time that the clocks leave out is the instant they are put forward; one that comes twice is the first.
 * Throws `invalid_parameter` for `field`, also outside 1970 (less 24 h, for zones) to 2200.
 */
export function parseInstant(text: string, field: string, clock: Clock): number {
  const ms =
    text === 'now' ? clock.nowMs : (numberMs(text) ?? offsetTimeMs(text) ?? localTimeMs(text, clock.zone))
  if (ms === undefined) {
    throw fieldError(
      field,
      `'${text}' is no time; write epoch seconds, 2026-03-01, 2026-03-01T12:00, 2026-03-01T12:00Z or now${plusHint(text)}`,
    )
  }
  if (ms >= -DAY_MS && ms < LATEST_MS) return ms
  throw fieldError(field, `'${text}' is not between 1970 and 2200`)
}

function numberMs(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return value >= MILLISECONDS_FROM ? value : value * 1000
}

function offsetTimeMs(text: string): number | undefined {
  return tried(() => Temporal.Instant.from(text).epochMilliseconds)
}

function localTimeMs(text: string, zone: Zone): number | undefined {
  const local = tried(() => Temporal.PlainDateTime.from(text).toZonedDateTime('UTC').epochMilliseconds)
  return local === undefined ? undefined : zone.firstInstant(local)
}

function tried(read: () => number): number | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** A plus sign that a URL turned into a space is the usual slip. */
function plusHint(text: string): string {
  return /:\d\d \d\d:?\d\d$/.test(text) ? ' (a plus sign is %2B in a URL)' : ''
}
