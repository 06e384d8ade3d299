/** Times for people, in their own language and the zone asked for. Pure. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/interval.js'
import { zonedFormat } from './zoned.js'

/** Writes the time of a bucket in a zone, as exactly as its width needs. `locale` undefined: the reader's own. */
export function bucketFormat(tz: string, widthMs: number, locale?: string): (ms: number) => string {
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const seconds = widthMs < MINUTE_MS ? ({ second: '2-digit' } as const) : {}
  // A day may have 23 hours.
  const isDays = widthMs >= DAY_MS - HOUR_MS
  const shown = isDays ? { ...day, year: 'numeric' as const } : { ...day, ...time, ...seconds }
  return zonedFormat(tz, locale, shown).one
}

/** The time from the first to the last bucket of a graph. */
export interface GraphTime {
  readonly from: number
  readonly to: number
  readonly times: readonly number[]
  readonly tz: string
}

/** That time in words that fit behind `in`: `14:05 – 14:20`, with the dates where it isn't one day. `locale` undefined: the reader's own. */
export function rangeText({ from, to, times, tz }: GraphTime, locale?: string): string {
  const widthMs = to - (times.at(-1) ?? from)
  const isDays = widthMs >= DAY_MS - HOUR_MS
  const format = zonedFormat(tz, locale, {
    ...{ day: 'numeric', month: 'short' },
    ...(isDays
      ? { year: 'numeric' as const }
      : ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const)),
    ...(widthMs < MINUTE_MS && to - from < 10 * MINUTE_MS && { second: '2-digit' as const }),
  })
  return format.range(from, isDays ? to - 1 : to)
}
