/** The time a question is about, as it was asked for, and its buckets once there is a clock and a zone. */
import type { Interval } from '../model/interval.js'
import { type Period, resolvePeriod, resolveRange, type TimeRange } from '../model/period.js'
import type { Scope } from './scope.js'

/** A period, or from and to in the caller's spelling. */
export type AskedTime =
  | { readonly kind: 'period'; readonly period: Period }
  | {
      readonly kind: 'range'
      readonly fromText: string
      readonly toText?: string | undefined
      readonly interval?: Interval | undefined
    }

/** The buckets of a time. Throws `invalid_parameter` for the field that can't be, and `too_many_points`. */
export function rangeOf(time: AskedTime, scope: Scope): TimeRange {
  const { nowMs, zone, retention, limits } = scope
  if (time.kind === 'period') return resolvePeriod(time.period, { nowMs, zone }, limits.pointsPerAnswer)
  const { fromText, toText, interval } = time
  return resolveRange({ fromText, toText, interval, retention, nowMs, zone }, limits.pointsPerAnswer)
}
