import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, INTERVALS, type Interval, intervalMs } from './interval.js'
import { utcZone, type Zone, Zones } from './timezone.js'

const NAMES = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'America/Havana',
  'America/St_Johns',
  'America/Asuncion',
  'Asia/Beirut',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Antarctica/Troll',
  'Pacific/Apia',
  'Pacific/Chatham',
  'UTC',
  '+05:45',
]
const CALENDAR: readonly Interval[] = ['1d', '1w', '1mo', '1y']

const zones = new Zones()
const anyName = fc.constantFrom(...NAMES)
const anyMs = fc.integer({ min: 0, max: Date.UTC(2090, 0, 1) })

function zdt(name: string, ms: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(name)
}

function ms(text: string): number {
  return Temporal.Instant.from(text).epochMilliseconds
}

/** Instants near changes of offset, where all the trouble is, and any others. */
function instants(name: string): fc.Arbitrary<number> {
  const changes: number[] = []
  let next = zdt(name, 0).getTimeZoneTransition('next')
  for (; next && next.epochMilliseconds < Date.UTC(2040, 0, 1); next = next.getTimeZoneTransition('next')) {
    changes.push(next.epochMilliseconds)
  }
  if (changes.length === 0) return anyMs
  const near = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -1800, max: 1800 }))
    .map(([change, minutes]) => change + minutes * 60_000)
  return fc.oneof(anyMs, near)
}

const anyWhere = anyName.chain(name => instants(name).map(at => ({ name, at, zone: zones.get(name) })))

/** The start of a calendar bucket by Temporal, for zones where local dates never go back. */
function temporalStart(name: string, interval: Interval, at: number): number {
  const date = zdt(name, at).toPlainDate()
  const first = {
    '1d': date,
    '1w': date.subtract({ days: date.dayOfWeek - 1 }),
    '1mo': date.with({ day: 1 }),
    '1y': date.with({ month: 1, day: 1 }),
  }[interval as '1d']
  return first.toZonedDateTime(name).epochMilliseconds
}

describe('names', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['Z', 'UTC'],
    ['+05:30', '+05:30'],
    [' 05:30', '+05:30'],
    ['-0800', '-08:00'],
    ['+05', '+05:00'],
    ['+00:00', 'UTC'],
  ])('%s is %s', (text, id) => {
    expect(zones.get(text).id).toBe(id)
  })

  test.each(['', 'Mars/Olympus', '+25:00', '+05:75', '5', '2020-01-01T00:00Z', '[', 'x'.repeat(500)])(
    'refuses %s',
    text => {
      expect(() => zones.get(text)).toThrow(/^tz: .*Europe\/Berlin/)
    },
  )

  test.each([
    ['-7', '-07:00'],
    ['5.5', '+05:30'],
    ['5.75', '+05:45'],
    ['+1', '+01:00'],
    [' 1', '+01:00'],
    ['0', 'UTC'],
    ['-14', '-14:00'],
  ])('tzoffset %s is %s', (text, id) => {
    expect(zones.ofOffset(text).id).toBe(id)
  })

  test.each(['', ' ', 'x', '15', '-700', '5.555', 'Europe/Berlin', '1e1'])('refuses tzoffset %s', text => {
    expect(() => zones.ofOffset(text)).toThrow(/^tzoffset: /)
  })

  test('a zone is looked up once, and only so many are held', () => {
    const few = new Zones()
    const first = few.get('Europe/Berlin')
    const getOthers = (count: number) => {
      for (let i = 0; i < count; i++) few.get(`+0${i % 10}:${10 + Math.floor(i / 10)}`)
    }
    getOthers(63)
    expect(few.get('Europe/Berlin')).toBe(first)
    getOthers(64)
    expect(few.get('Europe/Berlin')).not.toBe(first)
  })
})

