/** The series against a map of children: who finds room, who goes under the overflow child, before and after restarts of the table. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { OVERFLOW_NAME } from '../model/path.js'
import { DEFAULT_RETENTION, parseRetention } from '../model/retention.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import type { Address, Cell, Change } from '../store/store.js'
import { childGroup, encodeChild, nameMember } from './address.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW, type NodeKind, ROOT_NODE } from './nodes.js'
import { Policies, type SeriesChanges, SeriesTable } from './series.js'

const LIMITS = { ...DEFAULT_LIMITS, childrenPerParent: 3 }
const POLICIES = new Policies(DEFAULT_RETENTION)

/** A step down: kind and name. A place is the steps to it, as text. */
type Step = readonly [kind: NodeKind, name: string]

interface Counted {
  readonly key: readonly string[]
  readonly path: readonly string[]
}

/** Who has which children, by the rules in the contract. */
class Model {
  readonly children = new Map<string, Set<string>>()
  readonly keyUp = new Map<string, string>()

  constructor(readonly most: number) {}

  /** Where a child is counted. */
  ensure(parent: string, kind: NodeKind, name: string): string {
    const own = this.#children(parent, kind)
    const isOverflow = kind === KIND_KEY && name === OVERFLOW_NAME
    const isKnown = own.has(name) || parent === '' || isOverflow
    if (!isKnown && own.size >= this.most) {
      return this.ensure(parent, kind === KIND_KEY ? KIND_KEY : KIND_OVERFLOW, OVERFLOW_NAME)
    }
    own.add(name)
    const place = `${parent}/${kind} ${name}`
    if (!this.keyUp.has(place)) this.keyUp.set(place, this.#above(parent, kind, name))
    return place
  }

  /** The overflow key is a child like others, and counted as one. */
  countOf(parent: string, kind: NodeKind): number {
    return this.#children(parent, kind).size
  }

  #above(parent: string, kind: NodeKind, name: string): string {
    if (kind === KIND_KEY) return parent
    const above = this.keyUp.get(parent)!
    return above === '' ? '' : this.ensure(above, kind, name)
  }

  #children(parent: string, kind: NodeKind): Set<string> {
    const id = `${parent}/${kind}`
    const own = this.children.get(id) ?? new Set()
    this.children.set(id, own)
    return own
  }
}

function stepsOf({ key, path }: Counted): Step[] {
  return [...key.map(name => [KIND_KEY, name] as const), ...path.map(name => [KIND_DIMENSION, name] as const)]
}

function placeOf(series: SeriesTable, node: number): string {
  if (node === ROOT_NODE) return ''
  const { nodes } = series
  return `${placeOf(series, nodes.parent[node]!)}/${nodes.kind[node]} ${nodes.nameOf(node)}`
}

/** The nodes of a path, top down; the store is read as often as the table asks for it. */
async function resolve(
  series: SeriesTable,
  counted: Counted,
  store: Pick<MemoryStore, 'read'>,
): Promise<number[]> {
  for (let tries = 0; tries < 40; tries++) {
    const nodes = [ROOT_NODE]
    for (const [kind, name] of stepsOf(counted)) {
      const node = series.ensure(nodes.at(-1)!, kind, name)
      if (node < 0) break
      nodes.push(node)
    }
    if (nodes.length > counted.key.length + counted.path.length) {
      series.admitted()
      return nodes.slice(1)
    }
    await series.load(store)
  }
  throw new Error('the table asks for the store again and again')
}

/** What a flush writes of the registry. */
function registryChanges(series: SeriesTable, changes: SeriesChanges, through: number): Change[] {
  const change = (node: number, dimensionChildren: number, keyChildren: number): Change => ({
    group: childGroup(series.digest(series.nodes.parent[node]!), series.nodes.kind[node] as NodeKind),
    member: nameMember(series.nodes.nameOf(node)),
    value: encodeChild({ registeredAt: through, dimensionChildren, keyChildren }),
    through,
  })
  return [
    ...changes.fresh.map(node => change(node, 0, 0)),
    ...changes.parents.map(of => change(of.node, of.dimensionChildren, of.keyChildren)),
  ]
}

