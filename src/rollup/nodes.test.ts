/** The table of names against a map of paths, through growth and rehashing. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  grown,
  HASH_START,
  KIND_DIMENSION,
  KIND_KEY,
  KIND_OVERFLOW,
  mix,
  type NodeKind,
  NodeTable,
  ROOT_NODE,
} from './nodes.js'

const KINDS = [KIND_KEY, KIND_DIMENSION, KIND_OVERFLOW] as const

/** A child to intern: below one of the nodes that are there, by one of the two ways in. */
interface Step {
  readonly parent: number
  readonly kind: NodeKind
  readonly name: string
  readonly asBytes: boolean
}

const name = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'b',
    'ab',
    '_',
    '…',
    'é',
    'e\u0301',
    '\ufeff',
    '😀',
    'a'.repeat(512),
    '…'.repeat(400),
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const step: fc.Arbitrary<Step> = fc.record({
  parent: fc.nat(),
  kind: fc.constantFrom(...KINDS),
  name,
  asBytes: fc.boolean(),
})

function hashOf(bytes: Uint8Array): number {
  return bytes.reduce(mix, HASH_START)
}

/** Interns as the fast scanner does: a name that lies somewhere within a body. */
function internBytes(table: NodeTable, parent: number, kind: NodeKind, text: string): number {
  const name = Buffer.from(text)
  const body = Buffer.concat([Buffer.from('{"'), name, Buffer.from('":1}')])
  return table.internBytes(parent, kind, body, 2, 2 + name.length, hashOf(name))
}

/** What a table must say: children by parent, kind and name, in the order in which they came. */
class Model {
  readonly children = new Map<string, number>()
  readonly names = ['']

  intern(parent: number, kind: NodeKind, text: string): number {
    const known = this.find(parent, kind, text)
    if (known >= 0) return known
    this.children.set(`${parent} ${kind} ${text}`, this.names.length)
    return this.names.push(text) - 1
  }

  find(parent: number, kind: NodeKind, text: string): number {
    return this.children.get(`${parent} ${kind} ${text}`) ?? -1
  }

  childrenOf(parent: number, kind: NodeKind): number[] {
    const start = `${parent} ${kind} `
    return [...this.children].flatMap(([key, node]) => (key.startsWith(start) ? [node] : [])).reverse()
  }
}

function expectSame(table: NodeTable, model: Model): void {
  expect(table.count).toBe(model.names.length)
  for (const [key, node] of model.children) {
    const [parent, kind] = key.split(' ', 2).map(Number) as [number, NodeKind]
    expect(table.nameOf(node)).toBe(model.names[node])
    expect([table.parent[node], table.kind[node]]).toEqual([parent, kind])
    expect(table.find(parent, kind, model.names[node]!)).toBe(node)
  }
}

describe('a table of names', () => {
  test('says what a map of paths says', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), steps => {
        const table = new NodeTable()
        const model = new Model()
        for (const { parent: any, kind, name, asBytes } of steps) {
          const parent = any % model.names.length
          expect(table.find(parent, kind, name)).toBe(model.find(parent, kind, name))
          const known = model.intern(parent, kind, name)
          const found = asBytes ? internBytes(table, parent, kind, name) : table.intern(parent, kind, name)
          expect(found).toBe(known)
        }
        expectSame(table, model)
        for (let node = 0; node < model.names.length; node++) {
          for (const kind of KINDS) {
            expect([...table.childrenOf(node, kind)]).toEqual(model.childrenOf(node, kind))
          }
        }
      }),
    )
  })

  test('keeps 20,000 nodes apart while it grows', () => {
    const table = new NodeTable()
    const parents = Array.from({ length: 20 }, (_, i) => table.intern(ROOT_NODE, KIND_KEY, `key ${i}`))
    const nodes = new Map<number, string>()
    for (let i = 0; i < 500; i++) {
      for (const [k, parent] of parents.entries()) {
        nodes.set(table.add(parent, KIND_DIMENSION, `ü${i}`), `${k} ${KIND_DIMENSION} ü${i}`)
        nodes.set(internBytes(table, parent, KIND_KEY, `ü${i}`), `${k} ${KIND_KEY} ü${i}`)
      }
    }
    expect(nodes.size).toBe(20_000)
    expect(table.count).toBe(20_021)
    const wrong = [...nodes].filter(([node, text]) => {
      const [k, kind, own] = text.split(' ')
      return (
        table.find(parents[Number(k)]!, Number(kind) as NodeKind, own!) !== node || table.nameOf(node) !== own
      )
    })
    expect(wrong).toEqual([])
    expect([...table.childrenOf(parents[3]!, KIND_DIMENSION)]).toHaveLength(500)
    expect(table.find(parents[3]!, KIND_OVERFLOW, 'ü1')).toBe(-1)
    expect(table.bytes).toBeGreaterThan(20_000 * 20)
  })

  test('what is not there has no children', () => {
    const table = new NodeTable()
    expect([...table.childrenOf(ROOT_NODE, KIND_KEY)]).toEqual([])
    expect([...table.childrenOf(5_000, KIND_KEY)]).toEqual([])
    expect(table.find(5_000, KIND_KEY, 'a')).toBe(-1)
  })
})

test('an array grows only where it must, at least twofold', () => {
  const array = Int32Array.of(1, 2, 3)
  expect(grown(array, 3)).toBe(array)
  expect([...grown(array, 4)]).toEqual([1, 2, 3, 0, 0, 0])
  expect(grown(array, 100)).toHaveLength(100)
})
