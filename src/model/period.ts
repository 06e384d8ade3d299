/**
 * Periods: which time a question is about, as buckets. `1m:1h` is 60 buckets of a minute, the last one holding now; named
 * periods and from/to come down to the same. Edges are starts of buckets in the zone of the question.
 */
import { type Duration, durationMs, parseDuration } from './duration.js'
import { fieldError, HailWhaleError } from './errors.js'
import { type Clock, parseInstant } from './instant.js'
import { DAY_MS, HOUR_MS, type Interval, intervalMs, parseInterval } from './interval.js'
import { DEFAULT_LIMITS } from './limits.js'
import type { Retention } from './retention.js'
import { tilePoints } from './tiling.js'

/** A period that was asked for, under the text it was asked with. */
export type Period = { readonly text: string; readonly interval: Interval } & (
  | { readonly kind: 'last'; readonly points: number }
  /** From the start of the day, week, month or year that holds now, to the bucket that holds now. */
  | { readonly kind: 'since'; readonly start: '1d' | '1w' | '1mo' | '1y' }
  | { readonly kind: 'yesterday' }
  /** From the first instant of one local date to the last of another: both are local midnights, as ms since 1970. */
  | { readonly kind: 'dates'; readonly firstLocalMs: number; readonly lastLocalMs: number }
)

/** The time of a question: point i is [edgesMs[i], edgesMs[i+1]), a bucket of `interval`; epoch ms, ascending. */
export interface TimeRange {
  readonly interval: Interval
  readonly fromMs: number
  readonly untilMs: number
  readonly edgesMs: Float64Array
}

/** `from` and `to` as they were asked for; absent `to` is now, absent `interval` is chosen. */
export interface RangeQuestion extends Clock {
  readonly fromText?: string | undefined
  readonly toText?: string | undefined
  readonly interval?: Interval | undefined
  readonly retention: Retention
}

const NAMED = {
  hour: { kind: 'last', interval: '1m', points: 60 },
  day: { kind: 'last', interval: '1h', points: 24 },
  today: { kind: 'since', interval: '1h', start: '1d' },
  yesterday: { kind: 'yesterday', interval: '1h' },
  week: { kind: 'last', interval: '1h', points: 168 },
  wtd: { kind: 'since', interval: '1h', start: '1w' },
  seven: { kind: 'last', interval: '1h', points: 168 },
  thirty: { kind: 'last', interval: '1d', points: 30 },
  mtd: { kind: 'since', interval: '1d', start: '1mo' },
  month: { kind: 'last', interval: '1d', points: 30 },
  year: { kind: 'last', interval: '1d', points: 365 },
  ytd: { kind: 'since', interval: '1d', start: '1y' },
  '24h': { kind: 'last', interval: '1h', points: 24 },
} as const

/** The named periods, in the order of the original. */
export const NAMED_PERIODS: readonly string[] = Object.keys(NAMED)

/** The most points that an automatic interval gives, unless even the widest gives more. */
const AUTOMATIC_POINTS = 400
const WIDEST_AUTOMATIC = '1mo'
const AUTOMATIC_INTERVALS: readonly Interval[] = ['10s', '1m', '15m', '1h', '1d', '1w', WIDEST_AUTOMATIC]

/**
 * Reads a period: a name, `interval:length`, `<seconds>x<seconds>` or `MM/DD/YYYY-MM/DD/YYYY` (days, both included).
 * Throws `invalid_parameter` for `period`.
 */
export function parsePeriod(text: string): Period {
  const named = Object.hasOwn(NAMED, text) ? NAMED[text as keyof typeof NAMED] : undefined
  if (named) return { text, ...named }
  const pair = /^(\d{1,10})x(\d{1,10})$/.exec(text)
  if (pair) return secondsPeriod(text, Number(pair[1]), Number(pair[2]))
  const dates = /^(\d{1,2})\/(\d{1,2})\/(\d{4})-(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)
  if (dates) return datesPeriod(text, dates.slice(1).map(Number))
  const [name, length, more] = text.split(':')
  if (name && length && more === undefined) return lengthPeriod(text, parseInterval(name, 'period'), length)
  throw fieldError(
    'period',
    `'${text}' is no period; write interval:length as 1m:1h, MM/DD/YYYY-MM/DD/YYYY, or one of ${NAMED_PERIODS.join(' ')}`,
  )
}

/** The buckets of a period, for a clock and a zone. Throws `too_many_points`. */
export function resolvePeriod(
  period: Period,
  clock: Clock,
  maxPoints = DEFAULT_LIMITS.pointsPerAnswer,
): TimeRange {
  const { interval } = period
  const { nowMs, zone } = clock
  switch (period.kind) {
    case 'last':
      return lastBuckets(interval, period.points, clock, maxPoints)
    case 'since':
      return buckets(interval, zone.startOfBucket(period.start, nowMs), nowMs + 1, clock, maxPoints)
    case 'yesterday': {
      const untilMs = zone.startOfBucket('1d', nowMs)
      return buckets(interval, zone.previousBucket('1d', untilMs), untilMs, clock, maxPoints)
    }
    case 'dates': {
      const fromMs = zone.firstInstant(period.firstLocalMs)
      return buckets(interval, fromMs, zone.firstInstant(period.lastLocalMs + DAY_MS), clock, maxPoints)
    }
  }
}

/**
 * The buckets from `from` up to `to`, widened to whole ones; without an interval, the finest one that is kept for the range
 * and gives at most 400 points, or else 1mo. Throws `invalid_parameter` or `too_many_points`.
 */
