import { describe, expect, test } from 'vitest'
import { event, NOW_MS } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { dimensions, keys, metricNames } from './listing.js'
import { keysQuestion, listingQuestion } from './parameters.js'

const reader = new BruteReader(NOW_MS)
reader.add(
  event([['b', 'y'], ['c']], { dollars: 1 }, { key: ['site', 'blog'] }),
  event([['a'], ['…']], {}, { key: ['site', 'shop'] }),
  event([]),
)

function asked(fields: Record<string, string>) {
  return listingQuestion(new Map(Object.entries(fields)), DEFAULT_LIMITS)
}

test('keys at the top, and below one', async () => {
  expect(await keys(reader, keysQuestion(new Map(), DEFAULT_LIMITS))).toEqual({
    key: [],
    keys: [
      { name: '_', path: ['_'] },
      { name: 'site', path: ['site'] },
    ],
    next: null,
  })
  const below = await keys(reader, keysQuestion(new Map([['key', 'site']]), DEFAULT_LIMITS))
  expect(below.keys.map(({ path }) => path)).toEqual([
    ['site', 'blog'],
    ['site', 'shop'],
  ])
})

describe('dimensions', () => {
  test('children, page by page', async () => {
    const seen: string[] = []
    let after = ''
    for (let page = 0; page < 4; page++) {
      const answer = await dimensions(reader, asked({ key: 'site', limit: '1', after }))
      seen.push(...answer.children.map(({ name }) => name))
      expect(answer.next === null).toBe(page === 3)
      after = answer.next ?? ''
    }
    expect(seen).toEqual(['a', 'b', 'c', '…'])
  })

  test('below a path, with a prefix, the overflow child marked', async () => {
    expect((await dimensions(reader, asked({ key: 'site', dimensions: 'b' }))).children).toEqual([
      { name: 'y', path: ['b', 'y'] },
    ])
    expect((await dimensions(reader, asked({ key: 'site', prefix: '…' }))).children).toEqual([
      { name: '…', path: ['…'], overflow: true },
    ])
  })
})

test('metric names', async () => {
  const answer = await metricNames(reader, asked({ key: '["site","blog"]' }))
  expect(answer).toEqual({ key: ['site', 'blog'], metrics: ['dollars', 'hits'], next: null })
})
