import { expect, test } from 'vitest'
import { metricList } from './metrics.js'

test.each([
  ['dollars', ['dollars']],
  [' dollars, previous(hits, 1d) ,`a,b`/hits', ['dollars', 'previous(hits, 1d)', '`a,b`/hits']],
  ['["a,b"," hits "]', ['a,b', 'hits']],
  ['[broken, hits', ['[broken', 'hits']],
  ['dollars,,', ['dollars']],
  ['', []],
])('%s', (text, metrics) => {
  expect(metricList(text)).toEqual(metrics)
})
