import { expect, test } from 'vitest'
import { shareOf } from './share.js'

test.each([
  [8, ['a'], [8]],
  [8, ['b', 'a', 'c'], [3, 3, 2]],
  [2, ['a', 'b', 'c'], [1, 1, 0]],
  [256, ['a', 'b', 'c', 'd', 'e'], [52, 51, 51, 51, 51]],
])('%d partitions among %j', (partitions, whales, shares) => {
  expect([...whales].sort().map(whale => shareOf(whale, whales, partitions))).toEqual(shares)
  expect(shares.reduce((sum, share) => sum + share)).toBe(partitions)
})

test('one that is not among them has none', () => {
  expect(shareOf('x', ['a'], 8)).toBe(0)
  expect(shareOf('x', [], 8)).toBe(0)
})
