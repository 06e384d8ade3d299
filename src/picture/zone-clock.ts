/** What the clocks of a zone show, in browsers too, which have no calendar of zones but Intl. Pure. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/interval.js'
import { offsetOf } from './zoned.js'

/** What the clocks on the walls of a zone show. A wall time is milliseconds as if the zone were UTC. */
export interface ZoneClock {
  readonly wallOf: (ms: number) => number
  /** The first moment at which the clocks show a wall time; where they skip it, the moment they skip it. */
  readonly msOf: (wall: number) => number
  /** Whether a new day starts at a moment. Some zones skip midnight when they change their clocks. */
  readonly startsDay: (ms: number) => boolean
}

/** The clock of a zone. Throws a RangeError for one that there is none of. */
export function zoneClock(tz: string): ZoneClock {
  const aheadAt = aheadOfUtc(tz)
  const wallOf = (ms: number) => ms + aheadAt(ms)
  return {
    wallOf,
    msOf: wall => {
      const earlier = wall - aheadAt(wall - DAY_MS)
      const later = wall - aheadAt(wall + DAY_MS)
      return wallOf(earlier) === wall || wallOf(later) !== wall ? earlier : later
    },
    startsDay: ms => Math.floor(wallOf(ms) / DAY_MS) !== Math.floor(wallOf(ms - 1) / DAY_MS),
  }
}

/** Milliseconds that a zone is ahead of UTC at a moment. */
function aheadOfUtc(tz: string): (ms: number) => number {
  const fixed = offsetOf(tz)
  if (fixed !== null) return () => fixed
  const format = new Intl.DateTimeFormat('en-US', { timeZone: tz, timeZoneName: 'longOffset' })
  return ms => {
    const [, sign, hours, minutes, seconds] =
      /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(format.format(ms)) ?? []
    const ahead =
      Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS + Number(seconds ?? 0) * SECOND_MS
    return sign === '-' ? -ahead : ahead
  }
}
