import { describe, expect, test } from 'vitest'
import type { RankEntry } from '../../../src/query/rank.js'
import { barsOf, divisionOf, readingOf, type Wording } from './reading.js'

const WORDING: Wording = {
  metric: 'dollars/hits',
  division: { value: 'dollars', count: 'hits' },
  score: value => value.toFixed(2),
  move: value => `${value.toFixed(2)} points`,
  count: value => value.toLocaleString('en'),
  part: value => `${Math.round(value * 100)}%`,
}

const entry = (fields: Partial<RankEntry>): RankEntry => {
  return {
    dimension: ['country', 'de'],
    value: 0,
    count: 0,
    score: 0,
    difference: 0,
    effect: 0,
    important: true,
    ...fields,
  }
}

describe('what an entry of a ratio says', () => {
  const whole = { score: 1.4, count: 13_333 }

  test.each([
    [
      { count: 3200, score: 1.9, effect: 1600 },
      'lifts dollars/hits by 0.12 points overall: 3,200 hits at 1.90 instead of 1.40.',
    ],
    [
      { count: 3200, score: 0.9, effect: -1600 },
      'lowers dollars/hits by 0.12 points overall: 3,200 hits at 0.90 instead of 1.40.',
    ],
    [
      { count: 3200, score: 1.4, effect: 0 },
      'leaves dollars/hits where it is: 3,200 hits at 1.40 instead of 1.40.',
    ],
  ])('%j', (fields, reading) => {
    expect(readingOf(entry(fields), whole, true, WORDING)).toBe(reading)
  })

  test('where it isn’t a plain division, only how far it is from the whole', () => {
    const wording = { ...WORDING, division: null, metric: 'margin' }
    const says = (difference: number) => {
      return readingOf(entry({ score: 2, difference }), { score: 1, count: null }, true, wording)
    }
    expect(says(1)).toBe('has a margin of 2.00 instead of 1.00: 100% more.')
    expect(says(-0.25)).toBe('has a margin of 2.00 instead of 1.00: 25% less.')
  })
})

describe('what an entry of a sum says', () => {
  test.each([
    [430, 1000, 0.43, 'is 43% of dollars: 430.00 of 1000.00.'],
    [-200, 1000, -0.2, 'takes 200.00 away from dollars, which are 1000.00 overall.'],
    [200, -1000, 0.2, 'adds 200.00 to dollars, which are -1000.00 overall.'],
  ])('%d of %d', (score, whole, difference, reading) => {
    const wording = { ...WORDING, metric: 'dollars', division: null }
    expect(readingOf(entry({ score, difference }), { score: whole, count: null }, false, wording)).toBe(
      reading,
    )
  })
})

test.each([
  ['dollars/hits', 'dollars', 'hits'],
  [' (sales - refunds) / visitors ', '(sales - refunds)', 'visitors'],
  ['`a/b`/`c-d`', '`a/b`', '`c-d`'],
  ['cumulative(a/b)/level(c * d)', 'cumulative(a/b)', 'level(c * d)'],
])('%s is a division', (text, value, count) => {
  expect(divisionOf(text)).toEqual({ value, count })
})

test.each(['dollars', 'a/b*100', 'a - b/c', 'a/b/c', 'average(a/b, 7)', 'dollars:avg', 'a/b+1'])(
  '%s is no plain division',
  text => {
    expect(divisionOf(text)).toBeNull()
  },
)

describe('bars', () => {
  test('go both ways from the middle', () => {
    const bars = barsOf([4, -2, 0])
    expect(bars.zero).toBe(0.5)
    expect([4, -2, 0].map(bars.of)).toEqual([
      { start: 0.5, width: 0.5 },
      { start: 0.25, width: 0.25 },
      { start: 0.5, width: 0 },
    ])
  })

  test('have the whole track where they go one way', () => {
    expect(barsOf([4, 2]).of(2)).toEqual({ start: 0, width: 0.5 })
    expect(barsOf([-4, -2]).of(-2)).toEqual({ start: 0.5, width: 0.5 })
    expect(barsOf([0]).of(0)).toEqual({ start: 0, width: 0 })
  })
})
