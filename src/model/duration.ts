/** A length of time as people write it, `6h`, `30d`, `12mo`: a whole number and a unit. */
import { fieldError } from './errors.js'
import { DAY_MS, HOUR_MS } from './interval.js'

/** Units: second, minute, hour, day, week, month, year. */
export type DurationUnit = 's' | 'm' | 'h' | 'd' | 'w' | 'mo' | 'y'

/** `amount` is a whole number of at least 1. */
export interface Duration {
  readonly amount: number
  readonly unit: DurationUnit
}

const UNIT_MS: Readonly<Record<DurationUnit, number>> = {
  s: 1000,
  m: 60_000,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
  mo: 30 * DAY_MS,
  y: 365 * DAY_MS,
}

/** The longest length that is understood: calendars and zones are only known so far. */
const LONGEST_MS = 200 * UNIT_MS.y

/** Reads `<n><unit>`; throws `invalid_parameter` for `field` unless it is 1 s to 200 y. */
export function parseDuration(text: string, field: string): Duration {
  const match = /^(\d{1,12})(s|m|h|d|w|mo|y)$/.exec(text)
  if (!match) {
    throw fieldError(
      field,
      `'${text}' is no length of time; write a number and a unit (s m h d w mo y), as in 7d`,
    )
  }
  const duration: Duration = { amount: Number(match[1]), unit: match[2] as DurationUnit }
  const ms = durationMs(duration)
  if (ms === 0 || ms > LONGEST_MS) throw fieldError(field, `'${text}' is not between 1s and 200y`)
  return duration
}

/** Nominal milliseconds: a month is 30 days, a year 365. */
export function durationMs(duration: Duration): number {
  return duration.amount * UNIT_MS[duration.unit]
}

/** The shortest exact spelling in days, hours, minutes or seconds: 400d, 6h, 90s. `ms` is a whole number of seconds. */
export function formatDuration(ms: number): string {
  const unit = (['d', 'h', 'm'] as const).find(name => ms % UNIT_MS[name] === 0) ?? 's'
  return `${ms / UNIT_MS[unit]}${unit}`
}
