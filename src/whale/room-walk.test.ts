/** The walk against a plain count over every cell of the store. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { runs } from '../../test/support/runs.js'
import { MemoryJournal } from '../journal/memory-journal.js'
import type { CountEvent } from '../model/event.js'
import { DAY_MS } from '../model/interval.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import type { Path } from '../model/path.js'
import { DEFAULT_RETENTION, parseRetention } from '../model/retention.js'
import { KIND_METRIC, parseName } from '../rollup/address.js'
import { KIND_KEY } from '../rollup/nodes.js'
import { Policies } from '../rollup/series.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import type { Change } from '../store/store.js'
import { type Embedded, openEmbedded } from './embedded.js'
import type { Room } from './room.js'
import { measureRoom, type RoomWalkOptions } from './room-walk.js'
import { digestOf, type Step, type Steps } from './stored-tree.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)
/** A key that keeps ten seconds for longer than the key above it. */
const BY_KEY = new Map([['["a","b"]', parseRetention('10s:30d,1m:30d,1h:400d')]])

/** A memory store that lets a test see every cell. */
class OpenStore extends MemoryStore {
  readonly cells = new Map<string, Change>()
  override async write(changes: readonly Change[]): Promise<void> {
    await super.write(changes)
    for (const change of changes) {
      const address = `${Buffer.from(change.group).toString('hex')} ${Buffer.from(change.member).toString('hex')}`
      if (change.value === null) this.cells.delete(address)
      else this.cells.set(address, change)
    }
  }
}

/** Reads of a store, with the cells that were visited. */
class CountingReads {
  readonly #store: OpenStore
  visited = 0

  constructor(store: OpenStore) {
    this.#store = store
  }

  read: RoomWalkOptions['store']['read'] = addresses => this.#store.read(addresses)

  scan: RoomWalkOptions['store']['scan'] = (group, range, visit) =>
    this.#store.scan(group, range, (...cell) => {
      this.visited++
      visit(...cell)
    })
}

const open: Embedded[] = []
afterEach(async () => {
  for (const embedded of open.splice(0)) await embedded.close()
})

async function stored(events: readonly CountEvent[], childrenPerParent = 3, eventsPerFlush = 7) {
  const store = new OpenStore()
  const embedded = await openEmbedded({
    dataDir: '',
    retention: DEFAULT_RETENTION,
    retentionByKey: BY_KEY,
    dedupeWindowMs: DAY_MS,
    flushIntervalMs: DAY_MS,
    cacheMemoryBytes: 16 * 2 ** 20,
    limits: { ...DEFAULT_LIMITS, childrenPerParent },
    now: () => NOW_MS,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    onFatal: error => {
      throw error
    },
    journal: new MemoryJournal(),
    store,
  })
  open.push(embedded)
  await embedded.recovered
  // Several flushes, so that rows are merged.
  for (let i = 0; i < events.length; i += eventsPerFlush) {
    await embedded.service.count(events.slice(i, i + eventsPerFlush))
    await embedded.whale.flush()
  }
  const options: RoomWalkOptions = {
    store,
    policies: new Policies(DEFAULT_RETENTION, BY_KEY),
    nowMs: NOW_MS,
    pause: async () => {},
  }
  return { store, options }
}

