/** Several servers on one queue, whose partitions go from one to another: whatever comes between, every count is there once. */
import { setImmediate as immediate } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { MemoryQueue, type QueueJournal } from '../../test/support/memory-queue.js'
import { runs } from '../../test/support/runs.js'
import { HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { singleBucket } from '../query/reader.js'
import { partitionOf } from '../rollup/partition.js'
import { openWhale, type WhaleServer } from './open-whale.js'

const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 5, 1, 12)
const PARTITIONS = 3
const SERVERS = ['http://a', 'http://b', 'http://c']
const KEYS = ['k', 'l', 'm', 'n', 'o', 'p']

/** A queue and its servers, with a clock that only waiting moves. */
class Servers {
  nowMs = START_MS
  readonly queue = new MemoryQueue(PARTITIONS)
  readonly journals: QueueJournal[] = []
  readonly servers: WhaleServer[] = []
  readonly fatal: Error[] = []
  readonly errors: string[] = []

  static async start(): Promise<Servers> {
    const all = new Servers()
    await all.queue.open()
    for (const address of SERVERS) await all.#open(address)
    for (let partition = 0; partition < PARTITIONS; partition++) await all.give(partition, partition)
    return all
  }

  async #open(address: string): Promise<void> {
    const journal = this.queue.journal(address)
    const server = await openWhale({
      journal,
      stores: this.queue.storesOf(),
      peers: { of: peer => this.servers[SERVERS.indexOf(peer)]!.local },
      retention: [
        { interval: '1m', keepMs: DAY_MS },
        { interval: '1d', keepMs: 100 * DAY_MS },
      ],
      dedupeWindowMs: DAY_MS,
      flushIntervalMs: DAY_MS,
      cacheMemoryBytes: 16 * 2 ** 20,
      limits: DEFAULT_LIMITS,
      now: () => this.nowMs,
      delay: async ms => {
        this.nowMs += ms
        await immediate()
      },
      every: () => () => undefined,
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: (_fields, message) => this.errors.push(message),
      },
      onFatal: error => this.fatal.push(error),
    })
    this.journals.push(journal)
    this.servers.push(server)
    server.start()
  }

  give(partition: number, server: number): Promise<void> {
    return this.queue.give(partition, this.journals[server]!)
  }

  steal(partition: number, server: number): () => Promise<void> {
    return this.queue.steal(partition, this.journals[server]!)
  }

  /** Counts until somebody says yes. Each event has an id. */
  async count(server: number, events: readonly CountEvent[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.servers[(server + attempt) % SERVERS.length]!.service.count(events)
        return
      } catch (error) {
        if (!(error instanceof HailWhaleError) || attempt > 20) throw error
      }
    }
  }

  /** Waits until every partition is caught up where it is: until then it is read from its store. */
  async settled(): Promise<void> {
    const owners = this.queue.partitions.map(({ owner }, partition) => {
      return { partition, server: this.servers[this.journals.indexOf(owner!)]! }
    })
    const isReady = () => owners.every(({ partition, server }) => server.partitions.ready(partition))
    await expect.poll(isReady, { interval: 1 }).toBe(true)
  }

  async flush(server: number): Promise<void> {
    const flushes = this.servers[server]!.partitions.owned.map(({ whale }) => whale.flush())
    await Promise.allSettled(flushes)
  }

  async hits(server: number, key: readonly string[], path: readonly string[] = []): Promise<number> {
    const plan = singleBucket('1m', START_MS, START_MS + 60_000)
    const sums = await this.servers[server]!.service.reader.series(key, path, plan, null)
    return sums.columns.get('hits')?.values[0] ?? 0
  }

  async close(): Promise<void> {
    for (const server of this.servers) await server.close()
  }
}

const started: Servers[] = []
afterEach(async () => {
  for (const servers of started.splice(0)) await servers.close()
})

async function start(): Promise<Servers> {
  const servers = await Servers.start()
  started.push(servers)
  return servers
}

function event(key: readonly string[], path: readonly string[], id?: string): CountEvent {
  const plain = { key, paths: [path], metrics: new Map([['hits', 1]]), atMs: START_MS }
  return id === undefined ? plain : { ...plain, id }
}

