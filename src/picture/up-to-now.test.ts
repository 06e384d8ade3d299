import { expect, test } from 'vitest'
import { partOver, totalUpToNow } from './up-to-now.js'

test('how much of a bucket is over, whatever the clocks say', () => {
  expect(partOver(1000, 3000, 1500)).toBe(0.25)
  expect(partOver(1000, 3000, 500)).toBe(0)
  expect(partOver(1000, 3000, 9000)).toBe(1)
  expect(partOver(1000, 1000, 1000)).toBe(1)
})

test('a sum is compared up to the same moment, a ratio as it is', () => {
  const sums = {
    total: { dollars: 70, 'dollars/hits': 3.5 },
    points: { dollars: [50, 20], 'dollars/hits': [5, 2] },
  }
  expect(totalUpToNow(sums, 'dollars', 0.25)).toBe(55)
  expect(totalUpToNow(sums, 'dollars', 1)).toBe(70)
  expect(totalUpToNow(sums, 'dollars/hits', 0.25)).toBe(3.5)
  expect(totalUpToNow({ total: { a: 0.3 }, points: { a: [0.1, 0.2] } }, 'a', 0)).toBeCloseTo(0.1)
  expect(totalUpToNow({ total: {}, points: {} }, 'a', 0.5)).toBe(0)
})
