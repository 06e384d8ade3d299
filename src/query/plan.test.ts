import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, KEPT_INTERVAL_MS, TICK_MS } from '../model/interval.js'
import { parsePeriod, resolvePeriod, resolveRange, type TimeRange } from '../model/period.js'
import { DEFAULT_RETENTION, parseRetention } from '../model/retention.js'
import { utcZone, Zones } from '../model/timezone.js'
import { pointsPlan, shiftRange, totalPlan } from './plan.js'
import type { TimePlan } from './reader.js'

const zones = new Zones()
const NOW = Date.UTC(2026, 2, 11, 10, 30, 25)

function period(text: string, tz = 'UTC', nowMs = NOW): TimeRange {
  return resolvePeriod(parsePeriod(text), { nowMs, zone: zones.get(tz) })
}

function shown(plan: TimePlan): string[] {
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16)
  return plan.segments.map(({ interval, fromMs, untilMs }) => `${interval} ${iso(fromMs)} ${iso(untilMs)}`)
}

describe('points', () => {
  test.each([
    ['1m:1h', 'UTC', ['1m 2026-03-11T09:31 2026-03-11T10:31']],
    ['1h:1d', 'UTC', ['1h 2026-03-10T11:00 2026-03-11T11:00']],
    ['1h:1d', 'Asia/Kathmandu', ['15m 2026-03-10T11:15 2026-03-11T11:15']],
    ['1d:30d', 'UTC', ['1d 2026-02-10T00:00 2026-03-12T00:00']],
    ['1d:30d', 'America/New_York', ['1h 2026-02-10T05:00 2026-03-12T04:00']],
    ['1d:3650d', 'UTC', ['1d 2016-03-14T00:00 2026-03-12T00:00']],
    ['1mo:2mo', 'UTC', ['1d 2026-02-01T00:00 2026-04-01T00:00']],
    [
      '1w:2w',
      'America/New_York',
      [
        '1h 2026-03-02T05:00 2026-03-03T00:00',
        '1d 2026-03-03T00:00 2026-03-09T00:00',
        '1h 2026-03-09T00:00 2026-03-10T00:00',
        '1d 2026-03-10T00:00 2026-03-16T00:00',
        '1h 2026-03-16T00:00 2026-03-16T04:00',
      ],
    ],
  ])('%s in %s', (text, tz, segments) => {
    const range = period(text, tz)
    const plan = pointsPlan(range, DEFAULT_RETENTION, NOW)
    expect(shown(plan)).toEqual(segments)
    expect(plan.edgesMs).toEqual(range.edgesMs)
  })

  test('winter days of London are read as days, summer days from hours', () => {
    const range = period('1d:200d', 'Europe/London')
    expect(pointsPlan(range, DEFAULT_RETENTION, NOW).segments.map(segment => segment.interval)).toEqual([
      '1h',
      '1d',
    ])
  })

  test('what is kept at its edge, and what just is no more', () => {
    for (const text of ['10s:6h', '1m:8d', '15m:400d', '1h:400d', '1d:200y']) {
      expect(() => pointsPlan(period(text), DEFAULT_RETENTION, NOW)).not.toThrow()
      expect(() => totalPlan(period(text), DEFAULT_RETENTION, NOW)).not.toThrow()
    }
    for (const text of ['10s:21610s', '1m:11521m', '1h:9601h']) {
      expect(() => pointsPlan(period(text), DEFAULT_RETENTION, NOW)).toThrow(
        expect.objectContaining({ code: 'not_kept' }),
      )
    }
  })

  test('as many days of a zone as hours are kept, at any time of any day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1.7e12, max: 1.8e12 }), nowMs => {
        for (const tz of ['America/New_York', 'Antarctica/Troll', 'Asia/Kathmandu']) {
          expect(() => pointsPlan(period('1d:400d', tz, nowMs), DEFAULT_RETENTION, nowMs)).not.toThrow()
        }
      }),
      { numRuns: 30 },
    )
  })

  test('says what is kept and what would work', () => {
    expect(() => pointsPlan(period('1m:14d'), DEFAULT_RETENTION, NOW)).toThrow(
      'buckets of 1m from 2026-02-25T10:31:00Z on cannot be built from what is kept ' +
        '(10s:6h,1m:8d,15m:400d,1h:400d,1d:forever): ask from 2026-03-03T10:31:00Z on, ' +
        'or ask for 15m in UTC, which goes back that far',
    )
    expect(() => totalPlan(period('1d:500d', 'America/New_York'), DEFAULT_RETENTION, NOW)).toThrow(
      /ask from 2025-02-05T05:00:00Z on, or ask for 1d in UTC/,
    )
    expect(() => pointsPlan(period('1h:1d'), parseRetention('1d:7d'), NOW)).toThrow(/ask for 1d in UTC/)
    expect(() => pointsPlan(period('1h:9d'), parseRetention('1d:7d'), NOW)).toThrow(
      /nothing goes back that far/,
    )
  })

  test('time ahead of now is planned too', () => {
    const question = { fromText: 'now', toText: '2026-03-13', nowMs: NOW, zone: utcZone() }
    const range = resolveRange({ ...question, interval: '1h', retention: DEFAULT_RETENTION })
    expect(shown(pointsPlan(range, DEFAULT_RETENTION, NOW))).toEqual(['1h 2026-03-11T10:00 2026-03-13T00:00'])
  })
})

