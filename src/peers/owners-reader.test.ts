/** All partitions, read over real HTTP where they are another server's, and from their stores where that doesn't answer. */
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { event } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { FlushedStore, POLICIES } from '../../test/support/flushed-store.js'
import { SECRET, startPeer } from '../../test/support/peer-server.js'
import type { PartitionOwner } from '../journal/journal.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { type RollupReader, singleBucket } from '../query/reader.js'
import { MergedParts } from '../whale/merged-reader.js'
import { NotDoneError } from '../whale/not-done.js'
import type { PartitionService } from '../whale/partition-service.js'
import { StoredReader } from '../whale/stored-reader.js'
import { OwnersReader, type OwnersReaderOptions } from './owners-reader.js'
import { Peers } from './peers.js'

const NOW_MS = Date.UTC(2026, 1, 2, 3, 4, 5)
const FLUSHED_MS = NOW_MS - 7_000
const TODAY = singleBucket('1d', Date.UTC(2026, 1, 2), Date.UTC(2026, 1, 3))
const AWAY = { address: 'http://127.0.0.1:9' }

let ends: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of ends.reverse()) await end()
  ends = []
})

/** A server with the partitions that it is given. */
class Whale {
  readonly owned = new Map<number, BruteReader>()
  /** Questions it was asked, by their partitions. */
  readonly asked: (readonly number[])[] = []
  address = ''

  /** Starts one that has so many hits of each partition. */
  static async start(hits: Readonly<Record<number, number>>): Promise<Whale> {
    const whale = new Whale()
    for (const [partition, count] of Object.entries(hits)) whale.take(Number(partition), readerWith(count))
    const server = await startPeer(whale.service)
    whale.address = server.address
    ends.push(() => server.close())
    return whale
  }

  take(partition: number, reader: BruteReader): void {
    this.owned.set(partition, reader)
  }

  readonly service: Partial<PartitionService> = {
    reader: partitions => {
      this.asked.push(partitions)
      return new MergedParts(() => partitions.map(partition => this.#mine(partition)))
    },
    positions: async () =>
      new Map([...this.owned].map(([partition, reader]) => [partition, reader.version()])),
  }

  #mine(partition: number): BruteReader {
    const reader = this.owned.get(partition)
    if (!reader) throw new NotDoneError('unavailable', `partition ${partition} is not here`)
    return reader
  }
}

/** A reader that has so many hits of the key `shop`. */
function readerWith(hits: number): BruteReader {
  const reader = new BruteReader(NOW_MS)
  for (let i = 0; i < hits; i++) reader.add(event([['apples']], {}, { key: ['shop'], atMs: NOW_MS }))
  return reader
}

/** The store of a partition, with so many hits. */
async function storedWith(hits: number, flushedMs = FLUSHED_MS): Promise<StoredReader> {
  const partition = await FlushedStore.open()
  await partition.count(NOW_MS, ...Array<string>(hits).fill('apples'))
  await partition.flush(flushedMs)
  return readingOf(partition)
}

function readingOf({ store }: FlushedStore): StoredReader {
  return new StoredReader({ store, policies: POLICIES, limits: DEFAULT_LIMITS, now: () => NOW_MS })
}

/** A timer that runs when it is told to. */
class Timer {
  running = 0
  #run: (() => void) | null = null

  readonly every = (_periodMs: number, run: () => void): (() => void) => {
    this.running++
    this.#run = run
    return () => {
      this.running--
      this.#run = null
    }
  }

