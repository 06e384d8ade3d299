/** The ticks of a time axis, at round times of a zone, written in the reader's language. Pure. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/interval.js'
import { zoneClock } from './zone-clock.js'
import { zonedFormat } from './zoned.js'

/** The shortest month and the shortest year. */
const MONTH_MS = 28 * DAY_MS
const YEAR_MS = 365 * DAY_MS

/** A tick of a time axis: where, and what is written there. */
export interface TimeTick {
  readonly ms: number
  readonly text: string
}

/** How far ticks may be apart, and how to find them. */
type Step =
  | { readonly unit: 'ms'; readonly ms: number }
  | { readonly unit: 'days'; readonly ms: number; readonly count: number; readonly offset: number }
  | { readonly unit: 'months'; readonly ms: number; readonly count: number }

/** Days are counted from 1970-01-01, a Thursday; weeks begin with Monday. */
const MONDAY = 4
const STEPS: readonly Step[] = [
  ...[1, 2, 5, 10, 15, 30].map(count => ({ unit: 'ms' as const, ms: count * SECOND_MS })),
  ...[1, 2, 5, 10, 15, 30].map(count => ({ unit: 'ms' as const, ms: count * MINUTE_MS })),
  ...[1, 2, 3, 6, 12].map(count => ({ unit: 'ms' as const, ms: count * HOUR_MS })),
  ...[1, 2].map(count => ({ unit: 'days' as const, ms: count * DAY_MS, count, offset: 0 })),
  ...[7, 14].map(count => ({ unit: 'days' as const, ms: count * DAY_MS, count, offset: MONDAY })),
  // Months are counted from the year 0, so that it is the years that can be divided by 5 or 10 that have the tick.
  ...[1, 2, 3, 6].map(count => ({ unit: 'months' as const, ms: count * MONTH_MS, count })),
  ...[1, 2, 5, 10, 20, 50, 100].map(years => ({
    unit: 'months' as const,
    ms: years * YEAR_MS,
    count: years * 12,
  })),
]

/**
 * Finds the ticks of a time axis: round times on the clocks of the zone, whatever its clocks are changed by in between. `most` is
 * how many steps there may be between them, `leastMs` how wide a bucket is: ticks are never closer. Where there are no more than `most` buckets, each
 * has a tick: at the `starts`, if they are given.
 */
export function timeTicks(
  tz: string,
  locale?: string,
): (
  fromMs: number,
  untilMs: number,
  most: number,
  leastMs: number,
  starts?: readonly number[],
) => TimeTick[] {
  const clock = zoneClock(tz)
  const text = tickFormat(tz, locale)
  return (fromMs, untilMs, most, leastMs, starts) => {
    if (starts !== undefined && starts.length <= most)
      return starts.map(ms => ({ ms, text: text(ms, leastMs) }))
    const fitting = STEPS.filter(({ ms }) => ms >= leastMs * 0.9 && (untilMs - fromMs) / ms <= most)
    // Ticks at whole buckets, if there is such a step.
    const step =
      fitting.find(({ ms, unit }) => unit !== 'ms' || ms % leastMs === 0) ?? fitting[0] ?? STEPS.at(-1)!
    const found = step.unit === 'ms' ? timesOfDay(step.ms) : step.unit === 'days' ? days(step) : months(step)
    return found.map(ms => ({ ms, text: text(ms, step.ms) }))

    function timesOfDay(stepMs: number): number[] {
      // So short a time has at most one change of the clocks; then some times of day are there twice, or not at all.
      const offsets = [...new Set([fromMs, untilMs].map(ms => clock.wallOf(ms) - ms))]
      const times = offsets.flatMap(offset =>
        multiples((fromMs + offset) / stepMs, (untilMs + offset) / stepMs)
          .map(place => place * stepMs - offset)
          .filter(ms => offsets.length === 1 || clock.wallOf(ms) === ms + offset),
      )
      return times.sort((a, b) => a - b)
    }

    function days({ count, offset }: { count: number; offset: number }): number[] {
      const [first, last] = [fromMs, untilMs].map(ms => Math.floor(clock.wallOf(ms) / DAY_MS) - offset)
      return within(multiples(first! / count, last! / count).map(i => (i * count + offset) * DAY_MS))
    }

    function months({ count }: { count: number }): number[] {
      const [first, last] = [fromMs, untilMs].map(ms => monthOf(clock.wallOf(ms)))
      return within(
        multiples(first! / count, last! / count).map(i =>
          Date.UTC(Math.floor((i * count) / 12), (i * count) % 12),
        ),
      )
    }

    function within(walls: readonly number[]): number[] {
      return walls.map(wall => clock.msOf(wall)).filter(ms => ms >= fromMs && ms <= untilMs)
    }
  }
}

/**
 * Writes the ticks of a time axis: the time of day, the date where a day starts or where ticks are days apart, the year where it
 * starts among months.
 */
function tickFormat(tz: string, locale?: string): (ms: number, stepMs: number) => string {
  const writer = (options: Intl.DateTimeFormatOptions) =>
    zonedFormat(tz, locale, { ...options, hourCycle: 'h23' }).one
  const second = writer({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const time = writer({ hour: '2-digit', minute: '2-digit' })
  const day = writer({ day: 'numeric', month: 'short' })
  const month = writer({ month: 'short' })
  const year = writer({ year: 'numeric' })
  const clock = zoneClock(tz)
  return (ms, stepMs) => {
    const wall = new Date(clock.wallOf(ms))
    if (stepMs >= YEAR_MS) return year(ms)
    if (stepMs >= MONTH_MS) return wall.getUTCMonth() === 0 ? year(ms) : month(ms)
    if (stepMs >= DAY_MS - HOUR_MS || clock.startsDay(ms)) return day(ms)
    return (stepMs < MINUTE_MS ? second : time)(ms)
  }
}

/** The whole numbers from `first` to `last`. */
function multiples(first: number, last: number): number[] {
  const start = Math.ceil(first)
  return Array.from({ length: Math.max(0, Math.floor(last) - start + 1) }, (_, i) => start + i)
}

function monthOf(wall: number): number {
  const date = new Date(wall)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
