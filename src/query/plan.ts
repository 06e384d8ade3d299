/**
 * Plans: from which stored buckets a question's time is read. All kept intervals hold the same sums, so a plan decides
 * what an answer costs, never what it says. Parts of a range that lie ahead of now are planned like any other.
 */
import { type Duration, durationMs, parseDuration } from '../model/duration.js'
import { fieldError, HailWhaleError } from '../model/errors.js'
import { TICK_MS } from '../model/interval.js'
import type { TimeRange } from '../model/period.js'
import { formatRetention, type Retention, readableFromMs } from '../model/retention.js'
import { firstTileable, tilePoints, tileTotal } from '../model/tiling.js'
import type { Zone } from '../model/timezone.js'
import type { TimePlan } from './reader.js'

/**
 * A plan with a point per bucket of the range: each read from the widest kept buckets that fit it exactly.
 * Segments begin at 1970 where the range begins before. Throws `not_kept`, saying what is and what to ask for.
 */
export function pointsPlan(range: TimeRange, retention: Retention, nowMs: number): TimePlan {
  const segments = tilePoints(range.edgesMs, range.interval, retention, nowMs)
  if (!segments) throw notKept(range, retention, nowMs)
  return { edgesMs: range.edgesMs, segments }
}

/**
 * A plan with one point over the whole range: days in its middle, hours and minutes at its ends, where that reads fewer
 * rows. Throws `not_kept` as `pointsPlan` does.
 */
export function totalPlan(range: TimeRange, retention: Retention, nowMs: number): TimePlan {
  const segments = tileTotal(range.fromMs, range.untilMs, range.interval, retention, nowMs)
  if (!segments) throw notKept(range, retention, nowMs)
  return { edgesMs: Float64Array.of(range.fromMs, range.untilMs), segments }
}

/**
 * The same points a length of time (`1w`, `1mo`, `90m`) before: hours and less in elapsed time, days and more in the zone's calendar,
 * each edge at the same local time of another date. Where clocks or months leave out what an edge falls on, the point before it
 * ends there and a point may be empty (edges ascend, but not always strictly). Throws `invalid_parameter` for `previous`.
 */
export function shiftRange(range: TimeRange, length: string, zone: Zone): TimeRange {
  const edgesMs = range.edgesMs.map(edgeShift(parseDuration(length, 'previous'), zone))
  for (let i = 1; i < edgesMs.length; i++) edgesMs[i] = Math.max(edgesMs[i]!, edgesMs[i - 1]!)
  return { interval: range.interval, fromMs: edgesMs[0]!, untilMs: edgesMs.at(-1)!, edgesMs }
}

function edgeShift({ amount, unit }: Duration, zone: Zone): (edgeMs: number) => number {
  if (unit === 'd' || unit === 'w' || unit === 'mo' || unit === 'y') {
    return edgeMs => zone.plus(edgeMs, -amount, `1${unit}`)
  }
  const byMs = durationMs({ amount, unit })
  if (byMs % TICK_MS !== 0)
    throw fieldError('previous', `${amount}s is no multiple of 10s, the finest interval`)
  return edgeMs => edgeMs - byMs
}

function notKept(range: TimeRange, retention: Retention, nowMs: number): HailWhaleError {
  const { interval, edgesMs } = range
  const first = firstTileable(edgesMs, interval, retention, nowMs)
  const reaching = retention.find(rule => readableFromMs(rule, nowMs) <= range.fromMs)
  const ways = [
    ...(first < edgesMs.length - 1 ? [`ask from ${iso(edgesMs[first]!)} on`] : []),
    ...(reaching ? [`ask for ${reaching.interval} in UTC, which goes back that far`] : []),
  ]
  const way = ways.length > 0 ? ways.join(', or ') : 'nothing goes back that far'
  return new HailWhaleError(
    'not_kept',
    `buckets of ${interval} from ${iso(range.fromMs)} on cannot be built from what is kept ` +
      `(${formatRetention(retention)}): ${way}`,
  )
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
