import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareNames, firstOf, inOrder } from './order.js'

test('the first few in an order are those of sorting all', () => {
  const order = (a: number, b: number) => a - b
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(8), (items, limit) => {
      expect(firstOf(items, limit, order)).toEqual([...items].sort(order).slice(0, limit))
    }),
  )
})

test('names are ordered by their UTF-8; the overflow child comes after one of its name', () => {
  const children = [
    { name: '\u{10000}', overflow: false },
    { name: '…', overflow: true },
    { name: '\uffff', overflow: false },
    { name: '…', overflow: false },
  ]
  expect([...children].sort(compareNames)).toEqual([children[3], children[1], children[2], children[0]])
})

test('equal totals are ordered by name, whichever way round the totals are', () => {
  const children = ['b', 'c', 'a'].map(name => ({ name, overflow: false }))
  const names = (descending: boolean) =>
    inOrder(children, { by: 0, descending }, ({ name }) => [name === 'c' ? 2 : 1]).map(({ name }) => name)
  expect(names(true)).toEqual(['c', 'a', 'b'])
  expect(names(false)).toEqual(['a', 'b', 'c'])
})
