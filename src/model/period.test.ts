import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, INTERVALS, intervalMs } from './interval.js'
import { NAMED_PERIODS, parsePeriod, resolvePeriod, resolveRange, type TimeRange } from './period.js'
import { DEFAULT_RETENTION, parseRetention } from './retention.js'
import { utcZone, Zones } from './timezone.js'

const zones = new Zones()
const NOW = Date.UTC(2026, 2, 11, 10, 30, 25)

function resolved(text: string, tz = 'UTC', nowMs = NOW): TimeRange {
  return resolvePeriod(parsePeriod(text), { nowMs, zone: zones.get(tz) })
}

function shown(range: TimeRange): string {
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19)
  return `${range.interval} ${iso(range.fromMs)} ${iso(range.untilMs)} ${range.edgesMs.length - 1}`
}

describe('periods', () => {
  test.each([
    ['1m:1h', '1m 2026-03-11T09:31:00 2026-03-11T10:31:00 60'],
    ['hour', '1m 2026-03-11T09:31:00 2026-03-11T10:31:00 60'],
    ['10s:5m', '10s 2026-03-11T10:25:30 2026-03-11T10:30:30 30'],
    ['15m:1d', '15m 2026-03-10T10:45:00 2026-03-11T10:45:00 96'],
    ['1h:1d', '1h 2026-03-10T11:00:00 2026-03-11T11:00:00 24'],
    ['day', '1h 2026-03-10T11:00:00 2026-03-11T11:00:00 24'],
    ['24h', '1h 2026-03-10T11:00:00 2026-03-11T11:00:00 24'],
    ['3600x86400', '1h 2026-03-10T11:00:00 2026-03-11T11:00:00 24'],
    ['604800x1209600', '1w 2026-03-02T00:00:00 2026-03-16T00:00:00 2'],
    ['today', '1h 2026-03-11T00:00:00 2026-03-11T11:00:00 11'],
    ['yesterday', '1h 2026-03-10T00:00:00 2026-03-11T00:00:00 24'],
    ['week', '1h 2026-03-04T11:00:00 2026-03-11T11:00:00 168'],
    ['seven', '1h 2026-03-04T11:00:00 2026-03-11T11:00:00 168'],
    ['wtd', '1h 2026-03-09T00:00:00 2026-03-11T11:00:00 59'],
    ['thirty', '1d 2026-02-10T00:00:00 2026-03-12T00:00:00 30'],
    ['month', '1d 2026-02-10T00:00:00 2026-03-12T00:00:00 30'],
    ['mtd', '1d 2026-03-01T00:00:00 2026-03-12T00:00:00 11'],
    ['year', '1d 2025-03-12T00:00:00 2026-03-12T00:00:00 365'],
    ['ytd', '1d 2026-01-01T00:00:00 2026-03-12T00:00:00 70'],
    ['1w:8w', '1w 2026-01-19T00:00:00 2026-03-16T00:00:00 8'],
    ['1w:1y', '1w 2025-03-17T00:00:00 2026-03-16T00:00:00 52'],
    ['1mo:12mo', '1mo 2025-04-01T00:00:00 2026-04-01T00:00:00 12'],
    ['1mo:1y', '1mo 2025-04-01T00:00:00 2026-04-01T00:00:00 12'],
    ['1mo:90d', '1mo 2026-01-01T00:00:00 2026-04-01T00:00:00 3'],
    ['1y:5y', '1y 2022-01-01T00:00:00 2027-01-01T00:00:00 5'],
    ['1y:24mo', '1y 2025-01-01T00:00:00 2027-01-01T00:00:00 2'],
    ['1d:1mo', '1d 2026-02-10T00:00:00 2026-03-12T00:00:00 30'],
    ['02/28/2028-03/01/2028', '1d 2028-02-28T00:00:00 2028-03-02T00:00:00 3'],
    ['2/1/2026-2/1/2026', '1d 2026-02-01T00:00:00 2026-02-02T00:00:00 1'],
  ])('%s', (text, range) => {
    expect(shown(resolved(text))).toBe(range)
    expect(parsePeriod(text).text).toBe(text)
  })

  test.each([
    ['today', 'America/New_York', '1h 2026-03-11T04:00:00 2026-03-11T11:00:00 7'],
    ['yesterday', 'Asia/Kathmandu', '1h 2026-03-09T18:15:00 2026-03-10T18:15:00 24'],
    ['1h:1d', 'Asia/Kathmandu', '1h 2026-03-10T11:15:00 2026-03-11T11:15:00 24'],
    ['1m:1h', 'Asia/Kathmandu', '1m 2026-03-11T09:31:00 2026-03-11T10:31:00 60'],
    ['thirty', 'America/New_York', '1d 2026-02-10T05:00:00 2026-03-12T04:00:00 30'],
    ['wtd', 'Australia/Lord_Howe', '1h 2026-03-08T13:00:00 2026-03-11T11:00:00 70'],
    ['03/08/2026-03/08/2026', 'America/New_York', '1d 2026-03-08T05:00:00 2026-03-09T04:00:00 1'],
    ['mtd', 'Europe/Berlin', '1d 2026-02-28T23:00:00 2026-03-11T23:00:00 11'],
  ])('%s in %s', (text, tz, range) => {
    expect(shown(resolved(text, tz))).toBe(range)
  })

  test('days when the clocks change', () => {
    const spring = Date.UTC(2026, 2, 9, 12)
    expect(resolved('yesterday', 'America/New_York', spring).edgesMs).toHaveLength(24)
    const autumn = Date.UTC(2026, 10, 2, 12)
    expect(resolved('yesterday', 'America/New_York', autumn).edgesMs).toHaveLength(26)
    expect(resolved('yesterday', 'Australia/Lord_Howe', Date.UTC(2026, 9, 4, 20)).edgesMs).toHaveLength(25)
  })

  test.each([
    ['', /is no period.*ytd/],
    ['fortnight', /is no period/],
    ['toString', /is no period/],
    ['1m:60', /60.*no length of time/],
    ['5m:1h', /5m.*10s, 1m/],
    ['1m:1h:1d', /is no period/],
    ['1h:90m', /no multiple of 1h/],
    ['1h:30m', /shorter than one bucket/],
    ['1y:6mo', /shorter than one bucket/],
    ['300x3600', /no known interval/],
    ['3600x1800', /shorter/],
    ['3600x0', /1s and 200y/],
    ['02/30/2026-03/01/2026', /a date that is none/],
    ['13/01/2026-13/02/2026', /a date that is none/],
    ['03/02/2026-03/01/2026', /ends before it begins/],
    ['1d:201y', /200y/],
  ])('refuses %s', (text, why) => {
    expect(() => parsePeriod(text)).toThrow(why)
    expect(() => parsePeriod(text)).toThrow(/^period: /)
  })

  test('too many points', () => {
    expect(() => resolved('10s:200y')).toThrow(expect.objectContaining({ code: 'too_many_points' }))
    const clock = { nowMs: NOW, zone: utcZone() }
    expect(() => resolvePeriod(parsePeriod('ytd'), clock, 69)).toThrow(/69 points/)
    expect(resolvePeriod(parsePeriod('ytd'), clock, 70).edgesMs).toHaveLength(71)
  })

  test('any period: whole buckets of its zone, no gaps, the last one holding now', () => {
    const names = fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', '+05:45')
    const texts = fc.oneof(
      fc.constantFrom(...NAMED_PERIODS.filter(name => name !== 'yesterday')),
      fc
        .tuple(fc.constantFrom(...INTERVALS), fc.integer({ min: 1, max: 100 }))
        .map(([interval, points]) => `${interval}:${(intervalMs(interval) * points) / 1000}s`),
    )
    fc.assert(
      fc.property(texts, names, fc.integer({ min: 4e11, max: 4e12 }), (text, tz, nowMs) => {
        const zone = zones.get(tz)
        const { interval, fromMs, untilMs, edgesMs } = resolved(text, tz, nowMs)
        expect(fromMs).toBe(edgesMs[0])
        expect(untilMs).toBe(edgesMs.at(-1))
        expect(edgesMs.at(-2)).toBe(zone.startOfBucket(interval, nowMs))
        for (let i = 1; i < edgesMs.length; i++) {
          if (edgesMs[i] !== zone.nextBucket(interval, edgesMs[i - 1]!))
            expect.unreachable(`${text} ${tz} ${i}`)
        }
        const length = /:(\d+)s$/.exec(text)
        if (length) expect(edgesMs.length - 1).toBe((Number(length[1]) * 1000) / intervalMs(interval))
      }),
      { numRuns: 500 },
    )
  })
})

