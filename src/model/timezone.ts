/**
 * Time zones, and their buckets. Buckets narrower than an hour are those of UTC in every zone; an hour and wider are the zone's:
 * - 1h starts where the local clock shows a full hour, and where it is put forward past one. Through a change of whole
 *   hours these are hours of elapsed time (one more or one fewer in that day). At Lord Howe, whose clocks move by 30
 *   minutes, the hour of the change is 30 or 90 minutes long.
 * - 1d starts at the first instant of a local date, also where midnight does not exist; it is 23, 24 or 25 h long. A date that a zone left
 *   out has no bucket. 1w starts on Monday (ISO), 1mo on the 1st, 1y on 1 January.
 * Buckets are contiguous. Answers are checked against Temporal in the tests; the arithmetic is on offsets (`offsets.ts`).
 */
import { Temporal } from 'temporal-polyfill'
import { fieldError } from './errors.js'
import { DAY_MS, HOUR_MS, type Interval, intervalMs } from './interval.js'
import { OffsetTable } from './offsets.js'

/** A time zone. Times are epoch ms; local times are the ms since 1970 that its clocks and calendars show. */
export interface Zone {
  /** IANA name, `UTC`, or an offset as `+05:30`. */
  readonly id: string
  /** Local time minus UTC at `ms`. */
  offsetMs(ms: number): number
  /** The earliest instant at which the local time has reached `localMs`. */
  firstInstant(localMs: number): number
  /** Start of the bucket that holds `ms`. */
  startOfBucket(interval: Interval, ms: number): number
  /** Start of the bucket after the one that starts at `startMs`. */
  nextBucket(interval: Interval, startMs: number): number
  /** Start of the bucket before the one that starts at `startMs`. */
  previousBucket(interval: Interval, startMs: number): number
  /**
   * `amount` (whole, may be negative) intervals after `ms`: elapsed time up to 1h; from 1d on the same local time on
   * another date, the start of a day staying one. The 31st becomes the last of a shorter month.
   */
  plus(ms: number, amount: number, interval: Interval): number
}

/** No clock is further from UTC than this. */
const WIDEST_OFFSET_MS = 16 * HOUR_MS

/** Zones held at once; the least recently used goes. */
const ZONES_HELD = 64

/** The zones in use: holds what was looked up, so keep one for the life of a server. */
export class Zones {
  readonly #held = new Map<string, Zone>()

  /**
   * The zone of an IANA name (any case), `UTC`, `Z`, or an offset (`+05:30`, `-0800`, `+05`; a space for the plus sign, as an
   * unescaped URL has it). Throws `invalid_parameter` for `tz`.
   */
  get(text: string): Zone {
    const zone = this.#held.get(text) ?? namedZone(text)
    this.#held.delete(text)
    this.#held.set(text, zone)
    if (this.#held.size > ZONES_HELD) this.#held.delete(this.#held.keys().next().value!)
    return zone
  }

  /** The zone of a `tzoffset`: hours ahead of UTC, `-7`, `5.5`. Throws `invalid_parameter` for `tzoffset`. */
  ofOffset(text: string): Zone {
    const minutes = /^[ +-]?\d+(\.\d+)?$/.test(text) ? Number(text) * 60 : Number.NaN
    if (Number.isInteger(minutes) && Math.abs(minutes) <= 14 * 60) return offsetZone(minutes)
    throw fieldError('tzoffset', `'${text}' is not hours between -14 and 14, as in -7 or 5.5`)
  }
}

/** UTC, for those who need no other zone. */
export function utcZone(): Zone {
  return offsetZone(0)
}

function namedZone(text: string): Zone {
  if (/^(z|utc)$/i.test(text)) return utcZone()
  const offset = /^([ +-])(\d\d)(?::?(\d\d))?$/.exec(text)
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
    if (minutes <= 14 * 60 && Number(offset[3] ?? 0) < 60)
      return offsetZone(offset[1] === '-' ? -minutes : minutes)
  }
  const id = ianaId(text)
  if (id) return new OffsetZone(id, OffsetTable.ofZone(id))
  throw fieldError(
    'tz',
    `'${text}' is no time zone; write a name as Europe/Berlin, an offset as +05:30, or UTC`,
  )
}

/** The name in Temporal's spelling, or undefined if it knows none. */
function ianaId(text: string): string | undefined {
  if (!/^[a-z][a-z0-9_+/-]{0,63}$/i.test(text)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId
  } catch {
    return undefined
  }
}

function offsetZone(minutes: number): Zone {
  const two = (value: number): string => String(value).padStart(2, '0')
  const ahead = Math.abs(minutes)
  const id =
    ahead === 0 ? 'UTC' : `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`
  return new OffsetZone(id, OffsetTable.fixed(minutes * 60_000))
}

