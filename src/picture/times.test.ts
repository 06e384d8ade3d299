import { expect, test } from 'vitest'
import { bucketFormat } from './times.js'

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
