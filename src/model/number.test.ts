import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { finite, sum, tidy } from './number.js'

describe('tidy', () => {
  test.each([
    [0.1 + 0.2, 0.3],
    [-0, 0],
    [2 ** 53, 2 ** 53],
    [1e300, 1e300],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [1 / 3, 0.333333333333333],
    [-2.675, -2.675],
  ])('%d goes out as %d', (value, expected) => {
    expect(Object.is(tidy(value), expected)).toBe(true)
  })

  test('keeps integers, gives 15 digits of anything else, and is never -0', () => {
    const decimals = fc
      .tuple(fc.integer(), fc.integer({ min: 0, max: 9 }))
      .map(([n, places]) => n / 10 ** places)
    fc.assert(
      fc.property(fc.oneof(fc.double(), decimals), value => {
        const expected = Number.isInteger(value) ? value : Number(value.toPrecision(15))
        const shown = tidy(value)
        const isHealed =
          Math.abs(shown - value) <= 2 ** -45 * Math.abs(value) && Number(shown.toFixed(4)) === shown
        if (!isHealed) expect(shown).toBe(Number.isFinite(value) ? expected + 0 : 0)
        expect(Object.is(shown, -0)).toBe(false)
      }),
      { numRuns: 5000 },
    )
  })
})

test('dust goes, digits stay', () => {
  expect([99.9999999999986, 38191.0000000001, 0.30000000000000004].map(tidy)).toEqual([100, 38191, 0.3])
  expect([1 / 3, 12345.67890001, 99.9999999, 123456789.123456, -49602848.65899437].map(tidy)).toEqual([
    0.333333333333333, 12345.67890001, 99.9999999, 123456789.123456, -49602848.6589944,
  ])
})

test('finite lets no NaN and no infinity through', () => {
  expect([1.5, Number.NaN, Number.POSITIVE_INFINITY].map(finite)).toEqual([1.5, 0, 0])
})

describe('sum', () => {
  test('loses nothing to rounding on the way', () => {
    expect(sum(new Float64Array(1000).fill(0.1))).toBe(100)
    expect(sum(Float64Array.of(1e16, 1, -1e16))).toBe(1)
    expect(sum(Float64Array.of(1e308, 1e308))).toBe(0)
    expect(sum(new Float64Array(0))).toBe(0)
  })

  test('writes the running sums, also over the values themselves', () => {
    const values = Float64Array.of(0.1, 0.2, -1, 4)
    const running = new Float64Array(4)
    expect(tidy(sum(values, running))).toBe(3.3)
    expect([...running].map(tidy)).toEqual([0.1, 0.3, -0.7, 3.3])
    sum(values, values)
    expect(values).toEqual(running)
  })
})