/** A zone over its table of offsets. */
class OffsetZone implements Zone {
  readonly #offsets: OffsetTable

  constructor(
    readonly id: string,
    offsets: OffsetTable,
  ) {
    this.#offsets = offsets
  }

  offsetMs(ms: number): number {
    return this.#offsets.at(ms).offsetMs
  }

  firstInstant(localMs: number): number {
    let span = this.#offsets.at(localMs - WIDEST_OFFSET_MS)
    for (;;) {
      const ms = Math.max(span.fromMs, localMs - span.offsetMs)
      if (ms < span.untilMs) return ms
      span = this.#offsets.at(span.untilMs)
    }
  }

  startOfBucket(interval: Interval, ms: number): number {
    const widthMs = intervalMs(interval)
    if (widthMs < HOUR_MS) return Math.floor(ms / widthMs) * widthMs
    if (interval === '1h') return this.#startOfHour(ms)
    const day = firstDay(interval, this.#localDay(ms))
    const nextMs = this.#startOfDay(addIntervals(interval, day, 1))
    return nextMs <= ms ? nextMs : this.#startOfDay(day)
  }

  nextBucket(interval: Interval, startMs: number): number {
    const widthMs = intervalMs(interval)
    if (widthMs < HOUR_MS) return startMs + widthMs
    if (interval === '1h') return this.#nextHour(startMs)
    let day = firstDay(interval, this.#localDay(startMs))
    for (;;) {
      day = addIntervals(interval, day, 1)
      const ms = this.#startOfDay(day)
      if (ms > startMs) return ms
    }
  }

  previousBucket(interval: Interval, startMs: number): number {
    return this.startOfBucket(interval, startMs - 1)
  }

  plus(ms: number, amount: number, interval: Interval): number {
    if (intervalMs(interval) <= HOUR_MS) return ms + amount * intervalMs(interval)
    if (amount === 0) return ms
    const day = this.#localDay(ms)
    const timeOfDayMs = this.#startOfDay(day) === ms ? 0 : ms + this.offsetMs(ms) - day * DAY_MS
    return this.firstInstant(addIntervals(interval, day, amount) * DAY_MS + timeOfDayMs)
  }

  /** The last full hour in the span of `ms`; at the span's start, the hour that was running before, unless it was skipped past. */
  #startOfHour(ms: number): number {
    const span = this.#offsets.at(ms)
    const startMs = floorTo(ms + span.offsetMs, HOUR_MS) - span.offsetMs
    if (startMs >= span.fromMs) return startMs
    return this.#isHourStart(span.fromMs) ? span.fromMs : this.#startOfHour(span.fromMs - 1)
  }

  #nextHour(startMs: number): number {
    let ms = startMs
    for (;;) {
      const span = this.#offsets.at(ms)
      const nextMs = floorTo(ms + span.offsetMs, HOUR_MS) + HOUR_MS - span.offsetMs
      if (nextMs < span.untilMs) return nextMs
      if (this.#isHourStart(span.untilMs)) return span.untilMs
      ms = span.untilMs
    }
  }

  /** Whether an hour starts at a change of offset: the clock shows a full hour, or was put forward past one. */
  #isHourStart(changeMs: number): boolean {
    const localMs = changeMs + this.offsetMs(changeMs)
    const beforeMs = changeMs - 1 + this.offsetMs(changeMs - 1)
    return localMs % HOUR_MS === 0 || Math.floor(localMs / HOUR_MS) > Math.floor(beforeMs / HOUR_MS)
  }

  #localDay(ms: number): number {
    return Math.floor((ms + this.offsetMs(ms)) / DAY_MS)
  }

  #startOfDay(day: number): number {
    return this.firstInstant(day * DAY_MS)
  }
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step
}

/** The first day (days since 1970) of the week, month or year that a day is in; 1970-01-01 was a Thursday. */
function firstDay(interval: Interval, day: number): number {
  if (interval === '1w') return floorTo(day + 3, 7) - 3
  if (interval !== '1mo' && interval !== '1y') return day
  const date = new Date(day * DAY_MS)
  return Date.UTC(date.getUTCFullYear(), interval === '1y' ? 0 : date.getUTCMonth(), 1) / DAY_MS
}

/** The same day of the week, month or year, `amount` intervals later, or the last one of a shorter month. */
function addIntervals(interval: Interval, day: number, amount: number): number {
  if (interval === '1d' || interval === '1w') return day + amount * (interval === '1w' ? 7 : 1)
  const date = new Date(day * DAY_MS)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth() + amount * (interval === '1y' ? 12 : 1)
  const monthDays = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(date.getUTCDate(), monthDays)) / DAY_MS
}
