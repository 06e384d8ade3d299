import { expect, test } from 'vitest'
import { addressOf, type Route, routeFrom } from './route.js'

const ROUTES: readonly (readonly [address: string, route: Route])[] = [
  ['./', { page: 'explore', view: {}, show: 'none' }],
  [
    './?key=shop&by=channel&metrics=dollars,hits/(a%2B1)&period=15m:24h&show=rank',
    {
      page: 'explore',
      view: { key: 'shop', by: 'channel', metrics: 'dollars,hits/(a+1)', period: '15m:24h' },
      show: 'rank',
    },
  ],
  ['./?page=boards', { page: 'boards' }],
  ['./?board=shop', { page: 'board', name: 'shop', wall: false, over: {} }],
  [
    './?board=%3Cb%3E%26&period=today&tz=Asia/Tokyo&wall',
    { page: 'board', name: '<b>&', wall: true, over: { period: 'today', tz: 'Asia/Tokyo' } },
  ],
  ['./?page=recent', { page: 'recent', key: '_', filter: '' }],
  ['./?page=recent&key=shop&filter=a%3Db', { page: 'recent', key: 'shop', filter: 'a=b' }],
  ['./?page=server', { page: 'server' }],
  ['./?page=room&key=shop&dimensions=channel', { page: 'room', key: 'shop', dimensions: 'channel' }],
]

test.each(ROUTES)('%s', (address, route) => {
  expect(addressOf(route)).toBe(address)
  expect(routeFrom(address.slice(2))).toEqual(route)
})

test('what it does not know is the explore page; a board may be any name', () => {
  expect(routeFrom('?page=nothing&key=a')).toEqual({ page: 'explore', view: { key: 'a' }, show: 'none' })
  expect(routeFrom('?board=')).toEqual({ page: 'board', name: '', wall: false, over: {} })
})
