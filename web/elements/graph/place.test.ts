import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { above, HOME, half, placeFields, zoomedTo, zoomIntervals } from './place.js'

const HOUR_MS = 3_600_000

describe('zooming', () => {
  test('asks for the finest interval that gives no more than 400 points, and knows the next ones', () => {
    expect(zoomIntervals({ from: 0, to: HOUR_MS }, '15m')).toEqual(['10s', '1m', '15m'])
    expect(zoomIntervals({ from: 0, to: 2 * HOUR_MS }, '15m')).toEqual(['1m', '15m'])
    expect(zoomIntervals({ from: 0, to: 7 * 24 * HOUR_MS }, '1d')).toEqual(['1h', '1d'])
    expect(zoomIntervals({ from: 0, to: 60_000 }, '10s')).toEqual(['10s'])
  })

  test('takes the place of the period, and gives it back', () => {
    const fields = { key: 'a', period: '1m:1h', tz: 'UTC' }
    const place = zoomedTo(HOME, { from: 60_000, to: 120_000 }, '1m')
    expect(placeFields(fields, place, '1m:1h')).toEqual({
      ...{ key: 'a', tz: 'UTC' },
      ...{ from: '60000', to: '120000', interval: '10s' },
    })
    expect(placeFields(fields, zoomedTo(place, null, '10s'), '1m:1h')).toEqual(fields)
  })

  test('out of the part that the attributes say, to their period; without one there is nothing larger', () => {
    const fields = { key: 'a', from: '60000', to: '120000', interval: '10s' }
    const whole = zoomedTo(HOME, null, '10s')
    expect(placeFields(fields, HOME, '1m:1h')).toEqual(fields)
    expect(placeFields(fields, whole, '1m:1h')).toEqual({ key: 'a', period: '1m:1h' })
    expect(placeFields(fields, whole, null)).toEqual(fields)
  })

  test('widens what is too short around its middle', () => {
    expect(zoomedTo(HOME, { from: 100_000, to: 110_000 }, '10s').zoom).toEqual({ from: 90_000, to: 120_000 })
  })

  test('by keys stays within what was there', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 2, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, length, at) => {
          const part = half({ from, to: from + length }, from + at * length)
          expect(part.from).toBeGreaterThanOrEqual(from)
          expect(part.to).toBeLessThanOrEqual(from + length)
          expect(part.to - part.from).toBeLessThanOrEqual(length / 2 + 1)
        },
      ),
    )
  })
})

test('the way up ends where the attributes say', () => {
  expect(above(['sales', 'p1', 'x'], ['sales'])).toEqual(['sales', 'p1'])
  expect(above(['sales', 'p1'], ['sales'])).toEqual(['sales'])
  expect(above(['sales'], ['sales'])).toBeNull()
  expect(above([], [])).toBeNull()
  // A crumb leads above home as well: from there on nothing is undone.
  expect(above([], ['sales'])).toBeNull()
  expect(above(['country', 'de'], ['sales'])).toBeNull()
})
