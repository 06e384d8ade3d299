import { describe, expect, test } from 'vitest'
import { comparedLength, compareLength, withBefore } from './compare.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12)

describe('what is compared with', () => {
  const length = (compare: string | null, fields: Record<string, string>, period: string | null = null) =>
    compareLength(compare, period, fields, NOW_MS)

  test.each([
    ['1m:1h', '1h'],
    ['1d:30d', '30d'],
    ['1mo:1y', '1y'],
    ['hour', '1h'],
    ['24h', '1d'],
    ['today', '1d'],
    ['yesterday', '1d'],
    ['week', '1w'],
    ['wtd', '1w'],
    ['month', '1mo'],
    ['mtd', '1mo'],
    ['thirty', '30d'],
    ['year', '1y'],
    ['ytd', '1y'],
    ['3600x86400', '1d'],
    ['03/01/2025-03/31/2025', '31d'],
    ['nonsense', null],
  ])('a period of %s: %s before', (period, expected) => {
    expect(length('', { period })).toBe(expected)
  })

  test('a length that is written is taken; nothing is compared without the attribute', () => {
    expect(length('1w', { period: '1m:1h' })).toBe('1w')
    expect(length(null, { period: '1m:1h' })).toBeNull()
    expect(length('none', { period: '1m:1h' })).toBeNull()
  })

  test('a part of a period is compared with the same part of the period before', () => {
    expect(length('', { from: '1', to: '2' }, '1m:1h')).toBe('1h')
  })

  test('from and to are as long as they are, rounded up', () => {
    expect(length('', { from: '2026-03-01', to: '2026-03-02' })).toBe('1d')
    expect(length('', { from: '2026-03-01T00:00Z', to: '2026-03-01T01:30Z' })).toBe('2h')
    expect(length('', { from: `${NOW_MS / 1000 - 90}` })).toBe('2m')
    expect(length('', { from: 'some day' })).toBeNull()
  })
})

describe('the question', () => {
  test('has what was before beside each metric', () => {
    const fields = withBefore({ key: 'a', metrics: 'dollars, round(a,b)' }, '1w')
    expect(JSON.parse(fields.metrics!)).toEqual([
      ...['dollars', 'round(a,b)'],
      ...['previous(dollars, 1w)', 'previous(round(a,b), 1w)'],
    ])
    expect(comparedLength(JSON.parse(fields.metrics!))).toBe('1w')
  })

  test('stays as it is where a metric looks back already', () => {
    const fields = { metrics: 'previous(dollars, 1d)' }
    expect(withBefore(fields, '1w')).toBe(fields)
    expect(comparedLength(['previous(dollars, 1d)'])).toBeNull()
    expect(JSON.parse(withBefore({ metrics: 'a,previous(a,1d)' }, '1w').metrics!)).toEqual([
      'a',
      'previous(a,1d)',
      'previous(a, 1w)',
    ])
  })

  test('is of hits where it names no metric', () => {
    expect(JSON.parse(withBefore({}, '1h').metrics!)).toEqual(['hits', 'previous(hits, 1h)'])
  })
})