describe('against Temporal', () => {
  test('offsets', () => {
    fc.assert(
      fc.property(anyWhere, ({ name, at, zone }) => {
        expect(zone.offsetMs(at)).toBe(zdt(name, at).offsetNanoseconds / 1e6)
      }),
      { numRuns: 3000 },
    )
  })

  test('offsets do not depend on the order in which they are asked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3e12, max: 8e12 }), { minLength: 1, maxLength: 5 }), times => {
        const fresh = new Zones().get('Europe/Berlin')
        for (const at of times) {
          const known = Math.min(Math.max(at, Date.UTC(1900, 0, 1)), Date.UTC(2199, 11, 31))
          expect(fresh.offsetMs(at)).toBe(zdt('Europe/Berlin', known).offsetNanoseconds / 1e6)
        }
      }),
      { numRuns: 20 },
    )
  })

  test('days, weeks, months and years', () => {
    fc.assert(
      fc.property(anyWhere, fc.constantFrom(...CALENDAR), ({ name, at, zone }, interval) => {
        const start = zone.startOfBucket(interval, at)
        const expected = temporalStart(name, interval, at)
        if (name === 'America/St_Johns') expect(start).toBeGreaterThanOrEqual(expected)
        else expect(start).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  test('plus, from the start of a day', () => {
    const amounts = fc.integer({ min: -500, max: 500 })
    fc.assert(
      fc.property(anyWhere, amounts, fc.constantFrom(...CALENDAR), ({ name, at, zone }, amount, interval) => {
        const start = zone.startOfBucket('1d', at)
        const unit = { '1d': 'days', '1w': 'weeks', '1mo': 'months', '1y': 'years' }[interval as '1d']
        const step = interval === '1y' ? amount % 40 : amount
        const date = zdt(name, start)
          .toPlainDate()
          .add({ [unit]: step })
        const expected = step === 0 ? start : date.toZonedDateTime(name).epochMilliseconds
        expect(zone.plus(start, step, interval)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('plus, from any time that is there once on both days', () => {
    fc.assert(
      fc.property(anyWhere, fc.integer({ min: -60, max: 60 }), ({ name, at, zone }, days) => {
        const from = zdt(name, at)
        const to = from.add({ days })
        const sameTime = to.toPlainTime().equals(from.toPlainTime())
        fc.pre(sameTime && days !== 0 && zone.startOfBucket('1d', at) !== at)
        expect(zone.plus(at, days, '1d')).toBe(to.epochMilliseconds)
        expect(zone.plus(at, days, '1h')).toBe(at + days * HOUR_MS)
      }),
      { numRuns: 1000 },
    )
  })

  test('hours: where the clock shows a full hour or was put forward past one', () => {
    const shown = (name: string, at: number) =>
      zdt(name, at).toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds
    const startsAt = (name: string, at: number) =>
      shown(name, at) % HOUR_MS === 0 ||
      Math.floor(shown(name, at) / HOUR_MS) > Math.floor(shown(name, at - 60_000) / HOUR_MS)
    fc.assert(
      fc.property(anyWhere, ({ name, at, zone }) => {
        fc.pre(at > Date.UTC(1973, 0, 1))
        let expected = Math.floor(at / 60_000) * 60_000
        while (!startsAt(name, expected)) expected -= 60_000
        expect(zone.startOfBucket('1h', at)).toBe(expected)
      }),
      { numRuns: 150 },
    )
  })
})

describe('buckets', () => {
  test('are contiguous: start, next and previous agree', () => {
    fc.assert(
      fc.property(anyWhere, fc.constantFrom(...INTERVALS), ({ zone, at }, interval) => {
        const start = zone.startOfBucket(interval, at)
        const next = zone.nextBucket(interval, start)
        expect(start).toBeLessThanOrEqual(at)
        expect(next).toBeGreaterThan(at)
        expect(zone.startOfBucket(interval, start)).toBe(start)
        expect(zone.startOfBucket(interval, next - 1)).toBe(start)
        expect(zone.startOfBucket(interval, next)).toBe(next)
        expect(zone.previousBucket(interval, next)).toBe(start)
      }),
      { numRuns: 5000 },
    )
  })

  test('a wider bucket starts where finer ones do, from hours on', () => {
    fc.assert(
      fc.property(anyWhere, fc.constantFrom(...CALENDAR), ({ zone, at }, interval) => {
        const start = zone.startOfBucket(interval, at)
        expect(zone.startOfBucket('1d', start)).toBe(start)
        expect(zone.startOfBucket('1h', start)).toBe(start)
      }),
      { numRuns: 3000 },
    )
  })

  test('of UTC are multiples of their width', () => {
    fc.assert(
      fc.property(anyMs, fc.constantFrom('10s', '1m', '15m', '1h', '1d'), (at, interval) => {
        const width = intervalMs(interval as Interval)
        expect(utcZone().startOfBucket(interval as Interval, at)).toBe(Math.floor(at / width) * width)
      }),
    )
  })
})

/** The lengths of the buckets from `from` on, in hours. */
function hoursOf(zone: Zone, interval: Interval, from: string, count: number): number[] {
  let start = zone.startOfBucket(interval, ms(from))
  return Array.from({ length: count }, () => {
    const next = zone.nextBucket(interval, start)
    const hours = (next - start) / HOUR_MS
    start = next
    return hours
  })
}

describe('known days', () => {
  test.each([
    ['America/New_York', '2026-03-07T17:00Z', [24, 23, 24]],
    ['America/New_York', '2026-10-31T16:00Z', [24, 25, 24]],
    ['Europe/Berlin', '2026-03-28T12:00Z', [24, 23, 24]],
    ['Europe/Berlin', '2026-10-24T12:00Z', [24, 25, 24]],
    ['Australia/Lord_Howe', '2026-04-04T00:00Z', [24, 24.5, 24]],
    ['Australia/Lord_Howe', '2026-10-03T00:00Z', [24, 23.5, 24]],
    ['Asia/Kathmandu', '2026-03-28T12:00Z', [24, 24, 24]],
    ['America/Sao_Paulo', '2015-10-17T12:00Z', [24, 23, 24]],
    ['Pacific/Apia', '2011-12-29T20:00Z', [24, 24, 24]],
    ['Europe/Berlin', '2028-02-28T12:00Z', [24, 24, 24]],
  ] as const)('%s from %s', (name, from, hours) => {
    expect(hoursOf(zones.get(name), '1d', from, 3)).toEqual(hours)
  })

  test('midnight that is not there', () => {
    expect(zones.get('America/Sao_Paulo').startOfBucket('1d', ms('2015-10-18T12:00Z'))).toBe(
      ms('2015-10-18T03:00Z'),
    )
    expect(zones.get('Asia/Beirut').startOfBucket('1d', ms('2022-03-27T12:00Z'))).toBe(
      ms('2022-03-26T22:00Z'),
    )
  })

  test('hours through a change of an hour are hours', () => {
    expect(hoursOf(zones.get('America/New_York'), '1h', '2026-03-08T05:00Z', 4)).toEqual([1, 1, 1, 1])
    expect(hoursOf(zones.get('America/New_York'), '1h', '2026-11-01T04:00Z', 4)).toEqual([1, 1, 1, 1])
  })

  test('hours at Lord Howe are 30 or 90 minutes once', () => {
    const zone = zones.get('Australia/Lord_Howe')
    expect(hoursOf(zone, '1h', '2026-10-03T14:30Z', 3)).toEqual([1, 0.5, 1])
    expect(hoursOf(zone, '1h', '2026-04-04T13:00Z', 3)).toEqual([1, 1.5, 1])
  })

  test('hours at +05:45 start at a quarter past in UTC', () => {
    expect(zones.get('Asia/Kathmandu').startOfBucket('1h', ms('2026-03-28T12:10Z'))).toBe(
      ms('2026-03-28T11:15Z'),
    )
    expect(zones.get('+05:45').startOfBucket('15m', ms('2026-03-28T12:10Z'))).toBe(ms('2026-03-28T12:00Z'))
  })

  test('weeks start on Monday, leap years have 366 days', () => {
    expect(utcZone().startOfBucket('1w', ms('2026-03-01T12:00Z'))).toBe(ms('2026-02-23T00:00Z'))
    expect(hoursOf(utcZone(), '1y', '2027-06-01T00:00Z', 2)).toEqual([365 * 24, 366 * 24])
    expect(hoursOf(utcZone(), '1mo', '2028-01-05T00:00Z', 3)).toEqual([31 * 24, 29 * 24, 31 * 24])
  })

  test('the 31st becomes the last of a shorter month', () => {
    expect(utcZone().plus(ms('2028-03-31T00:00Z'), -1, '1mo')).toBe(ms('2028-02-29T00:00Z'))
    expect(utcZone().plus(ms('2028-02-29T00:00Z'), -1, '1y')).toBe(ms('2027-02-28T00:00Z'))
  })

  test('a year of days is 365 of them, 8760 hours, in a zone with DST', () => {
    const zone = zones.get('America/New_York')
    let days = 0
    const end = zone.startOfBucket('1y', ms('2027-06-01T00:00Z'))
    for (let at = zone.startOfBucket('1y', ms('2026-06-01T00:00Z')); at < end; at = zone.nextBucket('1d', at))
      days++
    expect(days).toBe(365)
    expect((end - zone.previousBucket('1y', end)) / DAY_MS).toBe(365)
  })
})
