import { describe, expect, test } from 'vitest'
import {
  colourProperties,
  countQuery,
  graphValues,
  type OriginalOptions,
  totalsQuery,
} from './original-options.js'

describe('a graph of then, as attributes', () => {
  test('without options: the dimension alone, asked once', () => {
    expect(graphValues({})).toEqual({
      ...{ key: null, by: null, metrics: null, period: null, tz: null },
      ...{ depth: 0, type: null, caption: null, legend: null, poll: 0 },
    })
  })

  test.each<[OriginalOptions, Record<string, unknown>]>([
    [{ pk: 'store' }, { key: 'store' }],
    [{ category: ['site', 'blog'] }, { key: ['site', 'blog'] }],
    [{ pk: false, category: 'b' }, { key: 'b' }],
    [{ dimension: 'red' }, { by: 'red' }],
    [{ dimensions: ['sales', 'p1'] }, { by: ['sales', 'p1'] }],
    [{ metric: 'dollars' }, { metrics: 'dollars' }],
    [{ metrics: 'dollars/hits' }, { metrics: 'dollars/hits' }],
    [{ metrics: ['dollars', 'hits'] }, { metrics: 'dollars, hits' }],
    [{ metric: 'dollars', metric_two: 'hits' }, { metrics: 'dollars, hits' }],
    [{ metrics: ['dollars', 'hits'], metric_two: 'hits' }, { metrics: 'dollars, hits' }],
    [
      { metrics: { 'CPU percent': 'avg', balance: 'last', dollars: 'sum' } },
      { metrics: '`CPU percent`/hits, level(balance), dollars' },
    ],
    [{ period: '10x300' }, { period: '10x300' }],
    [{ depth: 1 }, { depth: 1 }],
    [{ depth: 3 }, { depth: 1 }],
    [{ area: true }, { type: 'area' }],
    [{ area: 'expand' }, { type: 'share' }],
    [{ area: 'wiggle' }, { type: 'stacked' }],
    [{ area: false }, { type: null }],
    [{ title: 'Sales' }, { caption: 'Sales' }],
    [{ hide_legend: true }, { legend: 'none' }],
    [{ autoupdate: true }, { poll: null }],
    [{ autoupdate: true, interval: 6000 }, { poll: 6000 }],
    [{ autoupdate: true, interval: 10 }, { poll: 1000 }],
    [{ autoupdate: false, interval: 6000 }, { poll: 0 }],
    [{ height: '300px' }, { height: 300 }],
    [{ height: 240 }, { height: 240 }],
  ])('%j', (options, values) => {
    expect(graphValues(options)).toMatchObject(values)
  })

  test.each([
    [7, '-07:00'],
    [-2, '+02:00'],
    [-5.75, '+05:45'],
    [0, null],
  ])('%d hours west is the zone %s', (tzoffset, tz) => {
    expect(graphValues({ tzoffset }).tz).toBe(tz)
  })

  test('a height that was not given is left as it is', () => {
    expect(graphValues({ pk: 'store' })).not.toHaveProperty('height')
  })

  test('the first colour is that of the dimension itself', () => {
    expect(colourProperties({ colors: ['#000', 'red'] })).toEqual([
      ['--hail-overall', '#000'],
      ['--hail-line-0', 'red'],
    ])
    expect(colourProperties({})).toEqual([])
  })
})

describe('questions', () => {
  test('what is counted goes out as it was given', () => {
    const query = countQuery({
      pk: ['a', 'b'],
      dimensions: { sales: 'p1' },
      metrics: { dollars: 5 },
      depth: 1,
    })
    expect([...query]).toEqual([
      ['key', '["a","b"]'],
      ['dimensions', '{"sales":"p1"}'],
      ['metrics', '{"dollars":5}'],
    ])
    expect([...countQuery({ pk: 'one', dimension: 'red', metric: 'clicks' })]).toEqual([
      ['key', 'one'],
      ['dimensions', 'red'],
      ['metrics', 'clicks'],
    ])
    expect(String(countQuery({}))).toBe('')
  })

  test('totals are asked in the zone of the reader, or the one that was given', () => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone
    expect([...totalsQuery({ pk: 'one', metrics: ['a', 'b'] })]).toEqual([
      ['key', 'one'],
      ['metrics', 'a, b'],
      ['tz', own],
    ])
    const query = totalsQuery({ dimension: 'sales', depth: 1, period: 'today', tzoffset: -1 })
    expect([...query]).toEqual([
      ['dimensions', 'sales'],
      ['period', 'today'],
      ['depth', '1'],
      ['tz', '+01:00'],
    ])
  })
})
