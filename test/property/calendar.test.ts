/**
 * Calendars over HTTP: the days when clocks change both ways, in zones of whole and half hours, a quarter-hour offset, a leap
 * day, a year of days, weeks, months and years. The edges of all buckets come from Temporal alone, the sums from the events.
 */
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../src/model/interval.js'
import { parseRetention } from '../../src/model/retention.js'
import { Dice } from '../support/dice.js'
import { ServerHarness } from '../support/server-harness.js'

/** 2028 is a leap year; asked a year later. */
const NOW_MS = Date.UTC(2029, 2, 15, 10, 20, 30)
const RETENTION = parseRetention('15m:forever,1h:forever,1d:forever')

interface Counted {
  readonly atMs: number
  readonly dollars: number
}

const counted: Counted[] = []
let harness: ServerHarness

/** Days (local) on which something happens: clocks change there, or the calendar does. */
const DAYS: readonly (readonly [zone: string, day: string])[] = [
  ['America/New_York', '2028-03-12'],
  ['America/New_York', '2028-11-05'],
  ['Europe/Berlin', '2028-03-26'],
  ['Europe/Berlin', '2028-10-29'],
  ['Australia/Lord_Howe', '2028-04-02'],
  ['Australia/Lord_Howe', '2028-10-01'],
  ['Asia/Kathmandu', '2028-07-01'],
  ['UTC', '2028-02-29'],
  ['Europe/Berlin', '2028-02-29'],
  ['Asia/Kathmandu', '2028-12-31'],
]
const ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
  '+05:45',
  '-03:30',
]

beforeAll(async () => {
  harness = await ServerHarness.start({ nowMs: NOW_MS, retention: RETENTION, overSocket: true })
  const dice = new Dice(2028)
  const count = (atMs: number): void => void counted.push({ atMs, dollars: dice.between(-500, 1000) })
  for (const [zone, day] of DAYS) {
    const noonMs = Temporal.PlainDate.from(day).toZonedDateTime({
      timeZone: zone,
      plainTime: '12:00',
    }).epochMilliseconds
    // Every quarter of an hour from the day before to the day after, at its first and its last millisecond.
    for (let ms = noonMs - 36 * HOUR_MS; ms < noonMs + 36 * HOUR_MS; ms += HOUR_MS / 4)
      count(ms + dice.pick([0, 1, HOUR_MS / 4 - 1]))
  }
  for (let ms = Date.UTC(2027, 11, 20); ms < NOW_MS; ms += dice.between(1, 14 * HOUR_MS)) count(ms)
  for (let first = 0; first < counted.length; first += 500) {
    const lines = counted
      .slice(first, first + 500)
      .map(({ atMs, dollars }) => JSON.stringify({ at: atMs, metrics: { dollars }, dimensions: 'shop' }))
    const headers = { 'content-type': 'application/x-ndjson' }
    const answer = await harness.send({
      method: 'POST',
      url: '/count',
      headers,
      body: Buffer.from(lines.join('\n')),
    })
    expect(answer.status, answer.body.toString()).toBe(200)
    if (first === 1000) await harness.flush()
  }
})

afterAll(() => harness.stop())

type Unit = '1h' | '1d' | '1w' | '1mo' | '1y'

/** Starts of buckets from the one that holds `fromMs` to the first at or after `untilMs`, by Temporal alone. */
function edges(zone: string, unit: Unit, fromMs: number, untilMs: number): number[] {
  const step = {
    '1h': { hours: 1 },
    '1d': { days: 1 },
    '1w': { weeks: 1 },
    '1mo': { months: 1 },
    '1y': { years: 1 },
  }[unit]
  const from = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone)
  if (unit === '1h') return hourEdges(zone, fromMs, untilMs)
  const day = from.toPlainDate()
  const first = {
    '1d': day,
    '1w': day.subtract({ days: day.dayOfWeek - 1 }),
    '1mo': day.with({ day: 1 }),
    '1y': day.with({ day: 1, month: 1 }),
  }[unit]
  const found: number[] = []
  for (let date = first; ; date = date.add(step)) {
    found.push(date.toZonedDateTime(zone).startOfDay().epochMilliseconds)
    if (found.at(-1)! >= untilMs) return found
  }
}

/** Each instant at which the local clock comes to show a full hour, or is put forward past one; found by looking at every minute. */
function hourEdges(zone: string, fromMs: number, untilMs: number): number[] {
  const hourOf = (ms: number): string => {
    const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
    // Through a change of whole hours the same hour comes twice; elsewhere it goes on.
    return `${at.toPlainDate()} ${at.hour} ${isWholeChange(zone, ms) ? at.offset : ''}`
  }
  const stepMs = HOUR_MS / 4
  const found: number[] = []
  let ms = Math.floor(fromMs / stepMs) * stepMs
  while (hourOf(ms - stepMs) === hourOf(ms)) ms -= stepMs
  for (let before = ''; ; ms += stepMs) {
    const hour = hourOf(ms)
    if (hour !== before) found.push(ms)
    before = hour
    if (found.at(-1)! >= untilMs) return found
  }
}

