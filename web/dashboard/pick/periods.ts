/** The periods that the page offers, and how people say them. Pure. */
import type { View } from '../place/view.js'

/** What the list offers: how it is written, how it is said. */
export const PERIODS: readonly (readonly [period: string, name: string])[] = [
  ['10s:10m', 'Last 10 minutes'],
  ['1m:1h', 'Last hour'],
  ['1m:6h', 'Last 6 hours'],
  ['15m:24h', 'Last 24 hours'],
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['1h:7d', 'Last 7 days'],
  ['wtd', 'This week'],
  ['1d:30d', 'Last 30 days'],
  ['mtd', 'This month'],
  ['1d:90d', 'Last 90 days'],
  ['1d:365d', 'Last 365 days'],
  ['ytd', 'This year'],
]

/** Widths of a bucket, and how they are said. */
export const INTERVALS: readonly (readonly [interval: string, name: string])[] = [
  ['10s', '10 seconds'],
  ['1m', 'minute'],
  ['15m', '15 minutes'],
  ['1h', 'hour'],
  ['1d', 'day'],
  ['1w', 'week'],
  ['1mo', 'month'],
  ['1y', 'year'],
]

/** Units of a length. */
export const UNITS: readonly (readonly [unit: string, name: string])[] = [
  ['m', 'minutes'],
  ['h', 'hours'],
  ['d', 'days'],
  ['w', 'weeks'],
  ['mo', 'months'],
  ['y', 'years'],
]

const OTHERS: Readonly<Record<string, string>> = {
  hour: 'Last hour',
  day: 'Last 24 hours',
  '24h': 'Last 24 hours',
  '1h:1d': 'Last 24 hours',
  week: 'Last 7 days',
  seven: 'Last 7 days',
  month: 'Last 30 days',
  thirty: 'Last 30 days',
  year: 'Last 365 days',
}

/** The time of a view as a field shows it, instants in the zone; texts that have no name are shown as they are. */
export function timeName(view: View, tz: string): string {
  const { period = '', from, to } = view
  if (from !== undefined) return rangeName(shownTime(from, tz), to === undefined ? 'now' : shownTime(to, tz))
  return PERIODS.find(([written]) => written === period)?.[1] ?? OTHERS[period] ?? customName(period)
}

/** Interval and length of a period like `15m:6h`; null for one with a name. */
export function customParts(period: string): { interval: string; amount: string; unit: string } | null {
  const match = /^(10s|1m|15m|1h|1d|1w|1mo|1y):(\d+)(m|h|d|w|mo|y)$/.exec(period)
  return match && { interval: match[1]!, amount: match[2]!, unit: match[3]! }
}

function customName(period: string): string {
  const parts = customParts(period)
  if (parts === null) return period
  const unit = UNITS.find(([written]) => written === parts.unit)![1]
  return `Last ${parts.amount} ${parts.amount === '1' ? unit.slice(0, -1) : unit}`
}

/** The day of the end is not said again. */
function rangeName(from: string, to: string): string {
  const [day = '', time] = from.split(' ')
  const isSameDay = time !== undefined && to.startsWith(`${day} `)
  return `${from} – ${isSameDay ? to.slice(day.length + 1) : to}`
}

/** `2026-03-01T12:00` for people; a day without its time where it starts at midnight. */
function shownTime(text: string, tz: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}))?/.exec(localText(text, tz))
  if (match === null) return text
  return match[2] === undefined || match[2] === '00:00' ? match[1]! : `${match[1]} ${match[2]}`
}

/** An instant (`2026-03-01T12:00Z`) as the date and time of a zone, as `<input type="datetime-local">` has it; others as they are. */
export function localText(text: string, tz: string): string {
  const ms = /Z$|[+-]\d\d:\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: tz, dateStyle: 'short', timeStyle: 'short' })
  return parts.format(ms).replace(' ', 'T')
}
