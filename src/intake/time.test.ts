import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HailWhaleError } from '../model/errors.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { LongInteger } from './json.js'
import { parseTime } from './time.js'

const NOW = Date.UTC(2024, 5, 1, 12)
const at = (value: unknown): number => parseTime(value, NOW, DEFAULT_LIMITS)

describe('parseTime', () => {
  test.each<[unknown, number]>([
    [undefined, NOW],
    [null, NOW],
    [0, 0],
    ['0', 0],
    [1_700_000_000, 1_700_000_000_000],
    ['1700000000', 1_700_000_000_000],
    [1_700_000_000_123, 1_700_000_000_123],
    ['1700000000123', 1_700_000_000_123],
    [1_700_000_000.123, 1_700_000_000_123],
    ['1700000000.5', 1_700_000_000_500],
    [1_700_000_009.9999, 1_700_000_009_999],
    [1_700_000_009_999.9, 1_700_000_009_999],
    ['1.7e9', 1_700_000_000_000],
    ['2024-02-29T12:00:00Z', Date.UTC(2024, 1, 29, 12)],
    ['2024-02-29t12:00z', Date.UTC(2024, 1, 29, 12)],
    ['2024-02-29 12:00:00.123456+02:00', Date.UTC(2024, 1, 29, 10, 0, 0, 123)],
    ['2024-02-29T12:00:00,5-0530', Date.UTC(2024, 1, 29, 17, 30, 0, 500)],
    ['2024-02-29T12:00:00 05:45', Date.UTC(2024, 1, 29, 6, 15)],
    ['2024-02-29T12:00:00+05', Date.UTC(2024, 1, 29, 7)],
    ['2016-12-31T23:59:60Z', Date.UTC(2016, 11, 31, 23, 59, 59)],
    ['1970-01-01T00:00:00Z', 0],
    [NOW + 600_000, NOW + 600_000],
  ])('%j', (value, ms) => {
    expect(at(value)).toBe(ms)
  })

  test.each<[unknown, string]>([
    [-1, '1969-12-31T23:59:59.000Z is before 1970'],
    ['-0.001', 'before 1970'],
    ['1969-12-31T23:59:59Z', 'before 1970'],
    [NOW + 600_001, 'ahead of the server'],
    [1e10, 'ahead'],
    [1e300, 'is no time'],
    [Number.NaN, 'is no time'],
    [Number.POSITIVE_INFINITY, 'is no time'],
    [new LongInteger('12345678901234567890'), 'is no time'],
    ['1e999', 'is no time'],
    ['', 'is no time'],
    ['now', 'is no time'],
    ['0x10', 'is no time'],
    ['2024-02-29', 'is a day'],
    ['2024-02-29T12:00:00', 'has no offset'],
    ['2024-02-29 12:00', 'has no offset'],
    ['2023-02-29T12:00:00Z', 'no such day'],
    ['2024-13-01T12:00:00Z', 'no such day'],
    ['2024-00-01T12:00:00Z', 'no such day'],
    ['2024-01-01T24:00:00Z', 'no such day'],
    ['2024-01-01T10:60:00Z', 'no such day'],
    ['2024-01-01T10:00:61Z', 'no such day'],
    ['2024-01-01T10:00:00+24:00', 'no such day'],
    ['0099-01-01T10:00:00Z', 'no such day'],
    ['20240101T000000Z', 'is no time'],
    [`${'1'.repeat(100_000)}x`, 'is no time'],
    [true, 'not a boolean'],
    [[1], 'not an array'],
    [{}, 'not an object'],
  ])('refuses %j', (value, why) => {
    expect(() => at(value)).toThrow(HailWhaleError)
    expect(() => at(value)).toThrow(why)
    expect(() => at(value)).toThrow(/^at: /)
  })

  test('every spelling of an instant is that instant', () => {
    const minutes = fc.integer({ min: -23 * 60, max: 23 * 60 })
    fc.assert(
      fc.property(fc.integer({ min: 1e11, max: NOW }), minutes, (ms, offset) => {
        const local = new Date(ms + offset * 60_000).toISOString().slice(0, -1)
        const sign = offset < 0 ? '-' : '+'
        const pad = (part: number) => String(part).padStart(2, '0')
        const zone = `${sign}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`
        for (const value of [
          ms,
          String(ms),
          ms / 1000,
          String(ms / 1000),
          new Date(ms).toISOString(),
          local + zone,
        ]) {
          expect(at(value)).toBe(ms)
        }
      }),
    )
  })
})
