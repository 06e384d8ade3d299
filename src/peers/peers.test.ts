/** Two servers over real HTTP: one asks, the other has the partitions. */
import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer, type Server } from 'node:net'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { event } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { type PeerServer, SECRET, startPeer } from '../../test/support/peer-server.js'
import { portAnswers } from '../../test/support/port-answers.js'
import { Access } from '../access/access.js'
import type { TokenStore } from '../access/token-store.js'
import type { Reset, UpdateCountTo } from '../model/changes.js'
import { ERRORS, type ErrorCode, HailWhaleError } from '../model/errors.js'
import { type Batch, BatchBuilder, Interner, tickOf } from '../rollup/batch.js'
import { MergedParts } from '../whale/merged-reader.js'
import { NotDoneError, PartitionMovedError } from '../whale/not-done.js'
import type { PartitionService } from '../whale/partition-service.js'
import type { PeerOptions } from './peer-client.js'
import { peerRoutes } from './peer-routes.js'
import { Peers } from './peers.js'

const PLAN = {
  edgesMs: Float64Array.of(0, 10, 20),
  segments: [{ interval: '10s', fromMs: 0, untilMs: 20 }],
} as const
const CHILDREN = 100_000

let ends: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of ends.reverse()) await end()
  ends = []
})

async function serving(service: Partial<PartitionService>, basePath = ''): Promise<PeerServer> {
  const server = await startPeer(service, basePath)
  ends.push(() => server.close())
  return server
}

function peers(options: Partial<PeerOptions> = {}): Peers {
  const made = new Peers({ secret: SECRET, now: () => 0, onTrouble: () => {}, ...options })
  ends.push(() => made.close())
  return made
}

/** Rejects with an error from every method. */
function failing(error: unknown): Partial<PartitionService> {
  const fail = async (): Promise<never> => {
    throw error
  }
  return { positions: fail, append: fail, reached: fail, reset: fail, updateCountTo: fail }
}

async function thrownBy(asked: Promise<unknown>): Promise<HailWhaleError> {
  const thrown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(HailWhaleError)
  return thrown as HailWhaleError
}

test('questions are answered as the owner answers them itself, several partitions in one request', async () => {
  const parts = [new BruteReader(0), new BruteReader(0), new BruteReader(0)]
  parts[0]!.add(event([['a', 'x'], ['b']], { d: 0.1 }, { key: ['site', 'blog'], atMs: 3 }))
  parts[1]!.add(event([['a'], ['…']], { d: -0 }, { key: ['site', 'é'], atMs: 12 }))
  parts[2]!.add(event([['c']], { d: 2 ** 60 }, { key: ['site'], atMs: 19 }))
  let requests = 0
  const reader: PartitionService['reader'] = partitions => {
    requests++
    return new MergedParts(() => partitions.map(partition => parts[partition]!))
  }
  const { address } = await serving({ reader }, '/stats')
  const remote = peers().of(address).reader([0, 2])
  const questions = {
    ...{ plan: PLAN, key: ['site'], path: [], metrics: null, addedUp: ['hits'], most: 5 },
    ...{ except: ['b'], page: { after: 'a', limit: 3 } },
  }
  expect(await portAnswers(remote, questions)).toEqual(await portAnswers(reader([0, 2]), questions))
  expect(requests).toBe(7 + 1)
})

test('a hundred thousand children come across', async () => {
  const values = Float64Array.from({ length: CHILDREN }, (_, i) => i / 3)
  const many = {
    complete: true,
    points: 1,
    found: Int32Array.from({ length: CHILDREN }, (_, i) => i),
    columns: new Map([['hits', { values, counted: new Uint8Array(CHILDREN).fill(1) }]]),
    addedUp: new Map(),
    child: (place: number) => ({ name: `child ${place}`, overflow: false }),
  }
  const reader = { children: async () => many } as unknown as BruteReader
  const { address } = await serving({ reader: () => reader })
  const children = await peers().of(address).reader([0]).children(['k'], [], PLAN, null)
  expect(children.found).toHaveLength(CHILDREN)
  expect(children.child(CHILDREN - 1).name).toBe(`child ${CHILDREN - 1}`)
  expect(children.columns.get('hits')!.values).toEqual(values)
})