describe('totals', () => {
  test.each([
    ['1m:1h', 'UTC', ['1m 2026-03-11T09:31 2026-03-11T10:31']],
    ['1h:1d', 'UTC', ['1h 2026-03-10T11:00 2026-03-11T11:00']],
    ['1d:30d', 'UTC', ['1d 2026-02-10T00:00 2026-03-12T00:00']],
    [
      'year',
      'America/New_York',
      [
        '1h 2025-03-12T04:00 2025-03-13T00:00',
        '1d 2025-03-13T00:00 2026-03-12T00:00',
        '1h 2026-03-12T00:00 2026-03-12T04:00',
      ],
    ],
  ])('%s in %s', (text, tz, segments) => {
    const range = period(text, tz)
    const plan = totalPlan(range, DEFAULT_RETENTION, NOW)
    expect(shown(plan)).toEqual(segments)
    expect([...plan.edgesMs]).toEqual([range.fromMs, range.untilMs])
  })

  test('sums of counts are the same by any plan', () => {
    const anyText = fc.constantFrom(
      '10s:1h',
      '1m:6h',
      '15m:2d',
      '1h:3d',
      'today',
      'yesterday',
      'wtd',
      '1d:6d',
      '1w:1w',
    )
    const anyTz = fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', '+05:45', 'Europe/Berlin')
    const anyNow = fc.constantFrom(
      ...['2026-03-09', '2026-04-05', '2026-10-04', '2026-11-02'].map(Date.parse),
    )
    const counts = fc.array(fc.integer({ min: -14 * 8640, max: 8640 }), { maxLength: 200 })
    fc.assert(
      fc.property(anyText, anyTz, anyNow, counts, (text, tz, day, ticks) => {
        const nowMs = day + 17 * HOUR_MS
        const retention = parseRetention('10s:6h,1m:8d,15m:400d,1h:400d,1d:forever')
        const range = period(text, tz, nowMs)
        const eventsMs = ticks.map(tick => nowMs + tick * TICK_MS)
        const points = read(pointsPlan(range, retention, nowMs), eventsMs)
        expect(points).toEqual(brute(range.edgesMs, eventsMs))
        const [total] = read(totalPlan(range, retention, nowMs), eventsMs)
        expect(total).toBe(points.reduce((sum, value) => sum + value, 0))
      }),
      { numRuns: 300 },
    )
  })
})

/** Sums per point as a reader makes them: whole stored buckets of each segment, each into the point that holds its start. */
function read(plan: TimePlan, eventsMs: readonly number[]): number[] {
  const starts = plan.segments.flatMap(({ interval, fromMs, untilMs }) => {
    const width = KEPT_INTERVAL_MS[interval]
    return eventsMs
      .map(at => Math.floor(at / width) * width)
      .filter(start => start >= fromMs && start < untilMs)
  })
  return brute(plan.edgesMs, starts)
}

function brute(edgesMs: Float64Array, eventsMs: readonly number[]): number[] {
  return [...edgesMs.subarray(1)].map(
    (until, i) => eventsMs.filter(at => at >= edgesMs[i]! && at < until).length,
  )
}

