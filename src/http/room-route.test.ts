import { afterEach, expect, test } from 'vitest'
import { LiveServer } from '../../test/support/live-server.js'

const servers: LiveServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function setup(store: 'memory' | 'lmdb' = 'lmdb') {
  const server = await LiveServer.start({ store, over: 'inject', nowMs: Date.UTC(2026, 2, 1, 12, 30) })
  servers.push(server)
  const room = async (query: string) => JSON.parse((await server.get(`/room${query}`)).text)
  return { server, room }
}

const EVENTS = JSON.stringify([
  { key: 'shop', dimensions: { country: { de: 'berlin' } } },
  { key: 'shop', dimensions: { country: { de: 'hamburg' } } },
  { key: 'shop', dimensions: { channel: 'mail' } },
  { key: ['shop', 'north'], metrics: { dollars: 5 } },
  { dimensions: 'alone' },
])

test('keys, the children of a key, the children of a dimension: each with all below it', async () => {
  const { server, room } = await setup()
  await server.post('/count', EVENTS)
  await server.flush()
  const all = await room('')
  expect(all).toMatchObject({ key: [], dimension: [], complete: true })
  expect(all.children.map((child: { name: string }) => child.name)).toEqual(['shop', '_'])
  // shop, country, de, berlin, hamburg, channel, mail, north; and _ with alone: five intervals each.
  expect([all.total.series, all.total.rows]).toEqual([10, 50])
  expect(all.children[0]).toMatchObject({ kind: 'key', series: 8, rows: 40 })
  expect(all.total.bytes).toBe(all.children[0].bytes + all.children[1].bytes)

  const shop = await room('?key=shop')
  expect(shop.total).toEqual({ series: 8, rows: 40, bytes: all.children[0].bytes })
  expect(shop.children.map((child: object) => ({ ...child, bytes: 0 }))).toEqual([
    { kind: 'dimension', name: 'country', series: 4, rows: 20, bytes: 0 },
    { kind: 'dimension', name: 'channel', series: 2, rows: 10, bytes: 0 },
    { kind: 'key', name: 'north', series: 1, rows: 5, bytes: 0 },
  ])
  expect((await room('?key=shop&limit=1')).children).toEqual(shop.children.slice(0, 1))

  const country = await room('?key=shop&dimensions=country')
  expect([country.dimension, country.total]).toEqual([['country'], withoutName(shop.children[0])])
  expect(country.children.map((child: { name: string }) => child.name)).toEqual(['de'])

  const alone = await room('?dimensions=alone')
  expect([alone.key, alone.dimension, alone.total.series]).toEqual([['_'], ['alone'], 1])
  expect(await room('?key=nobody')).toEqual({
    ...{ key: ['nobody'], dimension: [], children: [], complete: true },
    total: { series: 0, rows: 0, bytes: 0 },
  })
})

test('what is not flushed is not in it yet; what was reset is gone', async () => {
  const { server, room } = await setup()
  await server.post('/count', EVENTS)
  expect((await room('')).total.rows).toBe(0)
  await server.flush()
  expect((await room('')).total.rows).toBe(50)
  await server.post('/reset', '{"key":"shop","dimensions":"country"}')
  await server.flush()
  expect((await room('?key=shop')).children.map((child: { name: string }) => child.name)).toEqual([
    'channel',
    'north',
  ])
  expect((await room('?key=shop')).total).toMatchObject({ series: 4, rows: 20 })
})

test('is for the server’s own pages', async () => {
  const { server } = await setup('memory')
  expect((await server.get('/room', { origin: 'https://elsewhere.example' })).status).toBe(403)
})

function withoutName({ series, rows, bytes }: Record<string, unknown>): object {
  return { series, rows, bytes }
}