test('a batch arrives whole, and what became of it comes back', async () => {
  const arrived: [number, Batch][] = []
  const { address } = await serving({
    append: async (partition, batch) => {
      arrived.push([partition, batch])
      return { duplicate: Uint8Array.of(0, 1), overflowed: new Set([1]) }
    },
  })
  const interner = new Interner()
  const builder = new BatchBuilder(interner)
  for (const name of ['a', 'é']) {
    builder.leaf(interner.dimension(interner.key(['site']), [name]))
    builder.value(0.1)
    builder.entry(tickOf(50_000), interner.shapes.intern(['hits']))
  }
  const outcome = await peers().of(address).append(6, builder.finish(60_000))
  expect(outcome).toEqual({ duplicate: Uint8Array.of(0, 1), overflowed: new Set([1]) })
  const [partition, batch] = arrived[0]!
  expect([partition, batch.receivedAtMs, batch.count]).toEqual([6, 60_000, 2])
  expect([...batch.leaves].map(leaf => batch.interner.nodes.nameOf(leaf))).toEqual(['a', 'é'])
  expect([...batch.values]).toEqual([0.1, 0.1])
})

test('changes and positions arrive as they were sent', async () => {
  const arrived: unknown[] = []
  const { address } = await serving({
    reached: async (...sent) => void arrived.push(sent),
    updateCountTo: async (...sent) => void arrived.push(sent),
    reset: async (...sent) => void arrived.push(sent),
    positions: async () => new Map([[3, 2 ** 47]]),
  })
  const peer = peers().of(address)
  const change: UpdateCountTo = {
    key: ['a'],
    path: ['b'],
    metrics: new Map([['d', -0.5]]),
    interval: '1h',
    atMs: 7,
  }
  const reset: Reset = { key: ['a'], path: [], metrics: ['d'], fromMs: 5, untilMs: 9 }
  await peer.reached(1, 2 ** 47)
  await peer.updateCountTo(2, change)
  await peer.reset(3, reset)
  await peer.reset(3, { key: ['a'] })
  expect(arrived).toEqual([
    [1, 2 ** 47],
    [2, change],
    [3, reset],
    [3, { key: ['a'] }],
  ])
  expect(await peer.positions()).toEqual(new Map([[3, 2 ** 47]]))
})

test('errors keep their code, their text and their fields', async () => {
  const codes = (Object.keys(ERRORS) as ErrorCode[]).filter(code => code !== 'not_found')
  for (const code of codes) {
    const errors = [{ field: 'metrics', message: 'is wrong' }]
    const { address } = await serving(failing(new HailWhaleError(code, `what ${code} says`, { errors })))
    const thrown = await thrownBy(
      peers()
        .of(address)
        .reset(0, { key: ['a'] }),
    )
    expect([thrown.code, thrown.message, thrown.errors]).toEqual([code, `what ${code} says`, errors])
    expect(thrown).not.toBeInstanceOf(NotDoneError)
  }
})

test('that nothing was done, or all but the counting, is told', async () => {
  const notDone = await serving(failing(new NotDoneError('recovering', 'not yet')))
  const refused = await thrownBy(peers().of(notDone.address).reached(0, 1))
  expect(refused).toBeInstanceOf(NotDoneError)
  expect([refused.code, refused.message]).toEqual(['recovering', 'not yet'])

  const moving = await serving(failing(new PartitionMovedError(5, 2 ** 47)))
  const moved = await thrownBy(peers().of(moving.address).reached(0, 1))
  expect(moved).toBeInstanceOf(PartitionMovedError)
  expect(moved).toMatchObject({ partition: 5, sequence: 2 ** 47 })
})

test('what nobody foresaw is unavailable, and in the log of the server it happened in', async () => {
  const server = await serving(failing(new Error('a bug')))
  const thrown = await thrownBy(peers().of(server.address).positions())
  expect(thrown.code).toBe('unavailable')
  expect(thrown.message).not.toContain('a bug')
  expect(server.logged).toHaveLength(1)
})

test('a question that is not understood is unavailable: another release may have asked it', async () => {
  const { address } = await serving({ reader: () => new BruteReader(0) })
  const headers = { 'hailwhale-peer-secret': SECRET }
  for (const body of ['{"ask":"everything"}', '{', '{"ask":"series"}']) {
    const answer = await fetch(`${address}/peer/read/0`, { method: 'POST', headers, body })
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }])
  }
})

test('without the secret the routes are as absent as any other path', async () => {
  const { address } = await serving({ positions: async () => new Map() })
  const paths = [
    '/peer/positions',
    '/peer/read/0',
    '/peer/append/0',
    '/peer/reset/0',
    '/peer/nothing',
    '/nobody',
  ]
  const told = new Set<string>()
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      for (const secret of [undefined, '', 'wrong', `${SECRET}s`, SECRET.slice(1)]) {
        const headers = secret === undefined ? {} : { 'hailwhale-peer-secret': secret }
        const answer = await fetch(address + path, { method, headers })
        const names: string[] = []
        answer.headers.forEach((_value, name) => void names.push(name))
        told.add(`${answer.status} ${names.sort()} ${(await answer.text()).replaceAll(path, 'PATH')}`)
      }
    }
  }
  expect([...told]).toEqual([expect.stringMatching(/^404 /)])
})

