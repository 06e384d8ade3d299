/**
 * What every question carries along: whose roll-ups, as of when, in which zone, how much at most. Made once a question, so
 * that one answer has one `now`. Also the check of an answer's size, which every question makes before it reads.
 */
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import type { Path } from '../model/path.js'
import type { Retention } from '../model/retention.js'
import type { Zone, Zones } from '../model/timezone.js'
import type { RollupReader } from './reader.js'

/** The surroundings of one question. */
export interface Scope {
  readonly reader: RollupReader
  readonly key: Path
  readonly nowMs: number
  readonly zone: Zone
  readonly retention: Retention
  readonly limits: Limits
}

/** A zone in the caller's spelling: a name or an offset (`tz`), or the original's hours ahead of UTC (`tzoffset`). */
export interface AskedZone {
  readonly field: 'tz' | 'tzoffset'
  readonly text: string
}

/** What of a question its scope is made from. */
export interface ScopeQuestion {
  readonly key: Path
  readonly zone: AskedZone
}

/** The scope of a question, as of the reader's clock. Throws `invalid_parameter` for a zone that there is none of. */
export function scopeOf(reader: RollupReader, zones: Zones, question: ScopeQuestion, limits: Limits): Scope {
  const { key, zone } = question
  return {
    reader,
    key,
    nowMs: reader.now(),
    zone: zone.field === 'tz' ? zones.get(zone.text) : zones.ofOffset(zone.text),
    retention: reader.retention(key),
    limits,
  }
}

/**
 * Throws `too_many_points` where an answer of `series` lines with `metrics` values at each of `points` points would be larger
 * than the limit.
 */
export function checkPoints(scope: Scope, series: number, metrics: number, points: number): void {
  const asked = series * metrics * points
  const most = scope.limits.pointsPerAnswer
  if (asked <= most) return
  throw new HailWhaleError(
    'too_many_points',
    `${series} series × ${metrics} metrics × ${points} points are ${asked} values, more than the ${most} ` +
      'of one answer: ask for a wider interval, a shorter period, fewer metrics or a smaller limit',
  )
}
