import { expect, test } from 'vitest'
import { durationMs, formatDuration, parseDuration } from './duration.js'

test.each([
  ['10s', 10_000],
  ['90m', 5_400_000],
  ['6h', 21_600_000],
  ['8d', 691_200_000],
  ['2w', 1_209_600_000],
  ['1mo', 2_592_000_000],
  ['200y', 200 * 31_536_000_000],
])('%s', (text, ms) => {
  expect(durationMs(parseDuration(text, 'retain'))).toBe(ms)
  expect(durationMs(parseDuration(formatDuration(ms), 'retain'))).toBe(ms)
})

test.each(['', '5', 'h', '0s', '-1h', '1.5h', '1 h', '201y', '999999999999y', '1q', '1H'])(
  'refuses %s',
  text => {
    expect(() => parseDuration(text, 'retain')).toThrow(/^retain: /)
  },
)

test('spells days, hours, minutes, seconds', () => {
  expect([400 * 86_400_000, 21_600_000, 5_400_000, 90_000].map(formatDuration)).toEqual([
    '400d',
    '6h',
    '90m',
    '90s',
  ])
})
