import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeSuite } from '../../../test/conformance/store-suite.js'
import { RedisCluster, RedisServer } from '../../../test/support/redis-servers.js'
import { parseRedisAddress } from '../../redis/redis-address.js'
import { nameMember, STATE_GROUP } from '../../rollup/address.js'
import { type Store, StoreFencedError } from '../store.js'
import { RedisStore, type RedisStoreOptions } from './redis-store.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const GROUP = Uint8Array.of(0x10, 1, 2)

let single: RedisServer
let cluster: RedisCluster
const made = new WeakMap<Store, RedisStoreOptions>()
let names = 0

beforeAll(async () => {
  ;[single, cluster] = await Promise.all([RedisServer.start(), RedisCluster.start()])
})

afterAll(async () => {
  await Promise.all([single?.close(), cluster?.close()])
})

function storeOf(options: RedisStoreOptions): RedisStore {
  const store = new RedisStore(options)
  made.set(store, options)
  return store
}

const addressOf = (url: string) => parseRedisAddress(url, 'store')

for (const [name, url] of [
  ['RedisStore', () => single.url],
  ['RedisStore on a cluster', () => cluster.url],
] as const) {
  storeSuite(name, {
    create: async () => storeOf({ address: addressOf(url()), namespace: `test${names}`, partition: names++ }),
    reopen: async store => storeOf(made.get(store)!),
    destroy: async store => {
      const cleaner = new RedisStore(made.get(store)!)
      await cleaner.open()
      for (const first of [0x10, 0x11, 0x20, 0x30, 0x40, 0x77, 0xfe]) {
        await cleaner.drop(Uint8Array.of(first), Uint8Array.of(first + 1))
      }
      await cleaner.close()
    },
  })
}

describe('what the configured Redis can lose', () => {
  test.each([
    ['synced before each answer', ['--appendonly', 'yes', '--appendfsync', 'always'], null],
    ['synced once a second', ['--appendonly', 'yes'], 'appendfsync everysec'],
    ['synced when the system likes', ['--appendonly', 'yes', '--appendfsync', 'no'], 'appendfsync no'],
    ['not kept', ['--appendonly', 'no'], 'appendonly no'],
  ] as const)('%s', async (_name, flags, risk) => {
    const server = await RedisServer.start(...flags)
    const store = storeOf({ address: addressOf(server.url) })
    await store.open()
    if (risk === null) expect(store.supports.risk).toBe(null)
    else expect(store.supports.risk).toContain(risk)
    // Always: the configuration can change, and a replica be added, while the store is open.
    expect(store.supports.settlesMs).toBe(10_000)
    await store.close()
    await server.close()
  })

  test('a replica may take over without the last writes', async () => {
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
    const master = await RedisServer.start(...durable)
    const replica = await RedisServer.start(...durable, '--replicaof', '127.0.0.1', String(master.port))
    const replicas = () => master.command('info', 'replication')
    await expect.poll(replicas, { timeout: 20_000 }).toContain('connected_slaves:1')
    const store = storeOf({ address: addressOf(master.url) })
    await store.open()
    expect(store.supports.risk).toContain('replicas')
    await store.close()
    await Promise.all([master.close(), replica.close()])
  })
})

