import { expect, test } from 'vitest'
import { freshCount, lastingIds } from './fresh.js'

test.each([
  ['', 'cba', 3],
  ['cba', 'cba', 0],
  ['cba', 'dcba', 1],
  ['cba', 'edc', 2],
  ['cba', 'fed', 3],
  ['aaa', 'aaaa', 1],
  ['aa', 'baa', 1],
  ['cba', '', 0],
])('after %s, %s has %d new', (before, now, count) => {
  expect(freshCount([...before], [...now])).toBe(count)
})

test('entries keep their ids as newer ones come', () => {
  expect(lastingIds(['a', 'b', 'a'])).toEqual(['1 a', '0 b', '0 a'])
  expect(lastingIds(['a', 'c', 'a', 'b', 'a']).slice(2)).toEqual(lastingIds(['a', 'b', 'a']))
})
