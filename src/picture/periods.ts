/** Periods in words, and how long they are: what to compare with, and where to look when there is nothing. Pure. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/interval.js'

/** Named periods: in words, and the length of time to go back for comparing. */
const NAMED: Readonly<Record<string, readonly [words: string, length: string]>> = {
  hour: ['in the last hour', '1h'],
  day: ['in the last 24 hours', '1d'],
  '24h': ['in the last 24 hours', '1d'],
  today: ['today', '1d'],
  yesterday: ['yesterday', '1d'],
  week: ['in the last 7 days', '1w'],
  seven: ['in the last 7 days', '1w'],
  wtd: ['this week', '1w'],
  month: ['in the last 30 days', '1mo'],
  thirty: ['in the last 30 days', '30d'],
  mtd: ['this month', '1mo'],
  year: ['in the last 365 days', '1y'],
  ytd: ['this year', '1y'],
}

const UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
}

/** Widest first. */
const UNIT_SECONDS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
  [1, 's'],
] as const

const LENGTH = /^(\d{1,12})(s|m|h|d|w|mo|y)$/

/** `1m:1h` → `in the last hour`; a period that is not understood is said as it is written. */
export function periodWords(period: string): string {
  const named = ownValue(NAMED, period)
  if (named !== undefined) return named[0]
  const length = periodLength(period)
  return length === null || period.includes('/') ? `in ${period}` : `in the last ${lengthWords(length)}`
}

/** `1h` → `hour`, `90m` → `90 minutes`. */
export function lengthWords(length: string): string {
  const [, amount = '', unit = ''] = LENGTH.exec(length) ?? []
  const word = ownValue(UNITS, unit)
  if (word === undefined) return length
  return Number(amount) === 1 ? word : `${Number(amount)} ${word}s`
}

/** How far before a period the one like it lies, as `previous` takes it; null for a period that is not understood. */
export function periodLength(period: string): string | null {
  const named = ownValue(NAMED, period)
  if (named !== undefined) return named[1]
  const dates = /^(\d+\/\d+\/\d{4})-(\d+\/\d+\/\d{4})$/.exec(period)
  if (dates !== null) return daysBetween(dates[1]!, dates[2]!)
  const pair = /^\d+x(\d+)$/.exec(period)
  if (pair !== null) return secondsLength(Number(pair[1]))
  const length = period.split(':')[1] ?? ''
  return LENGTH.test(length) ? length : null
}

/** Whether a text is a length of time, as `1w`. */
export function isLength(text: string): boolean {
  return LENGTH.test(text)
}

/** The length of a stretch of time in its widest whole unit, rounded up: what is compared with lies wholly before it. */
export function stretchLength(fromMs: number, untilMs: number): string {
  const ms = Math.max(MINUTE_MS, untilMs - fromMs)
  if (ms >= DAY_MS) return `${Math.ceil(ms / DAY_MS)}d`
  if (ms >= HOUR_MS) return `${Math.ceil(ms / HOUR_MS)}h`
  return `${Math.ceil(ms / MINUTE_MS)}m`
}

/** A length of so many seconds, in its widest whole unit: 3600 is `1h`. */
function secondsLength(seconds: number): string {
  const [size, unit] = UNIT_SECONDS.find(([size]) => seconds % size === 0)!
  return `${seconds / size}${unit}`
}

/** A time as attributes write it, where it can be read without the server: epoch numbers, ISO; null otherwise. */
export function instantMs(text: string | undefined, nowMs: number): number | null {
  if (text === undefined || text === 'now') return nowMs
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) >= 1e11 ? Number(text) : Number(text) * 1000
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : ms
}

/** Texts come from people: `constructor` is no period. */
function ownValue<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function daysBetween(first: string, last: string): string {
  const days = (Date.parse(`${last} UTC`) - Date.parse(`${first} UTC`)) / DAY_MS + 1
  return `${Math.max(1, Math.round(days) || 1)}d`
}
