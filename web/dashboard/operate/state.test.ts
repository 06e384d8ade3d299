import { expect, test } from 'vitest'
import { lengthText, rateNow } from './state.js'

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_661_000, '1 h 1 min'],
  [90_000_000, '1 d 1 h'],
  [86_400_000, '1 d'],
])('%d ms is %s', (ms, text) => {
  expect(lengthText(ms)).toBe(text)
})

test('the rate of now is that of the last ten seconds', () => {
  expect(rateNow([...new Array(50).fill(9), ...new Array(10).fill(2)])).toBe(2)
  expect(rateNow([])).toBe(0)
})