export function resolveRange(question: RangeQuestion, maxPoints = DEFAULT_LIMITS.pointsPerAnswer): TimeRange {
  const { fromText, toText = 'now', nowMs } = question
  if (fromText === undefined)
    throw fieldError('from', 'is missing; to and interval need it, or ask for a period')
  const fromMs = parseInstant(fromText, 'from', question)
  const untilMs = toText === 'now' ? nowMs + 1 : parseInstant(toText, 'to', question)
  if (fromMs >= untilMs) throw fieldError('from', `'${fromText}' is not before to, '${toText}'`)
  if (question.interval) return buckets(question.interval, fromMs, untilMs, question, maxPoints)
  return automaticBuckets(fromMs, untilMs, question, maxPoints)
}

function automaticBuckets(
  fromMs: number,
  untilMs: number,
  question: RangeQuestion,
  maxPoints: number,
): TimeRange {
  for (const interval of AUTOMATIC_INTERVALS) {
    if ((untilMs - fromMs) / intervalMs(interval) > AUTOMATIC_POINTS * 1.1) continue
    const range = buckets(interval, fromMs, untilMs, question, maxPoints)
    if (range.edgesMs.length - 1 > AUTOMATIC_POINTS) continue
    if (tilePoints(range.edgesMs, interval, question.retention, question.nowMs)) return range
  }
  return buckets(WIDEST_AUTOMATIC, fromMs, untilMs, question, maxPoints)
}

function secondsPeriod(text: string, widthSeconds: number, lengthSeconds: number): Period {
  const interval = (['10s', '1m', '15m', '1h', '1d', '1w'] as const).find(
    name => intervalMs(name) === widthSeconds * 1000,
  )
  if (!interval) {
    throw fieldError(
      'period',
      `'${text}' has no known interval; it is 10, 60, 900, 3600, 86400 or 604800 seconds`,
    )
  }
  return lengthPeriod(text, interval, `${lengthSeconds}s`)
}

function lengthPeriod(text: string, interval: Interval, length: string): Period {
  const points = pointsIn(interval, parseDuration(length, 'period'))
  if (points < 1) throw fieldError('period', `'${text}' is shorter than one bucket of ${interval}`)
  const calendar = intervalMs(interval) > DAY_MS
  if (!Number.isInteger(points) && !calendar) {
    throw fieldError('period', `'${text}': the length is no multiple of ${interval}`)
  }
  return { text, kind: 'last', interval, points: Math.floor(points) }
}

/** Length over interval; months and years count as months of a year. */
function pointsIn(interval: Interval, length: Duration): number {
  const months = { mo: 1, y: 12 }[length.unit as string]
  if (months && interval === '1mo') return length.amount * months
  if (months && interval === '1y') return (length.amount * months) / 12
  return durationMs(length) / intervalMs(interval)
}

function datesPeriod(text: string, [month1, day1, year1, month2, day2, year2]: number[]): Period {
  const firstLocalMs = dateMs(year1!, month1!, day1!)
  const lastLocalMs = dateMs(year2!, month2!, day2!)
  if (firstLocalMs === undefined || lastLocalMs === undefined) {
    throw fieldError('period', `'${text}' has a date that is none; they are MM/DD/YYYY, 1970 to 2199`)
  }
  if (firstLocalMs > lastLocalMs) throw fieldError('period', `'${text}' ends before it begins`)
  return { text, kind: 'dates', interval: '1d', firstLocalMs, lastLocalMs }
}

function dateMs(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists && year >= 1970 && year < 2200 ? date.getTime() : undefined
}

/** `points` buckets, the last one holding now. */
function lastBuckets(
  interval: Interval,
  points: number,
  { nowMs, zone }: Clock,
  maxPoints: number,
): TimeRange {
  checkPoints(interval, points, maxPoints)
  const edgesMs = new Float64Array(points + 1)
  const lastMs = zone.startOfBucket(interval, nowMs)
  edgesMs[points] = zone.nextBucket(interval, lastMs)
  edgesMs[points - 1] = lastMs
  for (let i = points - 2; i >= 0; i--) edgesMs[i] = zone.previousBucket(interval, edgesMs[i + 1]!)
  return timeRange(interval, edgesMs)
}

/** The buckets that overlap [fromMs, untilMs). */
function buckets(
  interval: Interval,
  fromMs: number,
  untilMs: number,
  { zone }: Clock,
  maxPoints: number,
): TimeRange {
  checkPoints(interval, Math.floor((untilMs - fromMs) / (intervalMs(interval) + 2 * HOUR_MS)), maxPoints)
  const edges = [zone.startOfBucket(interval, fromMs)]
  while (edges.at(-1)! < untilMs && edges.length <= maxPoints + 1) {
    edges.push(zone.nextBucket(interval, edges.at(-1)!))
  }
  checkPoints(interval, edges.length - 1, maxPoints)
  return timeRange(interval, Float64Array.from(edges))
}

function timeRange(interval: Interval, edgesMs: Float64Array): TimeRange {
  return { interval, fromMs: edgesMs[0]!, untilMs: edgesMs.at(-1)!, edgesMs }
}

function checkPoints(interval: Interval, points: number, maxPoints: number): void {
  if (points <= maxPoints) return
  throw new HailWhaleError(
    'too_many_points',
    `buckets of ${interval} are more than ${maxPoints} points here; ask for a wider interval or less time`,
  )
}
