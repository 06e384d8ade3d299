import { describe, expect, test } from 'vitest'
import type { JournalRecord, PartitionOwner } from '../journal/journal.js'
import { HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { decodeBatch } from '../rollup/batch-codec.js'
import { partitionOf } from '../rollup/partition.js'
import { Hail } from './hail.js'

const NOW = Date.UTC(2026, 2, 1, 12, 30)
const PARTITIONS = 4
const away = new HailWhaleError('unavailable', 'Redis is away')

/** A key of each partition. */
const KEYS = Array.from({ length: PARTITIONS }, (_, partition) => {
  for (let i = 0; ; i++) if (partitionOf([`k${i}`], PARTITIONS) === partition) return `k${i}`
})

/** A queue in memory, of which partitions can be held up and be refused. */
class FakeQueue {
  readonly kind = 'redis'
  readonly durability = 'everysec'
  readonly risk = 'a crash loses a second'
  readonly partitions = PARTITIONS
  readonly records: { partition: number; record: JournalRecord }[] = []
  readonly refusing = new Map<number, HailWhaleError>()
  /** Who has each partition: the first, then whoever comes after it, and at last the last. */
  owners: PartitionOwner[] = [{ address: 'http://whale' }]
  isAway = false
  gate: Promise<void> = Promise.resolve()
  #sequence = 0

  async append(partition: number, record: JournalRecord): Promise<number> {
    await this.gate
    const error = this.refusing.get(partition)
    if (error) throw error
    this.records.push({ partition, record })
    return ++this.#sequence
  }
  ownerOf(): PartitionOwner {
    const [owner = null] = this.owners
    if (this.owners.length > 1) this.owners.shift()
    return owner
  }
  async stats() {
    if (this.isAway) throw away
    return { bytes: 0, segments: 1 }
  }

  /** The keys of what was appended, by partition. */
  keys(): string[][] {
    const keys: string[][] = Array.from({ length: PARTITIONS }, () => [])
    for (const { partition, record } of this.records) {
      const { interner, leaves, count } = decodeBatch(record.bytes)
      for (let e = 0; e < count; e++) keys[partition]!.push(interner.nodes.nameOf(leaves[e]!))
    }
    return keys
  }
}

function setup() {
  const queue = new FakeQueue()
  const clock = { nowMs: NOW }
  const asked: [string, number, number][] = []
  const whale = { refuses: '', patienceMs: 0 }
  const told: string[] = []
  const hail = new Hail({
    journal: queue,
    peer: address => ({
      reached: async (partition, sequence) => {
        asked.push([address, partition, sequence])
        if (address === whale.refuses) throw away
      },
    }),
    now: () => clock.nowMs,
    // Between two questions of a flush the time passes; otherwise what is waited for comes at once, or not at all.
    delay: async ms => {
      if (ms === whale.patienceMs) return
      if (ms !== 100) await new Promise(() => {})
      clock.nowMs += ms
      await new Promise(resolve => setImmediate(resolve))
    },
    onTrouble: what => told.push(what),
    internerBytes: 2 ** 20,
  })
  return { queue, clock, asked, whale, told, hail }
}

function eventOf(key: string): CountEvent {
  return { key: [key], paths: [], metrics: new Map([['hits', 1]]), atMs: NOW }
}

const context = { nowMs: NOW, limits: DEFAULT_LIMITS }
const lines = (...keys: string[]) => Buffer.from(keys.map(key => `{"key":"${key}"}`).join('\n'))

describe('counting', () => {
  test('each event goes into the partition of its key, on both roads', async () => {
    const { queue, hail } = setup()
    const outcome = { counted: 4, duplicates: 0, overflowed: 0 }
    expect(await hail.count(KEYS.map(eventOf))).toEqual(outcome)
    expect(await hail.countLines(lines(...KEYS), context)).toEqual(outcome)
    expect(queue.keys()).toEqual(KEYS.map(key => [key, key]))
  })

  test.each([
    ['what comes meanwhile waits for one record more', 0, 2],
    ['unless the queue is slow: then for four at most', 20, 5],
  ])('while a record is on its way, %s', async (_what, patienceMs, records) => {
    const { queue, whale, hail } = setup()
    whale.patienceMs = patienceMs
    let open = (): void => {}
    queue.gate = new Promise(resolve => {
      open = resolve
    })
    const under: Promise<unknown>[] = []
    for (let i = 0; i < 104; i++) {
      under.push(hail.count([eventOf(KEYS[0]!)]))
      await new Promise(resolve => setImmediate(resolve))
    }
    open()
    await Promise.all(under)
    expect(queue.keys()[0]).toHaveLength(104)
    expect(queue.records).toHaveLength(records)
  })

  test('a partition that takes nothing fails its own requests alone; one of several keys goes nowhere then', async () => {
    const { queue, clock, told, hail } = setup()
    queue.refusing.set(1, away)
    await expect(hail.count([eventOf(KEYS[1]!)])).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The queue does not answer; it is tried again.',
    })
    const sent = queue.records.length
    for (const keys of [[KEYS[1]!], [KEYS[0]!, KEYS[1]!]]) {
      await expect(hail.count(keys.map(eventOf))).rejects.toMatchObject({ code: 'unavailable' })
      expect(hail.countLines(lines(...keys), context)).toBeUndefined()
    }
    expect(queue.records).toHaveLength(sent)
    expect(await hail.count([eventOf(KEYS[0]!)])).toMatchObject({ counted: 1 })
    queue.refusing.clear()
    clock.nowMs += 250
    expect(await hail.count(KEYS.map(eventOf))).toMatchObject({ counted: 4 })
    expect(await hail.countLines(lines(...KEYS), context)).toMatchObject({ counted: 4 })
    expect(told).toEqual(['queueing for partition 1'])
  })

  test('a full queue says so', async () => {
    const { queue, hail } = setup()
    queue.refusing.set(0, new HailWhaleError('queue_full', 'full'))
    await expect(hail.count([eventOf(KEYS[0]!)])).rejects.toMatchObject({ code: 'queue_full' })
  })
})