describe('from and to', () => {
  const question = { nowMs: NOW, zone: utcZone(), retention: DEFAULT_RETENTION }

  test.each([
    ['2026-03-11T10:00Z', '2026-03-11T10:05:01Z', '1m', '1m 2026-03-11T10:00:00 2026-03-11T10:06:00 6'],
    ['2026-03-11T10:00:59Z', '2026-03-11T10:05:00Z', '1m', '1m 2026-03-11T10:00:00 2026-03-11T10:05:00 5'],
    ['2026-03-11', undefined, '1h', '1h 2026-03-11T00:00:00 2026-03-11T11:00:00 11'],
    ['2026-03-11', 'now', '1h', '1h 2026-03-11T00:00:00 2026-03-11T11:00:00 11'],
    ['now', 'now', '1h', '1h 2026-03-11T10:00:00 2026-03-11T11:00:00 1'],
    ['2026-02-10', '2026-03-02', '1mo', '1mo 2026-02-01T00:00:00 2026-04-01T00:00:00 2'],
    ['now', '2026-03-11T12:00Z', '1h', '1h 2026-03-11T10:00:00 2026-03-11T12:00:00 2'],
    ['1970-01-01', '1970-01-03', '1w', '1w 1969-12-29T00:00:00 1970-01-05T00:00:00 1'],
  ] as const)('%s to %s in %s', (fromText, toText, interval, range) => {
    expect(shown(resolveRange({ ...question, fromText, toText, interval }))).toBe(range)
  })

  test.each([
    ['2026-03-11T10:00Z', '10s'],
    ['2026-03-11T05:00Z', '1m'],
    ['2026-03-11T04:00Z', '1m'],
    ['2026-03-11', '15m'],
    ['2026-03-01', '1h'],
    ['2026-02-01', '1d'],
    ['2025-01-01', '1w'],
    ['2015-01-01', '1mo'],
    ['1970-01-01', '1mo'],
  ])('from %s on, the interval is %s', (fromText, interval) => {
    expect(resolveRange({ ...question, fromText }).interval).toBe(interval)
  })

  test('the interval is one that is kept', () => {
    const retention = parseRetention('1m:1h,1d:forever')
    expect(resolveRange({ ...question, retention, fromText: '2026-03-11T10:00Z' }).interval).toBe('1m')
    expect(resolveRange({ ...question, retention, fromText: '2026-03-11T08:00Z' }).interval).toBe('1d')
  })

  test.each([
    [undefined, undefined, /^from: is missing/],
    [undefined, 'now', /^from: is missing/],
    ['2026-03-12', '2026-03-11', /^from: .* is not before to/],
    ['2026-03-11', '2026-03-11', /^from: .* is not before to/],
    ['2026-03-12', undefined, /^from: .* is not before to/],
    ['x', '2026-03-11', /^from: 'x' is no time/],
    ['2026-03-11', 'x', /^to: 'x' is no time/],
  ])('refuses %s to %s', (fromText, toText, why) => {
    expect(() => resolveRange({ ...question, fromText, toText })).toThrow(why)
  })

  test('too many points', () => {
    const wide = { ...question, fromText: '1970-01-01', interval: '10s' } as const
    expect(() => resolveRange(wide)).toThrow(expect.objectContaining({ code: 'too_many_points' }))
    const day = { ...question, fromText: '2026-03-10', toText: '2026-03-11', interval: '1h' } as const
    expect(() => resolveRange(day, 23)).toThrow(/23 points/)
    expect(resolveRange(day, 24).untilMs - resolveRange(day, 24).fromMs).toBe(DAY_MS)
    expect(resolveRange({ ...day, interval: '1m' }).edgesMs).toHaveLength((24 * HOUR_MS) / 60_000 + 1)
  })
})
