import { afterEach, expect, test } from 'vitest'
import { LiveServer } from '../../test/support/live-server.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)

const servers: LiveServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function setup(store: 'memory' | 'lmdb') {
  const ticks: (() => void)[] = []
  const every = (periodMs: number, run: () => void) => {
    if (periodMs === 1000) ticks.push(run)
    return () => undefined
  }
  const server = await LiveServer.start({ store, over: 'inject', nowMs: NOW_MS, http: { every } })
  servers.push(server)
  const state = async () => JSON.parse((await server.get('/state')).text)
  const second = () => {
    server.nowMs += 1000
    for (const tick of ticks) tick()
  }
  return { server, state, second }
}

test('tells what happened, what waits and how much there is', async () => {
  const { server, state, second } = await setup('lmdb')
  const before = await state()
  expect(before).toMatchObject({
    version: '0.0.0-test',
    started: NOW_MS,
    now: NOW_MS,
    ready: true,
    detail: 'ready',
    durability: 'fdatasync',
    journal: { kind: 'file', sequence: 0, flushed: 0, segments: 1 },
    store: { kind: 'lmdb' },
    partitions: [{ partition: 0, owner: null, through: 0, flushedThrough: 0, events: 0 }],
    streams: { readers: 0, topics: 0 },
  })
  await server.post('/count', '[{"id":"a","key":"k"},{"id":"b","key":"k"}]')
  await server.post('/count', '{"id":"a","key":"k"}')
  await server.get('/count?key=%ff')
  second()
  const after = await state()
  expect(after.now).toBe(NOW_MS + 1000)
  expect(after.rates.until).toBe(NOW_MS + 1000)
  const lastOf = (name: string) => after.rates[name].at(-1)
  // The requests: three counts, and the first question for the state.
  expect(['events', 'duplicates', 'requests', 'refused'].map(lastOf)).toEqual([2, 1, 4, 1])
  expect(after.rates.events.length).toBe(60)
  expect(after.journal).toMatchObject({ sequence: 2, flushed: 0 })
  expect(after.journal.bytes).toBeGreaterThan(before.journal.bytes)
  expect(after.partitions[0]).toMatchObject({ through: 2, flushedThrough: 0, events: 3 })
  expect(after.memory.rollup).toBeGreaterThan(before.memory.rollup)
  expect(after.memory.rss).toBeGreaterThan(after.memory.heap)

  await server.flush()
  const flushed = await state()
  expect(flushed.journal.flushed).toBe(2)
  expect(flushed.store.bytes).toBeGreaterThan(0)
})

test('is told while the store is away', async () => {
  const { server, state } = await setup('memory')
  await server.embedded.store.close()
  expect((await state()).store).toEqual({ kind: 'memory', bytes: null })
  await server.embedded.store.open()
})

test('is for the server’s own pages, and knows no parameters', async () => {
  const { server } = await setup('memory')
  expect((await server.get('/state', { origin: 'https://elsewhere.example' })).status).toBe(403)
  expect((await server.get('/state?key=a')).status).toBe(400)
})