/** A store that counts what is asked of it. */
class AskedStore extends MemoryStore {
  asked = 0

  override read(addresses: readonly Address[]): Promise<(Cell | undefined)[]> {
    this.asked += addresses.length
    return super.read(addresses)
  }
}

async function openStore(): Promise<AskedStore> {
  const store = new AskedStore()
  await store.open()
  return store
}

const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', OVERFLOW_NAME)
const counted = fc.record({
  key: fc.array(names, { minLength: 1, maxLength: 3 }),
  path: fc.array(
    names.filter(name => name !== OVERFLOW_NAME),
    { maxLength: 3 },
  ),
})
const step = fc.oneof(
  { weight: 6, arbitrary: counted },
  fc.constantFrom(
    'freeze' as const,
    'freeze and start anew' as const,
    'flushed' as const,
    'restart' as const,
  ),
)

/** The life of a table: flushes, fresh tables beside the old one, restarts. */
class Life {
  series = new SeriesTable(POLICIES, LIMITS)
  #waiting: Change[] | undefined
  #through = 1

  constructor(readonly store: MemoryStore) {}

  async go(what: 'freeze' | 'freeze and start anew' | 'flushed' | 'restart'): Promise<void> {
    if (what === 'flushed') await this.#flushed()
    else if (what === 'restart') {
      await this.#flushed()
      this.#freeze()
      await this.#flushed()
      this.series = new SeriesTable(POLICIES, LIMITS)
    } else if (!this.#waiting) {
      this.#freeze()
      if (what !== 'freeze') this.series = new SeriesTable(POLICIES, LIMITS, { previous: this.series })
    }
  }

  #freeze(): void {
    this.#waiting = registryChanges(this.series, this.series.takeChanges(), this.#through++)
  }

  async #flushed(): Promise<void> {
    if (this.#waiting) await this.store.write(this.#waiting)
    this.#waiting = undefined
    this.series.forgetPrevious()
  }
}