describe('RedisStore', () => {
  const options = () => ({ address: addressOf(single.url), namespace: `own${names++}` })

  test('groups go when the last of their cells may, those with a cell that may not stay', async () => {
    const store = storeOf(options())
    await store.open()
    const soonMs = Date.now() + 400
    const cell = (group: number, member: string, expiresAtMs?: number) => ({
      ...{ group: Uint8Array.of(0x10, group, 0), member: bytes(member), value: bytes('v'), through: 1 },
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    })
    await store.write([cell(1, 'a', soonMs), cell(2, 'a', soonMs), cell(3, 'a', soonMs), cell(4, 'a')])
    await store.write([cell(2, 'b', soonMs + 3_600_000), cell(3, 'b'), cell(4, 'b', soonMs)])
    const sizes = async (): Promise<number[]> => {
      const counts = [0, 0, 0, 0]
      for (const [i] of counts.entries()) {
        await store.scan(Uint8Array.of(0x10, i + 1, 0), {}, () => void counts[i]!++)
      }
      return counts
    }
    expect(await sizes()).toEqual([1, 2, 2, 2])
    await expect.poll(sizes, { timeout: 10_000 }).toEqual([0, 2, 2, 2])
    await store.close()
  })

  test('an older owner is refused, and nothing of its write stays', async () => {
    const where = options()
    const [older, newer] = [storeOf(where), storeOf(where)]
    await older.open()
    await newer.open()
    const cell = (member: string) => ({ group: GROUP, member: bytes(member), value: bytes('v'), through: 1 })
    await older.write([cell('a')])
    await newer.write([cell('b')])
    await expect(older.write([cell('c'), cell('d')])).rejects.toThrow(StoreFencedError)
    await expect(older.drop(Uint8Array.of(0x10), Uint8Array.of(0x11))).rejects.toThrow(StoreFencedError)
    const seen: string[] = []
    await older.scan(GROUP, {}, member => void seen.push(Buffer.from(member).toString()))
    expect(seen).toEqual(['a', 'b'])
    await Promise.all([older.close(), newer.close()])
  })

  test('a Redis that goes away is said to be away, and is used again when it is back', async () => {
    const server = await RedisServer.start()
    const store = storeOf({ address: addressOf(server.url) })
    await store.open()
    const { incarnation } = store
    const cell = { group: GROUP, member: bytes('a'), value: bytes('v'), through: 7 }
    await store.write([cell])
    await server.kill('SIGKILL')
    await expect(store.read([cell])).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.write([cell])).rejects.toMatchObject({ code: 'unavailable' })
    await server.restart()
    await expect
      .poll(() =>
        store.read([cell]).then(
          ([found]) => found?.through,
          () => 0,
        ),
      )
      .toBe(7)
    expect(store.incarnation).toBeGreaterThan(incarnation)
    await store.close()
    await server.close()
  })

  test('what Redis refuses is refused as unavailable, with what it says, and changes nothing', async () => {
    const server = await RedisServer.start()
    const store = storeOf({ address: addressOf(server.url) })
    await store.open()
    const cell = { group: GROUP, member: bytes('a'), value: bytes('v'), through: 7 }
    await store.write([cell])
    await server.command('config', 'set', 'maxmemory', '1mb')
    const refused = { code: 'unavailable', message: expect.stringContaining('OOM command not allowed') }
    await expect(store.write([{ ...cell, through: 8 }])).rejects.toMatchObject(refused)
    await expect(store.write([{ ...cell, through: 8 }])).rejects.toMatchObject(refused)
    expect((await store.read([cell]))[0]?.through).toBe(7)
    await server.command('config', 'set', 'maxmemory', '0')
    await store.write([{ ...cell, through: 8 }])
    await server.command('replicaof', '127.0.0.1', '1')
    await expect(store.write([cell])).rejects.toMatchObject({ message: expect.stringContaining('READONLY') })
    await server.command('replicaof', 'no', 'one')
    expect((await store.read([cell]))[0]?.through).toBe(8)
    await store.close()
    await server.close()
  })

  test('scripts that Redis has forgotten are loaded again', async () => {
    const store = storeOf(options())
    await store.open()
    const cell = { group: GROUP, member: bytes('a'), value: bytes('v'), through: 7 }
    await store.write([cell])
    const { incarnation } = store
    await single.command('script', 'flush')
    await expect(store.write([cell])).rejects.toMatchObject({ code: 'unavailable' })
    expect(store.incarnation).toBeGreaterThan(incarnation)
    await store.write([cell])
    await store.close()
  })

  test('what was sent before it was uncertain is refused when it comes late', async () => {
    const where = options()
    const store = storeOf(where)
    await store.open()
    const cell = { group: GROUP, member: bytes('a'), value: bytes('v'), through: 7 }
    const owner = () => single.command('get', `{${where.namespace}/0}owner`)
    await store.write([cell])
    const before = await owner()
    await single.command('script', 'flush')
    await store.write([cell]).catch(() => undefined)
    await store.write([cell])
    await store.write([cell])
    const after = await owner()
    // The same epoch, another claim: however many writes each has seen, none finds what the other left.
    expect(after.split(':')[0]).toBe(before.split(':')[0])
    expect(after.split(':')[1]).not.toBe(before.split(':')[1])
    await store.close()
  })

  test('says where and why it can not be opened', async () => {
    const nobody = storeOf({ address: addressOf('redis://user:secret@127.0.0.1:1') })
    const opening = nobody.open()
    await expect(opening).rejects.toMatchObject({ code: 'unavailable' })
    await expect(opening).rejects.toThrow(/^Redis at redis:\/\/127\.0\.0\.1:1 can't be used: .*ECONNREFUSED/)
  })

  test('refuses one that a newer version wrote', async () => {
    const where = options()
    const store = storeOf(where)
    await store.open()
    await store.write([
      { group: STATE_GROUP, member: nameMember('version'), through: 0, value: nameMember('3') },
    ])
    await store.close()
    await expect(storeOf(where).open()).rejects.toThrow('was written by a newer HailWhale (format 3')
  })
})