describe('flushing', () => {
  test('asks the owners of what was queued here, and not twice for the same', async () => {
    const { asked, hail } = setup()
    await hail.flushHail()
    expect(asked).toEqual([])
    await hail.count([eventOf(KEYS[2]!), eventOf(KEYS[3]!)])
    await hail.flushHail()
    expect(asked).toEqual([
      ['http://whale', 2, 1],
      ['http://whale', 3, 2],
    ])
    await hail.flushHail()
    expect(asked).toHaveLength(2)
    await hail.count([eventOf(KEYS[2]!)])
    await hail.flushHail()
    expect(asked.slice(2)).toEqual([['http://whale', 2, 3]])
  })

  test('takes in what was accepted but not queued yet', async () => {
    const { asked, hail } = setup()
    const counted = hail.count([eventOf(KEYS[0]!)])
    await hail.flushHail()
    expect(asked).toEqual([['http://whale', 0, 1]])
    await counted
  })

  test('asks again until it is counted, whoever has it by then', async () => {
    const { queue, asked, whale, hail } = setup()
    await hail.count([eventOf(KEYS[0]!)])
    whale.refuses = 'http://first'
    queue.owners = [null, { address: 'http://first' }, { address: 'http://second' }]
    await hail.flushHail()
    expect(asked).toEqual([
      ['http://first', 0, 1],
      ['http://second', 0, 1],
    ])
  })

  test.each([
    [null, 'no whale'],
    [{ address: 'http://whale' }, 'not got that far'],
  ] as const)('gives up in the end: %s', async (owner, why) => {
    const { queue, whale, clock, hail } = setup()
    await hail.count([eventOf(KEYS[0]!)])
    queue.owners = [owner]
    whale.refuses = 'http://whale'
    await expect(hail.flushHail()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(why),
    })
    expect(clock.nowMs - NOW).toBeLessThan(60_000)
  })
})

describe('readiness', () => {
  test('says what the queue is', async () => {
    const { hail } = setup()
    expect(await hail.readiness()).toEqual({
      ready: true,
      detail: 'ready',
      durability: 'everysec',
      journal: 'redis',
      store: null,
      risk: 'a crash loses a second',
    })
  })

  test('not where the queue is away, or takes nothing', async () => {
    const { queue, clock, hail } = setup()
    queue.isAway = true
    expect(await hail.readiness()).toMatchObject({ ready: false, detail: 'the queue does not answer' })
    queue.isAway = false
    queue.refusing.set(0, new HailWhaleError('queue_full', 'full'))
    await hail.count([eventOf(KEYS[0]!)]).catch(() => {})
    expect(await hail.readiness()).toMatchObject({ ready: false, detail: 'the queue is full' })
    clock.nowMs += 5_000
    expect(await hail.readiness()).toMatchObject({ ready: true })
  })
})