describe('the table of series', () => {
  test('gives room as a map of children does, through flushes, fresh tables and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const life = new Life(await openStore())
        const model = new Model(LIMITS.childrenPerParent)
        for (const one of steps) {
          if (typeof one === 'string') {
            await life.go(one)
            continue
          }
          let place = ''
          const places = stepsOf(one).map(([kind, name]) => {
            place = model.ensure(place, kind, name)
            return place
          })
          const { series } = life
          const nodes = await resolve(series, one, life.store)
          expect(nodes.map(node => placeOf(series, node))).toEqual(places)
          expect(nodes.map(node => placeOf(series, series.keyUp[node]!))).toEqual(
            places.map(place => model.keyUp.get(place)),
          )
          for (const [i, node] of nodes.entries()) {
            expect(series.keyChildren[node]).toBe(model.countOf(places[i]!, KIND_KEY))
            expect(series.dimensionChildren[node]).toBe(model.countOf(places[i]!, KIND_DIMENSION))
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  test('links each series to the same dimension one key up, and one dimension up', async () => {
    const series = new SeriesTable(POLICIES, LIMITS)
    const nodes = await resolve(series, { key: ['shop', 'de'], path: ['sales', 'p1'] }, await openStore())
    const [shop, de, sales, p1] = nodes as [number, number, number, number]
    expect(nodes.map(node => series.up[node])).toEqual([0, 0, de, sales])
    expect(series.keyUp[de]).toBe(shop)
    expect(placeOf(series, series.keyUp[p1]!)).toBe('/0 shop/1 sales/1 p1')
    expect(series.keyPath(de)).toEqual(['shop', 'de'])
  })

  test('lets any number of keys in at the top', async () => {
    const series = new SeriesTable(POLICIES, LIMITS)
    const store = await openStore()
    for (let i = 0; i < 20; i++) {
      const [node] = await resolve(series, { key: [`key ${i}`], path: [] }, store)
      expect(series.keyPath(node!)).toEqual([`key ${i}`])
    }
  })

  test('asks the store for top-level keys, and for children only where it may hold some', async () => {
    const store = await openStore()
    const life = new Life(store)
    const one = { key: ['k'], path: ['a', 'b'] }
    await resolve(life.series, one, store)
    expect(store.asked).toBe(1)
    await life.go('restart')
    await resolve(life.series, one, store)
    // The key, its child, the child's child: the leaf has none that could be there.
    expect(store.asked).toBe(1 + 3)
    await resolve(life.series, { key: ['k'], path: ['a', 'b', 'new'] }, store)
    expect(store.asked).toBe(4)
    expect(life.series.takeChanges().fresh).toHaveLength(1)
  })

  test('asks the table before it instead of the store, until that is flushed', async () => {
    const store = await openStore()
    const life = new Life(store)
    const one = { key: ['k'], path: ['a', 'b'] }
    await resolve(life.series, one, store)
    await life.go('freeze and start anew')
    store.asked = 0
    await resolve(life.series, one, store)
    expect(store.asked).toBe(0)
    expect(life.series.takeChanges()).toEqual({ fresh: [], parents: [] })
    await life.go('flushed')
    await resolve(life.series, { key: ['k'], path: ['a', 'c'] }, store)
    expect(store.asked).toBe(1)
  })

  test('hands over its changes once: new nodes and the counts of their parents', async () => {
    const series = new SeriesTable(POLICIES, LIMITS)
    const store = await openStore()
    await resolve(series, { key: ['k'], path: ['a'] }, store)
    const [k, a] = await resolve(series, { key: ['k'], path: ['b'] }, store)
    expect(a).toBeGreaterThan(0)
    const { fresh, parents } = series.takeChanges()
    expect(fresh.map(node => placeOf(series, node))).toEqual(['/0 k', '/0 k/1 a', '/0 k/1 b'])
    expect(parents).toEqual([{ node: k, isNew: true, dimensionChildren: 2, keyChildren: 0 }])
    expect(series.takeChanges()).toEqual({ fresh: [], parents: [] })
    await resolve(series, { key: ['k'], path: ['c'] }, store)
    expect(series.takeChanges().parents).toEqual([
      { node: k, isNew: false, dimensionChildren: 3, keyChildren: 0 },
    ])
  })

  test('while one child waits for the store, takes new ones only where all find room', async () => {
    const series = new SeriesTable(POLICIES, LIMITS)
    const store = await openStore()
    const [k] = (await resolve(series, { key: ['k'], path: ['a'] }, store)) as [number]
    series.admitOnlyWithRoomFor(2)
    expect(series.ensure(k, KIND_DIMENSION, 'b')).toBeGreaterThan(0)
    expect(series.ensure(k, KIND_DIMENSION, 'c')).toBe(-1)
    expect(series.ensure(k, KIND_DIMENSION, 'a')).toBeGreaterThan(0)
    series.admitAll()
    expect(series.ensure(k, KIND_DIMENSION, 'c')).toBeGreaterThan(0)
  })
})

test('a key without a retention of its own has that of the nearest key above', () => {
  const days = parseRetention('1d:forever')
  const hours = parseRetention('1h:2d')
  const policies = new Policies(
    DEFAULT_RETENTION,
    new Map([
      ['["shop"]', days],
      ['["shop","de","berlin"]', hours],
    ]),
  )
  expect(policies.retentionOf(['blog'])).toBe(DEFAULT_RETENTION)
  expect(policies.retentionOf(['shop'])).toBe(days)
  expect(policies.retentionOf(['shop', 'de'])).toBe(days)
  expect(policies.retentionOf(['shop', 'de', 'berlin', 'mitte'])).toBe(hours)
  expect(policies.retentionOf(['de', 'shop'])).toBe(DEFAULT_RETENTION)
})