test('where tokens are needed, the routes are as closed as a path that is not there, with a token and without', async () => {
  const service = { positions: async () => new Map() }
  const store = { load: async () => ({ tokens: [], wasUsed: true }) } as unknown as TokenStore
  const access = await Access.open({
    ...{ store, needs: 'token', now: () => 0, random: randomBytes, every: () => () => {} },
    ...{ log: { warn: () => {} }, onFirst: () => {} },
  })
  const server = await startPeer(service, '/stats', access)
  ends.push(() => server.close())
  for (const headers of [{}, { authorization: `Bearer ${access.ownToken()}` }]) {
    const [peer, nobody] = await Promise.all(
      ['/peer/positions', '/peer/nothing'].map(async path => {
        const answer = await fetch(server.address + path, { headers })
        return `${answer.status} ${(await answer.text()).replaceAll(path, 'PATH')}`
      }),
    )
    expect(peer).toBe(nobody)
  }
  expect(await peers().of(server.address).positions()).toEqual(new Map())
})

test('a peer of another queue is not taken at its word', async () => {
  const { address } = await serving({ positions: async () => new Map() })
  const thrown = await thrownBy(peers({ secret: 'another' }).of(address).positions())
  expect(thrown.code).toBe('unavailable')
  expect(thrown.message).toContain('same queue')
})

test('the documentation has no routes of peers', async () => {
  const app = Fastify()
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 't', version: '1' } } })
  await app.register(peerRoutes, { service: {} as PartitionService, secret: SECRET })
  await app.ready()
  expect(Object.keys(app.swagger().paths ?? {})).toEqual([])
  await app.close()
})

test('a server that nobody is at was surely asked for nothing; it is told of once, until it answers again', async () => {
  const troubles: string[] = []
  let nowMs = 0
  const { address, close } = await startPeer({})
  await close()
  const peer = peers({ now: () => nowMs, onTrouble: at => void troubles.push(at) }).of(address)
  expect(await thrownBy(peer.positions())).toBeInstanceOf(NotDoneError)
  nowMs = 1_000
  expect(await thrownBy(peer.positions())).toBeInstanceOf(NotDoneError)
  expect(troubles).toEqual([address])
})

test('a server that hangs is left alone for a second, then one request tries it', async () => {
  const silent = await silence()
  let nowMs = 0
  const peer = peers({ now: () => nowMs, readMs: 200 }).of(silent.address)
  const first = await thrownBy(peer.positions())
  expect(first.code).toBe('unavailable')
  // It may have done what it was asked for.
  expect(first).not.toBeInstanceOf(NotDoneError)
  await expect.poll(() => silent.requests()).toBe(1)

  nowMs = 999
  expect(await thrownBy(peer.positions())).toBeInstanceOf(NotDoneError)
  nowMs = 1_000
  const trying = thrownBy(peer.positions())
  expect(await thrownBy(peer.positions())).toBeInstanceOf(NotDoneError)
  await trying
  expect(silent.requests()).toBe(2)
  // The clock was put back.
  nowMs = -3_600_000
  await thrownBy(peer.positions())
  expect(silent.requests()).toBe(3)
})

test('one that answers again is asked by all again', async () => {
  let nowMs = 0
  let isBroken = true
  const server = createServer(socket => {
    if (isBroken) socket.destroy()
    else socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n[[1,99]]'))
  })
  const address = await listening(server)
  const peer = peers({ now: () => nowMs }).of(address)
  expect((await thrownBy(peer.positions())).code).toBe('unavailable')
  isBroken = false
  nowMs = 1_000
  expect(await peer.positions()).toEqual(new Map([[1, 99]]))
  nowMs = 1_001
  expect(await Promise.all([peer.positions(), peer.positions()])).toHaveLength(2)
})

test('an answer that breaks off is none', async () => {
  const server = createServer(socket => {
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 800\r\n\r\n[[1,99]]'))
  })
  const peer = peers().of(await listening(server))
  expect((await thrownBy(peer.positions())).code).toBe('unavailable')
})

/** A server that takes requests and never answers. */
async function silence(): Promise<{ address: string; requests: () => number }> {
  let requests = 0
  const server = createServer(socket => {
    socket.on('data', () => requests++)
    socket.on('error', () => {})
  })
  return { address: await listening(server), requests: () => requests }
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', socket => sockets.add(socket))
  ends.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