function isWholeChange(zone: string, ms: number): boolean {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
  return at.startOfDay().offset !== at.add({ days: 1 }).startOfDay().offset && !zone.endsWith('Lord_Howe')
}

/** Asks for the points of a time and compares their edges and their sums. */
async function expectPoints(zone: string, unit: Unit, fromMs: number, untilMs: number): Promise<void> {
  const asked = `metrics=hits,dollars&tz=${encodeURIComponent(zone)}&from=${fromMs}&to=${untilMs}&interval=${unit}`
  const answer = await harness.send({ method: 'GET', url: `/graph?${asked}`, headers: {} })
  expect(answer.status, `${asked} ${answer.body}`).toBe(200)
  const graph = JSON.parse(answer.body.toString()) as GraphJson
  const expected = edges(zone, unit, fromMs, untilMs)
  expect([...graph.times, graph.to].map(iso), asked).toEqual(expected.map(iso))
  const sums = expected.slice(0, -1).map((startMs, i) => sumsOf(startMs, expected[i + 1]!))
  expect(graph.overall.points, asked).toEqual({
    hits: sums.map(each => each.hits),
    dollars: sums.map(each => each.dollars),
  })
  expect(graph.overall.total, asked).toEqual(sumsOf(expected[0]!, expected.at(-1)!))
  expect(graph.series[0]?.points ?? graph.overall.points, asked).toEqual(graph.overall.points)
}

interface GraphJson {
  readonly times: readonly number[]
  readonly to: number
  readonly overall: { readonly points: object; readonly total: object }
  readonly series: readonly { readonly points: object }[]
}

function sumsOf(fromMs: number, untilMs: number): { hits: number; dollars: number } {
  const within = counted.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
  return { hits: within.length, dollars: within.reduce((sum, { dollars }) => sum + dollars, 0) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

describe('calendars', () => {
  test.each(DAYS)('hours and days around %s %s', async (zone, day) => {
    const noonMs = Temporal.PlainDate.from(day).toZonedDateTime({
      timeZone: zone,
      plainTime: '12:00',
    }).epochMilliseconds
    for (const tz of new Set([zone, ...ZONES])) {
      await expectPoints(tz, '1h', noonMs - 30 * HOUR_MS, noonMs + 30 * HOUR_MS)
      await expectPoints(tz, '1d', noonMs - 3 * DAY_MS, noonMs + 3 * DAY_MS)
    }
  })

  test.each(ZONES)('a year of days, weeks, months and years in %s', async zone => {
    const fromMs = Date.UTC(2027, 11, 24, 5)
    await expectPoints(zone, '1d', fromMs, NOW_MS)
    await expectPoints(zone, '1w', fromMs, NOW_MS)
    await expectPoints(zone, '1mo', fromMs, NOW_MS)
    await expectPoints(zone, '1y', fromMs, NOW_MS)
  })

  test.each(ZONES)('named periods in %s', async zone => {
    const at = Temporal.Instant.fromEpochMilliseconds(NOW_MS).toZonedDateTimeISO(zone)
    const midnight = at.startOfDay()
    const starts = {
      today: midnight,
      wtd: midnight.subtract({ days: at.dayOfWeek - 1 }),
      mtd: midnight.with({ day: 1 }),
      ytd: midnight.with({ day: 1, month: 1 }),
    }
    const answer = await harness.send({
      method: 'GET',
      url: `/totals?metrics=hits,dollars&tz=${encodeURIComponent(zone)}&period=today,wtd,mtd,ytd,yesterday`,
      headers: {},
    })
    const totals = JSON.parse(answer.body.toString()) as Record<string, { _: object }>
    for (const [period, start] of Object.entries(starts)) {
      expect(totals[period]!._, period).toEqual(sumsOf(start.startOfDay().epochMilliseconds, NOW_MS + 1))
    }
    const before = midnight.subtract({ days: 1 }).startOfDay().epochMilliseconds
    expect(totals.yesterday!._).toEqual(sumsOf(before, midnight.epochMilliseconds))
  })

  test('days have 23, 24 and 25 hours', () => {
    const hoursOf = (zone: string, day: string): number => {
      const from = Temporal.PlainDate.from(day).toZonedDateTime(zone)
      return edges(zone, '1h', from.epochMilliseconds, from.add({ days: 1 }).epochMilliseconds).length - 1
    }
    expect([hoursOf('America/New_York', '2028-03-12'), hoursOf('America/New_York', '2028-11-05')]).toEqual([
      23, 25,
    ])
    expect([hoursOf('Europe/Berlin', '2028-03-26'), hoursOf('Europe/Berlin', '2028-10-29')]).toEqual([23, 25])
    expect([
      hoursOf('Australia/Lord_Howe', '2028-04-02'),
      hoursOf('Australia/Lord_Howe', '2028-10-01'),
    ]).toEqual([24, 24])
  })
})
