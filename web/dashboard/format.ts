/** Numbers and times for people, in their own language. */

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const decimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 })
const cents = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const small = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 })
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })

/** A number in full: two decimals where it has any, more where it is very small. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return whole.format(value)
  return (Math.abs(value) < 0.1 ? small : decimal).format(value)
}

/** A formatter for numbers below one another: all with two decimals where one of them has any. */
export function columnFormat(values: readonly number[]): (value: number) => string {
  if (values.every(Number.isInteger)) return formatNumber
  return value => (Math.abs(value) < 0.1 && value !== 0 ? small : cents).format(value)
}

/** The numbers of an axis: all short (`12.5K`) where the largest would be long. */
export function formatAxis(values: readonly number[]): string[] {
  const isLong = values.some(value => Math.abs(value) >= 10_000)
  return values.map(isLong ? compact.format : formatNumber)
}

/** 0.25 → `25%`. */
export function formatShare(share: number): string {
  return percent.format(share)
}

const DAY_MS = 86_400_000

/** Writes the time of a bucket in a zone, as exactly as its width needs. */
export function bucketFormat(tz: string, widthMs: number): (ms: number) => string {
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const seconds = widthMs < 60_000 ? ({ second: '2-digit' } as const) : {}
  const shown = widthMs >= DAY_MS ? { ...day, year: 'numeric' as const } : { ...day, ...time, ...seconds }
  const format = new Intl.DateTimeFormat(undefined, { ...shown, timeZone: tz })
  return ms => format.format(ms)
}

/** Writes the ticks of a time axis: the time of day, the date where a day starts or where ticks are days apart. */
export function tickFormat(tz: string): (ms: number, stepSeconds: number) => string {
  const options = { timeZone: tz, hourCycle: 'h23' } as const
  const time = new Intl.DateTimeFormat(undefined, { ...options, hour: '2-digit', minute: '2-digit' })
  const second = new Intl.DateTimeFormat(undefined, {
    ...options,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const midnight = new Intl.DateTimeFormat('en-GB', { ...options, hour: '2-digit', minute: '2-digit' })
  const day = new Intl.DateTimeFormat(undefined, { timeZone: tz, day: 'numeric', month: 'short' })
  const month = new Intl.DateTimeFormat(undefined, { timeZone: tz, month: 'short', year: 'numeric' })
  return (ms, stepSeconds) => {
    if (stepSeconds >= 28 * 86_400) return month.format(ms)
    if (stepSeconds >= 86_400 || midnight.format(ms) === '00:00') return day.format(ms)
    return (stepSeconds < 60 ? second : time).format(ms)
  }
}
