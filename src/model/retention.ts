/**
 * What is kept of a key, and for how long. A rule promises that buckets from `readableFromMs` on can be asked for;
 * what `expiredBeforeMs` lets go is never readable again, whatever the time zone of the question.
 */
import { durationMs, formatDuration, parseDuration } from './duration.js'
import { fieldError, type HailWhaleError } from './errors.js'
import {
  bucketStartMs,
  DAY_MS,
  HOUR_MS,
  type Interval,
  intervalMs,
  KEPT_INTERVAL_MS,
  KEPT_INTERVALS,
  type KeptInterval,
} from './interval.js'

/** How long one interval is kept: `keepMs` milliseconds back from now, `Infinity` for ever. */
export interface RetentionRule {
  readonly interval: KeptInterval
  readonly keepMs: number
}

/** What is kept of a key: finest interval first, each interval at most once, at least one. */
export type Retention = readonly RetentionRule[]

/**
 * n days of a zone are up to this much longer than n × 24 h when clocks are put forward or back within them (2 h at
 * Antarctica/Troll, 1 h elsewhere). Questions of days and wider may reach that much further back.
 */
const ZONE_SLACK_MS = 2 * HOUR_MS

/** The contract's default. */
export const DEFAULT_RETENTION: Retention = [
  { interval: '10s', keepMs: 6 * HOUR_MS },
  { interval: '1m', keepMs: 8 * DAY_MS },
  { interval: '15m', keepMs: 400 * DAY_MS },
  { interval: '1h', keepMs: 400 * DAY_MS },
  { interval: '1d', keepMs: Number.POSITIVE_INFINITY },
]

/**
 * Reads `10s:6h,1m:8d,1d:forever` (units s m h d w mo y; a month is 30 days, a year 365), in any order.
 * Throws `invalid_parameter` for `retain` that says what would be right.
 */
export function parseRetention(text: string): Retention {
  const rules = text.split(',').map(part => parseRule(part.trim()))
  const twice = rules.find(
    (rule, index) => rules.findIndex(other => other.interval === rule.interval) < index,
  )
  if (twice) throw retainError(`${twice.interval} is there twice; keep one of them`)
  return rules.sort((a, b) => KEPT_INTERVAL_MS[a.interval] - KEPT_INTERVAL_MS[b.interval])
}

/** The text that `parseRetention` reads back as the same rules. */
export function formatRetention(retention: Retention): string {
  return retention.map(rule => `${rule.interval}:${formatKeep(rule.keepMs)}`).join(',')
}

/**
 * Start of the earliest bucket of a rule that may be asked for at `nowMs`, in epoch ms; 0 for what is kept for ever.
 * `asked` is the interval of the question: days and wider may reach `ZONE_SLACK_MS` further back.
 */
export function readableFromMs(rule: RetentionRule, nowMs: number, asked: Interval = rule.interval): number {
  const untilMs = bucketStartMs(rule.interval, nowMs) + KEPT_INTERVAL_MS[rule.interval]
  const slackMs = intervalMs(asked) >= DAY_MS ? zoneSlackMs(rule) : 0
  return Math.max(0, untilMs - rule.keepMs - slackMs)
}

/**
 * Buckets of a rule that end at or before this (epoch ms) may be deleted at `nowMs`; −Infinity for what is kept for ever.
 * One bucket later than what can be read, so that a question under way still finds what it was promised.
 */
export function expiredBeforeMs(rule: RetentionRule, nowMs: number): number {
  return bucketStartMs(rule.interval, nowMs) - rule.keepMs - zoneSlackMs(rule)
}

function zoneSlackMs(rule: RetentionRule): number {
  return rule.keepMs >= DAY_MS ? ZONE_SLACK_MS : 0
}

function parseRule(part: string): RetentionRule {
  const match = /^([^:]+):([^:]+)$/.exec(part)
  if (!match?.[1] || !match[2])
    throw retainError(`'${part}' is not interval:length, as in 1m:8d or 1d:forever`)
  const interval = parseKept(match[1].trim())
  const length = match[2].trim()
  const keepMs = length === 'forever' ? Number.POSITIVE_INFINITY : durationMs(parseDuration(length, 'retain'))
  if (keepMs >= KEPT_INTERVAL_MS[interval]) return { interval, keepMs }
  throw retainError(`'${part}' keeps less than one bucket; keep at least ${interval}:${interval}`)
}

function parseKept(name: string): KeptInterval {
  const interval = KEPT_INTERVALS.find(kept => kept === name)
  if (interval) return interval
  if (name === '1w' || name === '1mo' || name === '1y') {
    throw retainError(`${name} is not kept by itself, it is built from 1d when asked for; keep 1d instead`)
  }
  throw retainError(`'${name}' cannot be kept; what can is ${KEPT_INTERVALS.join(', ')}`)
}

function formatKeep(keepMs: number): string {
  return keepMs === Number.POSITIVE_INFINITY ? 'forever' : formatDuration(keepMs)
}

function retainError(message: string): HailWhaleError {
  return fieldError('retain', message)
}
