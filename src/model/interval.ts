/**
 * The intervals: widths of a bucket. Those of a fixed length can be kept; week, month and year are built from days.
 * Here is what holds without a time zone; buckets of a zone are the business of `timezone.ts`.
 */
import { fieldError } from './errors.js'

/** An interval whose buckets are stored: fixed length, each a multiple of the one before. */
export type KeptInterval = '10s' | '1m' | '15m' | '1h' | '1d'

/** Any interval that can be asked for. */
export type Interval = KeptInterval | '1w' | '1mo' | '1y'

/** The kept intervals, finest first. */
export const KEPT_INTERVALS: readonly KeptInterval[] = ['10s', '1m', '15m', '1h', '1d']

/** All intervals, finest first. */
export const INTERVALS: readonly Interval[] = [...KEPT_INTERVALS, '1w', '1mo', '1y']

/** Width of a kept interval in milliseconds. Buckets start at multiples of it since 1970 (UTC). */
export const KEPT_INTERVAL_MS: Readonly<Record<KeptInterval, number>> = {
  '10s': 10_000,
  '1m': 60_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
}

/** The tick: the finest width of time that anything is kept in, in milliseconds. Event times are reduced to it on arrival. */
export const TICK_MS = KEPT_INTERVAL_MS['10s']

/** Milliseconds of a second, a minute, an hour, and a day of 24 hours. */
export const SECOND_MS = 1000
export const MINUTE_MS = KEPT_INTERVAL_MS['1m']
export const HOUR_MS = KEPT_INTERVAL_MS['1h']
export const DAY_MS = KEPT_INTERVAL_MS['1d']

/** Buckets in one stored row. The number of a bucket's row is floor(bucket index / this). */
export const CHUNK_BUCKETS: Readonly<Record<KeptInterval, number>> = {
  '10s': 60,
  '1m': 120,
  '15m': 96,
  '1h': 24,
  '1d': 32,
}

/** Whether an interval's buckets are stored. */
export function isKeptInterval(interval: Interval): interval is KeptInterval {
  return interval in KEPT_INTERVAL_MS
}

/** The interval of that name; throws `invalid_parameter` for `field`, listing the names. */
export function parseInterval(text: string, field = 'interval'): Interval {
  const interval = INTERVALS.find(name => name === text)
  if (interval) return interval
  throw fieldError(field, `'${text}' is no interval; it is one of ${INTERVALS.join(', ')}`)
}

/** Start of the stored (UTC) bucket of a kept interval that holds `ms`; `ms` itself where a bucket starts there. */
export function bucketStartMs(interval: KeptInterval, ms: number): number {
  const widthMs = KEPT_INTERVAL_MS[interval]
  return Math.floor(ms / widthMs) * widthMs
}

/** Nominal length of an interval in milliseconds, as `rate()` uses it: a month is 30 days, a year 365. */
export function intervalMs(interval: Interval): number {
  if (isKeptInterval(interval)) return KEPT_INTERVAL_MS[interval]
  return { '1w': 7, '1mo': 30, '1y': 365 }[interval] * DAY_MS
}
