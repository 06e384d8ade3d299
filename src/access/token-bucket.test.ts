import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.js'

test('the burst at once, then at the rate', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, 0)
  expect([1, 2, 3].map(() => bucket.take(0))).toEqual([0, 0, 0])
  expect(bucket.take(0)).toBe(1)
  expect(bucket.take(499)).toBe(1)
  expect(bucket.take(500)).toBe(0)
  expect(bucket.take(500)).toBe(1)
})

test('a slow rate says how long to wait, in whole seconds', () => {
  const bucket = new TokenBucket({ perSecond: 0.1, burst: 1 }, 0)
  expect(bucket.take(0)).toBe(0)
  expect(bucket.take(0)).toBe(10)
  expect(bucket.take(2_500)).toBe(8)
  expect(bucket.take(10_000)).toBe(0)
})

test('a pause fills it up to the burst and no further', () => {
  const bucket = new TokenBucket({ perSecond: 100, burst: 2 }, 0)
  bucket.take(0)
  expect([1, 2, 3].map(() => bucket.take(3_600_000))).toEqual([0, 0, 1])
})

test('a clock that is set back neither gives nor takes', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, 10_000)
  expect(bucket.take(10_000)).toBe(0)
  expect(bucket.take(0)).toBe(1)
  expect(bucket.take(1_000)).toBe(0)
})

test('over a long time exactly as many as the rate says', () => {
  const bucket = new TokenBucket({ perSecond: 7, burst: 7 }, 0)
  let taken = 0
  for (let ms = 0; ms <= 60_000; ms++) if (bucket.take(ms) === 0) taken++
  expect(taken).toBe(7 * 60 + 7)
})
