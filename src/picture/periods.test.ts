import { expect, test } from 'vitest'
import { instantMs, lengthWords, periodLength, periodWords, stretchLength } from './periods.js'

test.each([
  ['1m:1h', 'in the last hour'],
  ['15m:24h', 'in the last 24 hours'],
  ['1d:30d', 'in the last 30 days'],
  ['today', 'today'],
  ['wtd', 'this week'],
  ['day', 'in the last 24 hours'],
  ['60x3600', 'in the last hour'],
  ['10x90', 'in the last 90 seconds'],
  ['03/01/2025-03/31/2025', 'in 03/01/2025-03/31/2025'],
  ['constructor', 'in constructor'],
])('a period in words: %s', (period, words) => {
  expect(periodWords(period)).toBe(words)
})

test('lengths in words', () => {
  expect(lengthWords('1w')).toBe('week')
  expect(lengthWords('90m')).toBe('90 minutes')
  expect(lengthWords('toString')).toBe('toString')
})

test('dates are days, both included', () => {
  expect(periodLength('03/01/2025-03/01/2025')).toBe('1d')
  expect(periodLength('02/28/2025-03/01/2025')).toBe('2d')
  expect(periodLength('valueOf')).toBeNull()
})

test('a stretch is rounded up to whole units', () => {
  expect(stretchLength(0, 1)).toBe('1m')
  expect(stretchLength(0, 5_400_000)).toBe('2h')
  expect(stretchLength(0, 86_400_001)).toBe('2d')
})

test('times are read without the server, as far as that can be', () => {
  expect(instantMs(undefined, 7)).toBe(7)
  expect(instantMs('now', 7)).toBe(7)
  expect(instantMs('1740787200', 0)).toBe(1_740_787_200_000)
  expect(instantMs('1740787200000', 0)).toBe(1_740_787_200_000)
  expect(instantMs('2025-03-01T00:00Z', 0)).toBe(1_740_787_200_000)
  expect(instantMs('soon', 0)).toBeNull()
})
