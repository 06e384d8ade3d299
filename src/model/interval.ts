/** The intervals: widths of a bucket. Those of a fixed length can be kept; week, month and year are built from days. */

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
