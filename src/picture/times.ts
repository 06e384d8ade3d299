/** Times for people, in their own language and the zone asked for. Pure. */

const DAY_MS = 86_400_000

/** Writes the time of a bucket in a zone, as exactly as its width needs. `locale` undefined: the reader's own. */
export function bucketFormat(tz: string, widthMs: number, locale?: string): (ms: number) => string {
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const seconds = widthMs < 60_000 ? ({ second: '2-digit' } as const) : {}
  const shown = widthMs >= DAY_MS ? { ...day, year: 'numeric' as const } : { ...day, ...time, ...seconds }
  const format = new Intl.DateTimeFormat(locale, { ...shown, timeZone: tz })
  return ms => format.format(ms)
}

/** Writes the ticks of a time axis: the time of day, the date where a day starts or where ticks are days apart. */
export function tickFormat(tz: string, locale?: string): (ms: number, stepSeconds: number) => string {
  const options = { timeZone: tz, hourCycle: 'h23' } as const
  const time = new Intl.DateTimeFormat(locale, { ...options, hour: '2-digit', minute: '2-digit' })
  const second = new Intl.DateTimeFormat(locale, {
    ...options,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const midnight = new Intl.DateTimeFormat('en-GB', { ...options, hour: '2-digit', minute: '2-digit' })
  const day = new Intl.DateTimeFormat(locale, { timeZone: tz, day: 'numeric', month: 'short' })
  const month = new Intl.DateTimeFormat(locale, { timeZone: tz, month: 'short', year: 'numeric' })
  return (ms, stepSeconds) => {
    if (stepSeconds >= 28 * 86_400) return month.format(ms)
    if (stepSeconds >= 86_400 || midnight.format(ms) === '00:00') return day.format(ms)
    return (stepSeconds < 60 ? second : time).format(ms)
  }
}
