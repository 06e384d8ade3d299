import { expect, test } from 'vitest'
import { bucketFormat, rangeText } from './times.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

test('a bucket is written as exactly as its width needs', () => {
  const ms = Date.parse('2026-10-25T00:30:10Z')
  expect(bucketFormat('Europe/Berlin', 10_000, 'en')(ms)).toBe('Sun, Oct 25, 02:30:10')
  expect(bucketFormat('Europe/Berlin', HOUR_MS, 'en')(ms)).toBe('Sun, Oct 25, 02:30')
  expect(bucketFormat('Europe/Berlin', DAY_MS, 'en')(ms)).toBe('Sun, Oct 25, 2026')
  // The shortest day.
  expect(bucketFormat('Europe/Berlin', 23 * HOUR_MS, 'en')(ms)).toBe('Sun, Oct 25, 2026')
})

test('the time of a graph is written as exactly as its buckets are wide', () => {
  const from = Date.parse('2026-03-01T08:00:00Z')
  const written = (buckets: number, widthMs: number, tz = 'UTC') => {
    const times = Array.from({ length: buckets }, (_, i) => from + i * widthMs)
    return rangeText({ from, to: from + buckets * widthMs, times, tz }, 'en').replace(/\s/g, ' ')
  }
  expect(written(60, 60_000)).toBe('Mar 1, 08:00 – 09:00')
  expect(written(60, 60_000, '+05:30')).toBe('Mar 1, 13:30 – 14:30')
  expect(written(30, 10_000)).toBe('Mar 1, 08:00:00 – 08:05:00')
  expect(written(48, HOUR_MS)).toBe('Mar 1, 08:00 – Mar 3, 08:00')
  expect(written(3, DAY_MS, '-08:00')).toBe('Mar 1 – 3, 2026')
  expect(written(1, DAY_MS, '-08:00')).toBe('Mar 1, 2026')
})