describe('the same points before', () => {
  const iso = (range: TimeRange) => [...range.edgesMs].map(ms => new Date(ms).toISOString().slice(0, 16))

  test('a week, through a change of clocks, at the same local times', () => {
    const zone = zones.get('America/New_York')
    const shifted = shiftRange(period('yesterday', 'America/New_York'), '1w', zone)
    expect(shifted.fromMs).toBe(Date.parse('2026-03-03T05:00Z'))
    expect(shifted.untilMs).toBe(Date.parse('2026-03-04T05:00Z'))
    expect(shifted.edgesMs).toHaveLength(25)
    expect(shifted.interval).toBe('1h')
  })

  test('onto a day with an hour fewer, and from a day with an hour more', () => {
    const zone = zones.get('America/New_York')
    const spring = shiftRange(period('yesterday', 'America/New_York', Date.UTC(2026, 2, 16, 12)), '1w', zone)
    expect(iso(spring).slice(0, 5)).toEqual([
      '2026-03-08T05:00',
      '2026-03-08T06:00',
      '2026-03-08T07:00',
      '2026-03-08T07:00',
      '2026-03-08T08:00',
    ])
    const autumn = shiftRange(period('yesterday', 'America/New_York', Date.UTC(2026, 10, 2, 12)), '1w', zone)
    expect(iso(autumn).slice(0, 5)).toEqual([
      '2026-10-25T04:00',
      '2026-10-25T05:00',
      '2026-10-25T05:00',
      '2026-10-25T06:00',
      '2026-10-25T07:00',
    ])
    expect(autumn.untilMs - autumn.fromMs).toBe(DAY_MS)
  })

  test('a month and a year, to the last of a shorter one', () => {
    const question = { nowMs: NOW, zone: utcZone(), retention: DEFAULT_RETENTION, interval: '1d' } as const
    const march = resolveRange({ ...question, fromText: '2028-03-28', toText: '2028-04-01' })
    expect(iso(shiftRange(march, '1mo', utcZone())).map(text => text.slice(5, 10))).toEqual([
      '02-28',
      '02-29',
      '02-29',
      '02-29',
      '03-01',
    ])
    expect(iso(shiftRange(march, '1y', utcZone()))[0]).toBe('2027-03-28T00:00')
  })

  test('hours and less in elapsed time', () => {
    const range = period('1m:1h')
    expect(shiftRange(range, '90m', utcZone()).fromMs).toBe(range.fromMs - 5_400_000)
    expect(shiftRange(range, '3600s', utcZone()).fromMs).toBe(range.fromMs - HOUR_MS)
    expect(() => shiftRange(range, '5s', utcZone())).toThrow(/^previous: 5s is no multiple of 10s/)
    expect(() => shiftRange(range, 'week', utcZone())).toThrow(/^previous: 'week' is no length of time/)
  })

  test('keeps the number of points, ascending, whole buckets that can be planned', () => {
    const anyText = fc.constantFrom('1m:1h', '1h:2d', 'yesterday', '1d:30d', '1mo:3mo', '10s:10m')
    const anyTz = fc.constantFrom(
      'UTC',
      'America/New_York',
      'Australia/Lord_Howe',
      '+05:45',
      'America/Sao_Paulo',
    )
    const anyLength = fc.constantFrom('1d', '1w', '2mo', '1y', '1h', '10s', '3d')
    const forever = parseRetention('10s:forever,1m:forever,15m:forever,1h:forever,1d:forever')
    fc.assert(
      fc.property(
        anyText,
        anyTz,
        anyLength,
        fc.integer({ min: 1e12, max: 2e12 }),
        (text, tz, length, nowMs) => {
          const range = period(text, tz, nowMs)
          const { edgesMs } = shiftRange(range, length, zones.get(tz))
          expect(edgesMs.length).toBe(range.edgesMs.length)
          expect([...edgesMs]).toEqual([...edgesMs].sort((a, b) => a - b))
          expect(edgesMs[0]).toBeLessThan(range.fromMs)
          pointsPlan({ ...range, edgesMs }, forever, nowMs)
        },
      ),
      { numRuns: 500 },
    )
  })
})
