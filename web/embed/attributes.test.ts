import { describe, expect, test } from 'vitest'
import { canonical, isElementName, zoneOf } from './attributes.js'

describe('names', () => {
  test('aliases are the attributes they stand for; what is unknown stays', () => {
    expect(
      canonical({ pk: 'store', dimension: 'sales', metric: 'dollars', title: 'Sales', metrcs: 'x' }),
    ).toEqual({
      ...{ key: 'store', by: 'sales', metrics: 'dollars', caption: 'Sales' },
      metrcs: 'x',
    })
    expect(canonical({ constructor: 'x', toString: 'y' })).toEqual({ constructor: 'x', toString: 'y' })
  })

  test('hours ahead of UTC are a zone', () => {
    expect(canonical({ tzoffset: '-7' })).toEqual({ tz: '-07:00' })
    expect(canonical({ tzoffset: 'soon' })).toEqual({ tzoffset: 'soon' })
    expect([5.5, -3.5, 0, 14].map(zoneOf)).toEqual(['+05:30', '-03:30', '+00:00', '+14:00'])
  })

  test('elements', () => {
    expect(['graph', 'rank', 'hail-graph', 'constructor', undefined].map(isElementName)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})