describe('partitions that move', () => {
  const server = fc.nat(SERVERS.length - 1)
  const partition = fc.nat(PARTITIONS - 1)
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        count: fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 4 }),
        at: server,
      }),
    },
    { weight: 2, arbitrary: fc.record({ give: partition, at: server }) },
    { weight: 2, arbitrary: fc.record({ steal: partition, at: server }) },
    { weight: 2, arbitrary: fc.record({ flush: server }) },
    { weight: 1, arbitrary: fc.constant('tell' as const) },
    { weight: 1, arbitrary: fc.constant('wait' as const) },
  )

  test('lose no count and double none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async steps => {
        const servers = await start()
        const expected = new Map<string, number>()
        const under: Promise<unknown>[] = []
        const robbed: (() => Promise<void>)[] = []
        let ids = 0
        for (const action of steps) {
          if (action === 'wait') await Promise.all(under)
          else if (action === 'tell') for (const tell of robbed.splice(0)) await tell()
          else if ('count' in action) {
            const events = action.count.map(key => event([key, 'sub'], [key], `${ids++}`))
            for (const key of action.count) expected.set(key, (expected.get(key) ?? 0) + 1)
            under.push(servers.count(action.at, events))
          } else if ('flush' in action) under.push(servers.flush(action.flush))
          else if ('give' in action) {
            for (const tell of robbed.splice(0)) await tell()
            await servers.give(action.give, action.at)
          } else robbed.push(servers.steal(action.steal, action.at))
          await immediate()
        }
        for (const tell of robbed) await tell()
        await Promise.all(under)
        await servers.settled()
        for (let i = 0; i < SERVERS.length; i++) {
          for (const [key, hits] of expected) {
            expect(await servers.hits(i, [key])).toBe(hits)
            expect(await servers.hits(i, [key, 'sub'], [key])).toBe(hits)
          }
          await servers.flush(i)
        }
        expect(servers.fatal).toEqual([])
        await servers.close()
      }),
      runs(100),
    )
  })

  test('answer who waited for a count that was durable before its partition went, without an id', async () => {
    const servers = await start()
    const key = ['moving']
    const partition = partitionOf(key, PARTITIONS)
    await servers.settled()
    const [first] = servers.journals
    const owner = servers.queue.partitions[partition]!.owner!
    owner.isHeld = true
    const counts = servers.servers.map(({ service }) => service.count([event(key, ['x'])]))
    const isAppended = () => servers.queue.partitions[partition]!.records.length
    await expect.poll(isAppended, { interval: 1 }).toBe(SERVERS.length)
    await servers.queue.give(partition, first === owner ? servers.journals[1]! : first!)
    owner.isHeld = false
    const outcomes = await Promise.all(counts)
    expect(outcomes.every(({ counted }) => counted === 1)).toBe(true)
    expect(await servers.hits(0, key, ['x'])).toBe(SERVERS.length)
  })

  test('that nobody has are waited for, a while: then at once it is said that nobody has them', async () => {
    const servers = await start()
    const key = ['nobody']
    const partition = partitionOf(key, PARTITIONS)
    await servers.queue.give(partition, null)
    const count = () => servers.servers[0]!.service.count([event(key, [])])
    await expect(count()).rejects.toMatchObject({ code: 'unavailable' })
    expect(servers.nowMs - START_MS).toBeGreaterThanOrEqual(5000)
    const { nowMs } = servers
    await expect(count()).rejects.toMatchObject({ code: 'unavailable' })
    expect(servers.nowMs).toBe(nowMs)
    await servers.give(partition, 1)
    expect(await count()).toMatchObject({ counted: 1 })
    expect(servers.servers[0]!.service.readiness()).toMatchObject({ ready: true, detail: 'ready' })
  })

  test('one of them fails, and what is of another is counted', async () => {
    const servers = await start()
    const [gone, kept] = KEYS.map(key => [key]).filter(
      (key, i, all) =>
        all.findIndex(each => partitionOf(each, PARTITIONS) === partitionOf(key, PARTITIONS)) === i,
    )
    await servers.queue.give(partitionOf(gone!, PARTITIONS), null)
    const { service } = servers.servers[0]!
    const answers = await Promise.allSettled([
      service.count([event(gone!, []), event(kept!, [])]),
      service.count([event(kept!, [])]),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(await servers.hits(0, kept!)).toBe(2)
  })
})

describe('sets and resets on a queue', () => {
  test('two sets of one bucket, at two servers, leave what one of them says', async () => {
    const servers = await start()
    const key = ['set']
    await servers.count(0, [event(key, ['x'], '1'), event([...key, 'below'], ['x'], '2')])
    const set = (at: number, value: number) =>
      servers.servers[at]!.service.updateCountTo({
        key,
        path: ['x'],
        metrics: new Map([['hits', value]]),
        atMs: START_MS,
      })
    await Promise.all([set(0, 7), set(1, 11), set(2, 7), set(0, 11)])
    expect([7, 11]).toContain(await servers.hits(1, key, ['x']))
    await set(2, 5)
    for (let i = 0; i < SERVERS.length; i++) expect(await servers.hits(i, key, ['x'])).toBe(5)
  })

  test('a reset takes away what was there; what comes meanwhile is counted whole or not at all', async () => {
    const servers = await start()
    const paths = ['a', 'b', 'c', 'd']
    const counted = async (at: number, rounds: number): Promise<void> => {
      for (let i = 0; i < rounds; i++) {
        for (const key of KEYS)
          await servers.count(at, [event(['r', key], ['p', paths[i % paths.length]!], `${at} ${i} ${key}`)])
      }
    }
    await counted(0, 4)
    await servers.flush(1)
    const meanwhile = counted(1, 20)
    for (let i = 0; i < 3; i++) await servers.servers[i]!.service.reset({ key: ['r'] })
    await meanwhile
    const all = await servers.hits(0, ['r'])
    expect(all).toBeLessThanOrEqual(20 * KEYS.length)
    const below = await Promise.all(paths.map(name => servers.hits(0, ['r'], ['p', name])))
    expect(below.reduce((sum, hits) => sum + hits, 0)).toBe(all)
    expect(await servers.hits(0, ['r'], ['p'])).toBe(all)
    const keys = await Promise.all(KEYS.map(key => servers.hits(2, ['r', key])))
    expect(keys.reduce((sum, hits) => sum + hits, 0)).toBe(all)
    const more = counted(2, 20)
    for (let i = 0; i < 3; i++) await servers.servers[i]!.service.reset({ key: ['r'], path: ['p'] })
    await more
    expect(await servers.hits(1, ['r'], ['p'])).toBe(await servers.hits(1, ['r']))
    await servers.servers[0]!.service.reset({ key: ['r'] })
    expect(await servers.hits(1, ['r'])).toBe(0)
    expect(await servers.servers[1]!.service.reader.listKeys([], { limit: 10 })).toEqual([])
  })
})
