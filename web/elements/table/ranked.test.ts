import { expect, test } from 'vitest'
import type { GraphFields, Live } from '../../live/live.js'
import { askRanked, csvAddress } from './ranked.js'

const FIELDS = {
  key: 'shop',
  metrics: 'dollars,hits',
  period: '1m:1h',
  tz: 'UTC',
  threshold: '0',
  limit: '10',
}

test('asks for the first children in an order, and for their points where these are wanted', async () => {
  const asked: [string, GraphFields][] = []
  const live = {
    ask: async (path: string, fields: GraphFields) => {
      asked.push([path, fields])
      return path === 'totals'
        ? [{ dimension: 'a' }]
        : {
            a: {
              dollars: [
                [0, 1],
                [60_000, 2],
              ],
            },
          }
    },
  } as unknown as Live
  const question = {
    ...{ fields: FIELDS, metrics: ['dollars', 'hits'], limit: 25 },
    sort: { by: 1, descending: true },
  }
  const { signal } = new AbortController()
  const answer = await askRanked(live, { ...question, course: true }, signal)
  expect(answer).toEqual({ totals: [{ dimension: 'a' }], points: new Map([['a', [1, 2]]]) })
  const common = { key: 'shop', period: '1m:1h', tz: 'UTC', by: '_', sort: '-hits', limit: '25' }
  expect(asked).toEqual([
    ['totals', { ...common, metrics: 'dollars,hits', format: 'rows' }],
    ['plotpoints', { ...common, metrics: '["dollars","hits"]' }],
  ])
  asked.length = 0
  await askRanked(live, { ...question, course: false }, signal)
  expect(asked.map(([path]) => path)).toEqual(['totals'])
})

test('the table for a spreadsheet has all children, named by by or those of the root', () => {
  expect(csvAddress('http://whale/', { ...FIELDS, by: 'a b' }, '-dollars/hits')).toBe(
    'http://whale/totals?by=a+b&key=shop&metrics=dollars%2Chits&period=1m%3A1h&tz=UTC&sort=-dollars%2Fhits&format=csv',
  )
  expect(csvAddress('http://whale/', FIELDS, 'name')).toContain('/totals?by=_&key=shop')
})
