import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueScale } from './scale.js'

test.each([
  [0, 97, 5, { from: 0, until: 100, ticks: [0, 20, 40, 60, 80, 100] }],
  [0, 2407, 4, { from: 0, until: 2500, ticks: [0, 1000, 2000] }],
  [0, 1, 5, { from: 0, until: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] }],
  [0, 1, 4, { from: 0, until: 1, ticks: [0, 0.25, 0.5, 0.75, 1] }],
  [0.3, 0.3, 3, { from: 0, until: 0.3, ticks: [0, 0.1, 0.2, 0.3] }],
  [-30, 70, 4, { from: -37.5, until: 75, ticks: [-25, 0, 25, 50, 75] }],
  [-8, -3, 4, { from: -8, until: 0, ticks: [-8, -6, -4, -2, 0] }],
  [0, 0, 5, { from: 0, until: 1, ticks: [0, 1] }],
])('from %d to %d with %d steps', (min, max, most, scale) => {
  expect(valueScale(min, max, most)).toEqual(scale)
})

test('what is counted in ones has no ticks between them', () => {
  expect(valueScale(0, 1, 5, true)).toEqual({ from: 0, until: 1, ticks: [0, 1] })
  expect(valueScale(0, 3, 5, true)).toEqual({ from: 0, until: 3, ticks: [0, 1, 2, 3] })
  expect(valueScale(0, 9, 4, true)).toEqual({ from: 0, until: 10, ticks: [0, 5, 10] })
  expect(valueScale(0, 97, 4, true).ticks).toEqual([0, 25, 50, 75, 100])
})

test('all values are within, the ticks too, zero is one of them, and there are not too many', () => {
  const value = fc.oneof(
    fc.double({ min: -1e300, max: 1e300, noNaN: true }),
    fc.integer({ min: -1000, max: 1000 }),
    fc.double({ min: -1e-200, max: 1e-200, noNaN: true }),
  )
  fc.assert(
    fc.property(value, value, fc.integer({ min: 2, max: 7 }), fc.boolean(), (one, other, most, whole) => {
      const { from, until, ticks } = valueScale(Math.min(one, other), Math.max(one, other), most, whole)
      const slack = (until - from) * 1e-9
      expect(from).toBeLessThanOrEqual(Math.min(0, one, other) + slack)
      expect(until).toBeGreaterThanOrEqual(Math.max(0, one, other) - slack)
      expect(until).toBeGreaterThan(from)
      expect(ticks).toContain(0)
      expect(ticks.every(tick => tick >= from && tick <= until)).toBe(true)
      expect(ticks.length).toBeLessThanOrEqual(most + 3)
      expect([from, until, ...ticks].every(Number.isFinite)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('it stays as it is while the newest value grows a little', () => {
  const scales = [81, 84, 87].map(max => valueScale(0, max, 5).until)
  expect(new Set(scales).size).toBe(1)
})

test('values at the ends of what a number can hold have a scale as well', () => {
  for (const value of [Number.MAX_VALUE, Number.MIN_VALUE, 1e21, 5e-324, 1e-310]) {
    const { from, until, ticks } = valueScale(0, value, 5)
    expect(from).toBe(0)
    expect(until).toBeGreaterThanOrEqual(value)
    expect(Number.isFinite(until)).toBe(true)
    expect(ticks[0]).toBe(0)
  }
})
