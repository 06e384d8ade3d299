import { expect, test } from 'vitest'
import { emsOf } from './fit.js'

test('separators are narrow, signs of other scripts wide', () => {
  expect(emsOf('1,234')).toBeCloseTo(4 * 0.69 + 0.36)
  expect(emsOf('12\u202f%')).toBeCloseTo(2 * 0.69 + 0.36 + 1)
  expect(emsOf('1万')).toBeGreaterThan(emsOf('10'))
  expect(emsOf('')).toBe(0)
})
