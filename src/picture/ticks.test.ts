import { expect, test } from 'vitest'
import { timeTicks } from './ticks.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The ticks of the time between two moments, as texts. */
function texts(
  from: string,
  until: string,
  { tz = 'Europe/Berlin', most = 12, leastMs = 60_000, locale = 'en' } = {},
) {
  return timeTicks(tz, locale)(Date.parse(from), Date.parse(until), most, leastMs).map(tick => tick.text)
}

test('ticks are at round times of day on the clocks of the zone', () => {
  expect(texts('2026-11-25T08:03Z', '2026-11-25T09:03Z', { most: 7 })).toEqual([
    ...['09:10', '09:20', '09:30', '09:40', '09:50', '10:00'],
  ])
  expect(texts('2026-11-25T08:00Z', '2026-11-25T14:00Z', { tz: 'Asia/Kathmandu', most: 7 })).toEqual([
    ...['14:00', '15:00', '16:00', '17:00', '18:00', '19:00'],
  ])
  expect(texts('2026-11-25T08:00:00Z', '2026-11-25T08:01:00Z', { leastMs: 10_000, most: 4 })).toEqual([
    // Not each 15 seconds: those would lie between buckets.
    ...['09:00:00', '09:00:30', '09:01:00'],
  ])
})

test('midnight is written as the day that begins', () => {
  expect(texts('2026-11-25T12:00Z', '2026-11-26T12:00Z', { most: 4 })).toEqual([
    '18:00',
    'Nov 26',
    '06:00',
    '12:00',
  ])
})

test('on the night when the clocks go forward, the hour that is skipped has no tick', () => {
  expect(texts('2026-03-28T23:00Z', '2026-03-29T04:00Z')).toEqual(
    // From 00:00 to 06:00 it is five hours.
    ['Mar 29', '00:30', '01:00', '01:30', '03:00', '03:30', '04:00', '04:30', '05:00', '05:30', '06:00'],
  )
})

test('on the night when they go back, the hour that comes twice has its ticks twice', () => {
  const [from, until] = [Date.parse('2026-10-24T22:00Z'), Date.parse('2026-10-25T04:00Z')]
  const ticks = timeTicks('Europe/Berlin', 'en')(from, until, 7, 60_000)
  expect(ticks.map(tick => tick.text)).toEqual([
    'Oct 25',
    '01:00',
    '02:00',
    '02:00',
    '03:00',
    '04:00',
    '05:00',
  ])
  expect(ticks.map(tick => new Date(tick.ms).toISOString().slice(11, 16))).toEqual([
    ...['22:00', '23:00', '00:00', '01:00', '02:00', '03:00', '04:00'],
  ])
})

test('ticks hours apart stay on round hours after a change of the clocks', () => {
  expect(texts('2026-03-28T06:00Z', '2026-03-30T06:00Z', { most: 8 })).toEqual([
    ...['12:00', '18:00', 'Mar 29', '06:00', '12:00', '18:00', 'Mar 30', '06:00'],
  ])
})

test('days start at local midnight on both sides of a change, weeks with Monday', () => {
  const ticks = timeTicks('Europe/Berlin', 'de')(Date.UTC(2026, 9, 23), Date.UTC(2026, 9, 28), 6, DAY_MS)
  expect(ticks.map(tick => tick.text)).toEqual(['24. Okt.', '25. Okt.', '26. Okt.', '27. Okt.', '28. Okt.'])
  expect(ticks.map(tick => new Date(tick.ms).getUTCHours())).toEqual([22, 22, 23, 23, 23])
  const weeks = timeTicks('Europe/Berlin', 'en')(Date.UTC(2026, 9, 1), Date.UTC(2026, 10, 10), 6, DAY_MS)
  expect(weeks.map(tick => tick.text)).toEqual(['Oct 5', 'Oct 12', 'Oct 19', 'Oct 26', 'Nov 2', 'Nov 9'])
})

test('months and years are told apart', () => {
  expect(texts('2026-09-15T00:00Z', '2027-03-15T00:00Z', { most: 7 })).toEqual([
    ...['Oct', 'Nov', 'Dec', '2027', 'Feb', 'Mar'],
  ])
  expect(texts('2019-06-01T00:00Z', '2027-06-01T00:00Z', { most: 4 })).toEqual(['2020', '2025'])
})

test('where midnight itself is skipped, the day begins when the clocks begin it', () => {
  // In Beirut the clocks went from 00:00 to 01:00.
  const ticks = timeTicks('Asia/Beirut', 'en')(Date.UTC(2024, 2, 29), Date.UTC(2024, 3, 2), 6, DAY_MS)
  expect(ticks.map(tick => tick.text)).toEqual(['Mar 30', 'Mar 31', 'Apr 1', 'Apr 2'].slice(0, ticks.length))
  expect(ticks.map(tick => new Date(tick.ms).toISOString())).toContain('2024-03-30T22:00:00.000Z')
})

test('offsets are zones too', () => {
  expect(texts('2026-11-25T08:00Z', '2026-11-25T11:00Z', { tz: '+05:30', most: 4 })).toEqual([
    '14:00',
    '15:00',
    '16:00',
  ])
})

test('ticks are never closer than buckets, and few buckets have one each', () => {
  const start = Date.UTC(2026, 10, 2)
  const find = timeTicks('UTC', 'en')
  expect(find(start, start + 2 * DAY_MS, 12, DAY_MS).map(tick => tick.text)).toEqual([
    'Nov 2',
    'Nov 3',
    'Nov 4',
  ])
  const starts = [0, 1, 2].map(i => start + i * 6 * HOUR_MS + HOUR_MS)
  expect(find(starts[0]!, starts[2]!, 5, 6 * HOUR_MS, starts)).toEqual([
    { ms: starts[0], text: '01:00' },
    { ms: starts[1], text: '07:00' },
    { ms: starts[2], text: '13:00' },
  ])
})

test('there are never more ticks than there may be, in any zone and at any width', () => {
  for (const tz of ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia']) {
    const find = timeTicks(tz, 'en')
    for (let widthMs = 60_000; widthMs < 4e12; widthMs *= 2.7) {
      const from = Date.UTC(2026, 9, 24, 23, 11)
      const ticks = find(from, from + widthMs, 8, 1000)
      expect(ticks.length).toBeLessThanOrEqual(11)
      expect(ticks.every(({ ms }) => ms >= from && ms <= from + widthMs)).toBe(true)
      expect(ticks.every(({ ms }, i) => i === 0 || ms > ticks[i - 1]!.ms)).toBe(true)
    }
  }
})
