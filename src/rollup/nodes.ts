/**
 * A table of interned names: a tree whose nodes are numbers. Below the virtual root 0 hang the keys, below each key
 * its sub-keys and its dimensions: a key's node is also the series of its root dimension (overall).
 * Nodes are never removed; whoever owns the table starts a new one when it has grown too large.
 */

/** How a node hangs below its parent. The codes are part of the stored formats. */
export const KIND_KEY = 0
export const KIND_DIMENSION = 1
/** The one child that stands for all children beyond the limit. */
export const KIND_OVERFLOW = 2
export type NodeKind = typeof KIND_KEY | typeof KIND_DIMENSION | typeof KIND_OVERFLOW

/** The node above all top-level keys. */
export const ROOT_NODE = 0

/** Returns `array` or a copy with room for `count` items. */
export function grown<T extends Int32Array | Uint8Array | Float64Array>(array: T, count: number): T {
  if (count <= array.length) return array
  const Type = array.constructor as new (length: number) => T
  const larger = new Type(Math.max(count, array.length * 2))
  larger.set(array)
  return larger
}

/** Interned names. Hot fields are public arrays: read them, never write them. */
export class NodeTable {
  /** Nodes in the table, the root included; ids are 0 to count − 1. */
  count = 1
  parent = new Int32Array(1024)
  kind = new Uint8Array(1024)
  readonly name: string[] = ['']
  readonly #keys: (Map<string, number> | undefined)[] = []
  readonly #dimensions: (Map<string, number> | undefined)[] = []
  readonly #overflow = new Map<number, number>()
  #nameUnits = 0

  /** The child of that kind and name, or −1. The name of an overflow child is not looked at. */
  find(parent: number, kind: NodeKind, name: string): number {
    if (kind === KIND_OVERFLOW) return this.#overflow.get(parent) ?? -1
    return (kind === KIND_KEY ? this.#keys : this.#dimensions)[parent]?.get(name) ?? -1
  }

  /** Adds a child that `find` did not find; returns its id. */
  add(parent: number, kind: NodeKind, name: string): number {
    const id = this.count++
    if (id >= this.parent.length) {
      this.parent = grown(this.parent, id + 1)
      this.kind = grown(this.kind, id + 1)
    }
    this.parent[id] = parent
    this.kind[id] = kind
    this.name.push(name)
    this.#nameUnits += name.length
    if (kind === KIND_OVERFLOW) this.#overflow.set(parent, id)
    else {
      const maps = kind === KIND_KEY ? this.#keys : this.#dimensions
      const map = maps[parent]
      if (map) map.set(name, id)
      else maps[parent] = new Map([[name, id]])
    }
    return id
  }

  /** The child of that kind and name, added where it is missing. */
  intern(parent: number, kind: NodeKind, name: string): number {
    const found = this.find(parent, kind, name)
    return found >= 0 ? found : this.add(parent, kind, name)
  }

  /** Name → id of the children of a kind (keys or dimensions). */
  childrenOf(parent: number, kind: NodeKind): ReadonlyMap<string, number> {
    return (kind === KIND_KEY ? this.#keys : this.#dimensions)[parent] ?? NO_CHILDREN
  }

  /** About how much memory the table takes, in bytes: a map entry, a string header and the name for each node. */
  get bytes(): number {
    return this.count * 112 + this.#nameUnits
  }
}

const NO_CHILDREN: ReadonlyMap<string, number> = new Map()
