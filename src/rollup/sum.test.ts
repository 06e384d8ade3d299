import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addSums } from './sum.js'

describe('addSums', () => {
  test('leaves no dust where decimals cancel', () => {
    expect(addSums(addSums(0.1, 0.2), -0.3)).toBe(0)
    expect(addSums(1e9 + 0.1, -(1e9 + 0.1))).toBe(0)
  })

  test('is exact for integers, however close they are', () => {
    expect(addSums(2 ** 53, -(2 ** 53) + 1)).toBe(1)
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        expect(addSums(a, b)).toBe(a + b)
      }),
    )
  })

  test('is the plain sum to 13 digits, also beyond what a double holds', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const sum = addSums(a, b)
        if (sum !== a + b && !Number.isNaN(a + b)) {
          expect(sum).toBe(0)
          expect(Math.abs(a + b)).toBeLessThanOrEqual(1e-13 * Math.max(Math.abs(a), Math.abs(b)))
        }
      }),
    )
    expect(addSums(1e308, 1e308)).toBe(Infinity)
    expect(addSums(Infinity, 1)).toBe(Infinity)
  })
})
