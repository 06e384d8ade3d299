import { describe, expect, test } from 'vitest'
import { offsetOf, zonedFormat } from './zoned.js'

const NOON = Date.UTC(2026, 2, 1, 12)
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

test.each([
  ['+05:30', 19_800_000],
  ['-03:30', -12_600_000],
  ['+00:00', 0],
  ['UTC', null],
  ['Europe/Berlin', null],
  ['+5', null],
])('%s is ahead by %j', (tz, ms) => {
  expect(offsetOf(tz)).toBe(ms)
})

describe('written', () => {
  test.each([
    ['UTC', '12:00'],
    ['Europe/Berlin', '13:00'],
    ['+05:30', '17:30'],
    ['-11:00', '01:00'],
  ])('in %s noon is %s', (tz, text) => {
    expect(zonedFormat(tz, 'en', CLOCK).one(NOON)).toBe(text)
  })

  test('a range says once what both have in common', () => {
    const day = { day: 'numeric', month: 'short', year: 'numeric' } as const
    const { range } = zonedFormat('+05:30', 'en', day)
    expect(range(NOON, NOON + 2 * 86_400_000).replace(/\s/g, ' ')).toBe('Mar 1 – 3, 2026')
    expect(range(NOON, NOON + 3_600_000)).toBe('Mar 1, 2026')
  })

  test('a zone or a language that there is none of is refused', () => {
    expect(() => zonedFormat('Mars/Olympus', 'en', {})).toThrow(RangeError)
    expect(() => zonedFormat('UTC', 'no language', {})).toThrow(RangeError)
  })
})