  tick(): void {
    this.#run?.()
  }
}

interface Setting {
  readonly owners: PartitionOwner[]
  readonly own?: Readonly<Record<number, RollupReader>>
  readonly stored?: Readonly<Record<number, StoredReader>>
  readonly refresh?: () => void
  readonly timer?: Timer
}

function readerOf({ owners, own = {}, stored = {}, refresh, timer = new Timer() }: Setting): OwnersReader {
  const peers = new Peers({ secret: SECRET, now: () => NOW_MS, onTrouble: () => {}, readMs: 300 })
  ends.push(() => peers.close())
  const options: OwnersReaderOptions = {
    journal: {
      partitions: owners.length,
      ownerOf: partition => owners[partition]!,
      ...(refresh && { refresh: async () => refresh() }),
    },
    own: partition => own[partition],
    peer: address => peers.of(address),
    stored: partition => stored[partition],
    now: () => NOW_MS,
    retention: key => POLICIES.retentionOf(key),
    every: timer.every,
  }
  return new OwnersReader(options)
}

/** The hits of the key, and as of when. */
async function hitsAndAge(reader: OwnersReader): Promise<unknown[]> {
  const dated = reader.dated()
  const { columns } = await dated.series(['shop'], [], TODAY, ['hits'])
  return [columns.get('hits')?.values[0], dated.asOf()]
}

test('own partitions and those of others are summed; an owner is asked once for all of its', async () => {
  const other = await Whale.start({ 1: 10, 3: 1000 })
  const third = await Whale.start({ 2: 100 })
  const owners = ['self', other, third, other] as const
  const reader = readerOf({ owners: [...owners], own: { 0: readerWith(1) } })
  expect(await hitsAndAge(reader)).toEqual([1111, null])
  expect([other.asked, third.asked]).toEqual([[[1, 3]], [[2]]])
  const children = await reader.children(['shop'], [], TODAY, ['hits'])
  expect([...children.found].map(place => children.child(place).name)).toEqual(['apples'])
})

test('all partitions in one process: nobody else is asked, no timer runs', async () => {
  const own = readerWith(3)
  const timer = new Timer()
  const reader = readerOf({ owners: ['self'], own: { 0: own }, timer })
  expect(await hitsAndAge(reader)).toEqual([3, null])
  expect(reader.version()).toBe(own.version())
  expect(timer.running).toBe(0)
})

test('a partition that nobody has is read from its store, which says how old that is', async () => {
  const stored = { 1: await storedWith(10), 2: await storedWith(100, FLUSHED_MS - 1_000) }
  const reader = readerOf({ owners: ['self', null, null], own: { 0: readerWith(1) }, stored })
  expect(await hitsAndAge(reader)).toEqual([111, FLUSHED_MS - 1_000])
})

test('before a store is read, it is asked whether somebody has the partition by now, once for all', async () => {
  const other = await Whale.start({ 0: 1 })
  const owners: PartitionOwner[] = [null, null, null]
  const own: Record<number, RollupReader> = {}
  let looks = 0
  const refresh = (): void => {
    looks++
    owners[0] = other
    owners[1] = 'self'
    own[1] = readerWith(10)
  }
  const stored = { 0: await storedWith(1000), 1: await storedWith(1000), 2: await storedWith(100) }
  expect(await hitsAndAge(readerOf({ owners, own, stored, refresh }))).toEqual([111, FLUSHED_MS])
  expect(looks).toBe(1)
})

test('where a store has no time, nobody knows how old the answer is', async () => {
  const never = readingOf(await FlushedStore.open())
  const reader = readerOf({ owners: [null, null], stored: { 0: await storedWith(1), 1: never } })
  expect(await hitsAndAge(reader)).toEqual([1, 'unknown'])
})

test('an own partition that is not caught up is read from its store, or refused where that cannot be', async () => {
  expect(await hitsAndAge(readerOf({ owners: ['self'], stored: { 0: await storedWith(4) } }))).toEqual([
    4,
    FLUSHED_MS,
  ])
  await expect(hitsAndAge(readerOf({ owners: ['self'] }))).rejects.toMatchObject({ code: 'recovering' })
  await expect(hitsAndAge(readerOf({ owners: [null] }))).rejects.toMatchObject({ code: 'unavailable' })
})

test('an owner that nobody finds: its partitions are read from their stores', async () => {
  const stored = { 0: await storedWith(1), 1: await storedWith(10) }
  expect(await hitsAndAge(readerOf({ owners: [AWAY, AWAY], stored }))).toEqual([11, FLUSHED_MS])
  await expect(hitsAndAge(readerOf({ owners: [AWAY] }))).rejects.toMatchObject({ code: 'unavailable' })
})

test('an owner that hangs: the store answers, in time, and at once for those who ask next', async () => {
  const sockets = new Set<{ destroy(): void }>()
  const silent = createServer(socket => void sockets.add(socket))
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  ends.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => silent.close(resolve))
  })
  const owner = { address: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` }
  const stored = { 0: await storedWith(1), 1: await storedWith(10) }
  const reader = readerOf({ owners: [owner, owner], stored })
  const startMs = performance.now()
  expect(await hitsAndAge(reader)).toEqual([11, FLUSHED_MS])
  const firstMs = performance.now() - startMs
  expect(firstMs).toBeGreaterThan(250)
  expect(firstMs).toBeLessThan(3_000)
  for (let i = 0; i < 20; i++) expect(await hitsAndAge(reader)).toEqual([11, FLUSHED_MS])
  // Twenty times the time that one may take would be 6 s.
  expect(performance.now() - startMs - firstMs).toBeLessThan(3_000)
  expect(sockets.size).toBe(1)
})

test('a partition that has moved between two questions is asked for where it is now', async () => {
  const before = await Whale.start({ 0: 1, 1: 10 })
  const after = await Whale.start({})
  const owners: PartitionOwner[] = [before, before]
  const refresh = (): void => {
    owners[1] = after
  }
  const reader = readerOf({ owners, refresh })
  expect(await hitsAndAge(reader)).toEqual([11, null])
  after.take(1, readerWith(20))
  before.owned.delete(1)
  expect(await hitsAndAge(reader)).toEqual([21, null])
  // The one that stayed is asked for again alone.
  expect(before.asked).toEqual([[0, 1], [0, 1], [0]])
  expect(after.asked).toEqual([[1]])
})

test('where nobody knows yet whose it is, the rest of the owner is asked and that one is read from its store', async () => {
  const other = await Whale.start({ 0: 1 })
  const reader = readerOf({ owners: [other, other], stored: { 1: await storedWith(10) } })
  expect(await hitsAndAge(reader)).toEqual([11, FLUSHED_MS])
  expect(other.asked).toEqual([[0, 1], [0], [1]])
})

test('a partition that has come here meanwhile is read here', async () => {
  const other = await Whale.start({})
  const owners: PartitionOwner[] = [other]
  const own: Record<number, RollupReader> = {}
  const refresh = (): void => {
    owners[0] = 'self'
    own[0] = readerWith(5)
  }
  expect(await hitsAndAge(readerOf({ owners, own, refresh }))).toEqual([5, null])
})

test('two servers that each take the other for the owner ask no further', async () => {
  const a = await Whale.start({})
  const b = await Whale.start({})
  const owners: PartitionOwner[] = [a]
  const refresh = (): void => {
    owners[0] = owners[0] === a ? b : a
  }
  const reader = readerOf({ owners, refresh, stored: { 0: await storedWith(2) } })
  expect(await hitsAndAge(reader)).toEqual([2, FLUSHED_MS])
  expect([a.asked.length, b.asked.length]).toEqual([1, 1])
})

test('an error that another owner would make as well is told', async () => {
  const { address, close } = await startPeer({
    reader: () => {
      throw new RangeError('no such partition')
    },
  })
  ends.push(close)
  await expect(hitsAndAge(readerOf({ owners: [{ address }] }))).rejects.toMatchObject({ code: 'unavailable' })
})

test('the version grows with what is counted here at once, and elsewhere soon', async () => {
  const own = readerWith(1)
  const other = await Whale.start({ 1: 10 })
  const timer = new Timer()
  const reader = readerOf({ owners: ['self', other], own: { 0: own }, timer })
  expect(reader.version()).toBe(1)
  own.add(event([]))
  expect(reader.version()).toBe(2)
  timer.tick()
  await expect.poll(() => reader.version()).toBe(12)
  other.owned.get(1)!.add(event([]))
  timer.tick()
  await expect.poll(() => reader.version()).toBe(13)
  reader.close()
  expect(timer.running).toBe(0)
})

test('the version never goes back, also where an owner reads the journal anew', async () => {
  const own: Record<number, RollupReader> = { 0: readerWith(5) }
  const reader = readerOf({ owners: ['self'], own })
  expect(reader.version()).toBe(5)
  own[0] = readerWith(2)
  expect(reader.version()).toBe(5)
  own[0] = readerWith(6)
  expect(reader.version()).toBe(6)
})

test('who was read from a store is news when its owner is there again, or its store is', async () => {
  const partition = await FlushedStore.open()
  const other = await Whale.start({ 0: 1 })
  const owners: PartitionOwner[] = [null]
  const timer = new Timer()
  const reader = readerOf({ owners, stored: { 0: readingOf(partition) }, timer })
  await hitsAndAge(reader)
  const old = reader.version()
  timer.tick()
  await partition.count(NOW_MS, 'apples')
  await partition.flush(FLUSHED_MS)
  timer.tick()
  await expect.poll(() => ticked(timer, reader)).toBe(old + 1)
  owners[0] = other
  await expect.poll(() => ticked(timer, reader)).toBe(old + 3)
})

test('others are asked only while somebody wants to know', async () => {
  const other = await Whale.start({ 0: 1 })
  const timer = new Timer()
  const reader = readerOf({ owners: [other], timer })
  reader.version()
  for (let i = 0; i < 40; i++) timer.tick()
  expect(timer.running).toBe(1)
  timer.tick()
  expect(timer.running).toBe(0)
  reader.version()
  expect(timer.running).toBe(1)
})

function ticked(timer: Timer, reader: OwnersReader): number {
  timer.tick()
  return reader.version()
}
