import { describe, expect, test } from 'vitest'
import { curlLine, inputNames } from './curl-line.js'

const BASE = 'https://example.com/stats/'

test('the line to type counts where the graph looks', () => {
  expect(curlLine({ key: ['_'], by: [], metrics: 'hits' }, BASE)).toBe(
    `curl -g 'https://example.com/stats/count?dimension=services'`,
  )
  expect(curlLine({ key: ['store'], by: ['sales'], metrics: 'dollars/hits' }, BASE)).toBe(
    `curl -g 'https://example.com/stats/count?key=store&dimensions={"sales":"p1"}&metrics={"dollars":200}'`,
  )
  expect(curlLine({ key: ["it's", '%&'], by: ['a', 'b'], metrics: '`CPU %`, x' }, BASE)).toBe(
    `curl -g 'https://example.com/stats/count?key=["it%27s","%25%26"]&dimensions={"a":{"b":"p1"}}&metrics={"CPU%20%25":200,"x":1}'`,
  )
})

describe('the metrics that an expression reads', () => {
  test.each([
    ['dollars', ['dollars']],
    ['(sales - refunds) / visitors * 100', ['sales', 'refunds', 'visitors']],
    ['previous(dollars, 1w), rate (hits, 1s)', ['dollars', 'hits']],
    ['`a``b c`/hits', ['a`b c', 'hits']],
    ['balance:last', ['balance']],
    ['2 * 1e3', []],
    ['http.200 + größe_2', ['http.200', 'größe_2']],
  ])('%s', (metrics, names) => {
    expect(inputNames(metrics)).toEqual(names)
  })
})
