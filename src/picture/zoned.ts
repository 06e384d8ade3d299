/** Dates and times in any zone the server answers with: names that Intl knows, and offsets (`+05:30`), which not every Intl does. Pure. */

/** Writes instants in one zone. */
export interface ZonedFormat {
  readonly one: (ms: number) => string
  /** `Mar 1 – 3, 2026`: what both have in common once. */
  readonly range: (fromMs: number, untilMs: number) => string
}

/** `locale` undefined: the reader's own. Throws a RangeError for a zone or a locale that there is none of. */
export function zonedFormat(
  tz: string,
  locale: string | undefined,
  options: Omit<Intl.DateTimeFormatOptions, 'timeZone'>,
): ZonedFormat {
  const offsetMs = offsetOf(tz)
  const timeZone = offsetMs === null ? tz : 'UTC'
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone })
  const shift = offsetMs ?? 0
  return {
    one: ms => format.format(ms + shift),
    range: (fromMs, untilMs) => format.formatRange(fromMs + shift, untilMs + shift),
  }
}

/** Milliseconds ahead of UTC of a zone that is written as an offset; null for one with a name. */
export function offsetOf(tz: string): number | null {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(tz) ?? []
  if (sign === undefined) return null
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000)
}
