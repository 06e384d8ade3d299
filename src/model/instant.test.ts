import { describe, expect, test } from 'vitest'
import { parseInstant } from './instant.js'
import { utcZone, Zones } from './timezone.js'

const zones = new Zones()
const nowMs = Date.UTC(2026, 2, 1, 10, 30, 20)
const utc = { nowMs, zone: utcZone() }
const newYork = { nowMs, zone: zones.get('America/New_York') }

describe('a time', () => {
  test.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000.5', 1_700_000_000_500],
    ['1700000000000', 1_700_000_000_000],
    ['0', 0],
    ['now', nowMs],
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    ['2026-03-01T12:00', Date.UTC(2026, 2, 1, 12)],
    ['2026-03-01 12:00:05', Date.UTC(2026, 2, 1, 12, 0, 5)],
    ['2026-03-01T12:00Z', Date.UTC(2026, 2, 1, 12)],
    ['2026-03-01T12:00:00.250+05:30', Date.UTC(2026, 2, 1, 6, 30, 0, 250)],
    ['1969-12-31T12:00', -43_200_000],
  ])('%s', (text, ms) => {
    expect(parseInstant(text, 'from', utc)).toBe(ms)
  })

  test.each([
    ['2026-03-01', '2026-03-01T05:00Z'],
    ['2026-07-01T12:00', '2026-07-01T16:00Z'],
    ['2026-07-01T12:00Z', '2026-07-01T12:00Z'],
    ['2026-03-08T02:30', '2026-03-08T07:00Z'],
    ['2026-11-01T01:30', '2026-11-01T05:30Z'],
  ])('%s in New York is %s', (text, instant) => {
    expect(parseInstant(text, 'from', newYork)).toBe(Date.parse(instant))
  })

  test.each([
    '',
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '1e9',
    '12:00',
    '-1e3',
    'NOW',
    '03/01/2026',
    '2026-03',
  ])('refuses %s', text => {
    expect(() => parseInstant(text, 'from', utc)).toThrow(/^from: .* is no time; /)
  })

  test.each(['-100000', '99999999999', '9999999999999999999', '2200-01-01', '1969-12-30'])(
    '%s is too far away',
    text => {
      expect(() => parseInstant(text, 'to', utc)).toThrow(/^to: .* between 1970 and 2200/)
    },
  )

  test('a plus sign lost on the way is pointed out', () => {
    expect(() => parseInstant('2026-03-01T12:00:00 05:30', 'from', utc)).toThrow(/%2B/)
  })
})