/** Each cell of rows and names, with the node it belongs to. */
function* cellsByNode(
  store: OpenStore,
): Generator<{ node: Steps; kind: 'row' | 'name' | 'metric'; bytes: number }> {
  const nodes = new Map<string, Steps>([[hex(digestOf([])), []]])
  const names = [...store.cells.values()].filter(({ group }) => group[0] === 0x20)
  // A child is found once its parent is.
  for (let found = 0; found < nodes.size; ) {
    found = nodes.size
    for (const { group, member } of names) {
      const parent = nodes.get(hex(group.subarray(1, 17)))
      if (!parent || group[17] === KIND_METRIC) continue
      const node = [...parent, { kind: group[17], name: parseName(member) } as Step]
      nodes.set(hex(digestOf(node)), node)
    }
  }
  for (const { group, member, value } of store.cells.values()) {
    if (group[0] !== 0x10 && group[0] !== 0x20) continue
    const bytes = group.length + member.length + 6 + value!.length
    const isRow = group[0] === 0x10
    const parent = nodes.get(hex(isRow ? group.subarray(6) : group.subarray(1, 17)))!
    if (!isRow && group[17] === KIND_METRIC) yield { node: parent, kind: 'metric', bytes }
    else if (isRow)
      yield {
        node: [...parent, { kind: member[0], name: parseName(member.subarray(1)) } as Step],
        kind: 'row',
        bytes,
      }
    else
      yield { node: [...parent, { kind: group[17], name: parseName(member) } as Step], kind: 'name', bytes }
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** Kind and name as one text: several kinds may have one name. */
function stepText({ kind, name }: Step): string {
  return `${kind} ${name}`
}

/** The rooms of a node and of each of its children. */
function countPlainly(store: OpenStore, node: Steps): { total: Room; children: Map<string, Room> } {
  const total = { series: 0, rows: 0, bytes: 0 }
  const children = new Map<string, { series: number; rows: number; bytes: number }>()
  for (const { node: of, kind, bytes } of cellsByNode(store)) {
    if (!node.every((step, i) => of[i] !== undefined && stepText(of[i]) === stepText(step))) continue
    const child = of[node.length]
    const rooms = [total]
    if (child) {
      const room = children.get(stepText(child)) ?? { series: 0, rows: 0, bytes: 0 }
      children.set(stepText(child), room)
      rooms.push(room)
    }
    for (const room of rooms) {
      room.bytes += bytes
      if (kind === 'row') room.rows++
      if (kind === 'name') room.series++
    }
  }
  return { total, children }
}

function kindCode(kind: 'key' | 'dimension', overflow: boolean): number {
  return kind === 'key' ? 0 : overflow ? 2 : 1
}

/** A few names, so that paths meet. */
const name = fc.constantFrom('a', 'b', 'c', 'd', 'é', '🐳')
const event: fc.Arbitrary<CountEvent> = fc.record({
  key: fc.array(name, { minLength: 1, maxLength: 3 }),
  paths: fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
  metrics: fc.constantFrom(
    new Map([['hits', 1]]),
    new Map([
      ['hits', 1],
      ['dollars', 12.5],
    ]),
  ),
  // Over ten days: in some, only the longer rules keep the finest intervals.
  atMs: fc.integer({ min: NOW_MS - 10 * DAY_MS, max: NOW_MS }),
})

describe('rooms', () => {
  test('are what a count over all cells says, at any node', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 30 }), async events => {
        const { store, options } = await stored(events)
        const nodes = new Map<string, Steps>([['', []]])
        for (const { node } of cellsByNode(store)) nodes.set(JSON.stringify(node), node)
        const step = Math.ceil(nodes.size / 8)
        for (const node of [...nodes.values()].filter((_, i) => i % step === 0)) {
          const key = node.filter(({ kind }) => kind === KIND_KEY).map(each => each.name)
          const path = node.filter(({ kind }) => kind !== KIND_KEY).map(each => each.name)
          const room = await measureRoom(key, path, options)
          const plain = countPlainly(store, node)
          expect(room.complete).toBe(true)
          expect(room.total).toEqual(plain.total)
          const found = room.largest(1000).map(({ kind, name, overflow = false, ...rest }) => {
            const isKeyOverflow = kind === 'key' && overflow
            expect(overflow && !isKeyOverflow ? name : '…').toBe('…')
            return [`${kindCode(kind, overflow && !isKeyOverflow)} ${name}`, rest] as const
          })
          expect(new Map(found)).toEqual(plain.children)
          expect(found.map(([, { bytes }]) => bytes)).toEqual(
            [...found.map(([, { bytes }]) => bytes)].sort((a, b) => b - a),
          )
        }
      }),
      runs(15),
    )
  })

  test('of what is not there are none', async () => {
    const { options } = await stored([])
    for (const [key, path] of [
      [[], []],
      [['x'], []],
      [['x'], ['y']],
      [['x'], ['…', 'y']],
    ] as [Path, Path][]) {
      const room = await measureRoom(key, path, options)
      expect([room.total, room.largest(10), room.complete]).toEqual([
        { series: 0, rows: 0, bytes: 0 },
        [],
        true,
      ])
    }
  })

  test('the largest, and where they are equally large the first by name', async () => {
    const at = (path: string[]): CountEvent => ({
      key: ['k'],
      paths: [path],
      metrics: new Map([['hits', 1]]),
      atMs: NOW_MS,
    })
    const events = ['d', 'b', 'e', 'a', 'c'].map(each => at([each]))
    const { options } = await stored([...events, at(['e', 'x'])], 10)
    const room = await measureRoom(['k'], [], options)
    const names = (limit: number) => room.largest(limit).map(child => child.name)
    expect([names(1), names(3), names(5), names(9)]).toEqual([
      ['e'],
      ['e', 'a', 'b'],
      ['e', 'a', 'b', 'c', 'd'],
      ['e', 'a', 'b', 'c', 'd'],
    ])
  })
})

describe('a walk', () => {
  const many = Array.from(
    { length: 600 },
    (_, i): CountEvent => ({
      key: [`k${i % 5}`],
      paths: [[`d${i % 20}`, `e${i}`]],
      metrics: new Map([['hits', 1]]),
      atMs: NOW_MS - (i % 50) * 60_000,
    }),
  )

  test('ends when its steps are used up, and tells what it has seen by then', async () => {
    const { store, options } = await stored(many, 1000)
    const whole = await measureRoom([], [], options)
    expect(whole.complete).toBe(true)
    const counting = new CountingReads(store)
    let before = 0
    for (const steps of [1, 1000, 20_000, 25_000, 30_000, 40_000]) {
      counting.visited = 0
      const room = await measureRoom([], [], { ...options, store: counting, steps })
      expect(counting.visited).toBeLessThanOrEqual(steps)
      expect(room.total.rows).toBeGreaterThanOrEqual(before)
      expect(room.total.rows).toBeLessThanOrEqual(whole.total.rows)
      expect(room.complete).toBe(room.total.bytes === whole.total.bytes)
      before = room.total.rows
    }
    expect(before).toBeGreaterThan(0)
  })

  test('ends within a large group as well', async () => {
    const wide = Array.from(
      { length: 3000 },
      (_, i): CountEvent => ({
        key: ['k'],
        paths: [[`d${i}`]],
        metrics: new Map([['hits', 1]]),
        atMs: NOW_MS,
      }),
    )
    const { store, options } = await stored(wide, 10_000, wide.length)
    for (const [steps, isWhole] of [
      [1500, false],
      [5000, false],
      [18_500, true],
    ] as const) {
      const counting = new CountingReads(store)
      const room = await measureRoom(['k'], [], { ...options, store: counting, steps })
      expect(counting.visited).toBeLessThanOrEqual(steps)
      expect([room.complete, room.largest(10_000).length]).toEqual([
        isWhole,
        Math.min(3000, counting.visited),
      ])
    }
  })

  test('lets others work all along', async () => {
    const { options } = await stored(many, 1000)
    let pauses = 0
    const pause = async () => {
      pauses++
    }
    await measureRoom([], [], { ...options, pause })
    expect(pauses).toBeGreaterThan(10)
  })
})
