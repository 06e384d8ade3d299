/**
 * A table of interned names: a tree whose nodes are numbers. Below the virtual root 0 hang the keys, below each key
 * its sub-keys and its dimensions: a key's node is also the series of its root dimension (overall).
 *
 * Names are kept as bytes in one buffer and found by an open-addressing hash of (parent, kind, name): some 45 bytes a node and
 * nothing for the garbage collector to walk. Nodes are never removed; whoever owns the table starts a new one when it has grown too large.
 */

/** How a node hangs below its parent. The codes are part of the stored formats. */
export const KIND_KEY = 0
export const KIND_DIMENSION = 1
/** The one child that stands for all children beyond the limit. */
export const KIND_OVERFLOW = 2
export type NodeKind = typeof KIND_KEY | typeof KIND_DIMENSION | typeof KIND_OVERFLOW

/** The node above all top-level keys. */
export const ROOT_NODE = 0

/** The hash of no bytes; `mix` adds one byte (FNV-1a, Fowler–Noll–Vo). */
export const HASH_START = 0x811c9dc5 | 0

/** The hash of some bytes and one more. */
export function mix(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193)
}

/** Returns `array` or a copy with room for `count` items. */
export function grown<T extends Int32Array | Uint8Array | Float64Array | Uint16Array>(
  array: T,
  count: number,
): T {
  if (count <= array.length) return array
  const Type = array.constructor as new (length: number) => T
  const larger = new Type(Math.max(count, array.length * 2))
  larger.set(array)
  return larger
}

/** Bytes of the columns of one node, and of its place in the hash. */
const NODE_BYTES = 4 + 1 + 4 + 2 + 4 + 4 + 4 + 8

/** Interned names. Hot fields are public arrays: read them, never write them. */
export class NodeTable {
  /** Nodes in the table, the root included; ids are 0 to count − 1. */
  count = 1
  parent = new Int32Array(64)
  kind = new Uint8Array(64)
  /** Per node: where its name starts in `#names`, its bytes, its hash. */
  #start = new Int32Array(64)
  #length = new Uint16Array(64)
  #hash = new Int32Array(64)
  /** Per node: its newest child, and its next older sibling. */
  #child = new Int32Array(64)
  #sibling = new Int32Array(64)
  #names = Buffer.alloc(512)
  #namesEnd = 0
  #slots = new Int32Array(128)
  #scratch = Buffer.alloc(512)

  /** The child of that kind and name, or −1. */
  find(parent: number, kind: NodeKind, name: string): number {
    const length = this.#encode(name)
    return this.#find(parent, kind, this.#scratch, 0, length, hashOf(this.#scratch, length))
  }

  /** Adds a child that `find` did not find; returns its id. */
  add(parent: number, kind: NodeKind, name: string): number {
    const length = this.#encode(name)
    return this.#add(parent, kind, this.#scratch, 0, length, hashOf(this.#scratch, length))
  }

  /** The child of that kind and name, added where it is missing. */
  intern(parent: number, kind: NodeKind, name: string): number {
    const length = this.#encode(name)
    return this.internBytes(parent, kind, this.#scratch, 0, length, hashOf(this.#scratch, length))
  }

  /**
   * The child whose name is the UTF-8 `bytes[from … until)`, added where it is missing.
   * @param hash of these bytes, by `mix`
   */
  internBytes(
    parent: number,
    kind: NodeKind,
    bytes: Uint8Array,
    from: number,
    until: number,
    hash: number,
  ): number {
    const found = this.#find(parent, kind, bytes, from, until, hash)
    return found >= 0 ? found : this.#add(parent, kind, bytes, from, until, hash)
  }

  /** The name of a node. */
  nameOf(node: number): string {
    const start = this.#start[node]!
    return this.#names.toString('utf8', start, start + this.#length[node]!)
  }

  /** Writes the UTF-8 bytes of a node's name into `target` at `at`, where there must be room; answers how many there are. */
  copyName(node: number, target: Uint8Array, at: number): number {
    const length = this.#length[node]!
    const start = this.#start[node]!
    for (let i = 0; i < length; i++) target[at + i] = this.#names[start + i]!
    return length
  }

  /** The bytes of a node's name. */
  nameBytes(node: number): number {
    return this.#length[node]!
  }

  /** The children of a kind, as nodes, newest first. */
  *childrenOf(parent: number, kind: NodeKind): Generator<number> {
    for (let node = this.#child[parent] ?? 0; node !== 0; node = this.#sibling[node]!) {
      if (this.kind[node] === kind) yield node
    }
  }

  /** Memory in use, in bytes. */
  get bytes(): number {
    return this.count * NODE_BYTES + this.#namesEnd
  }

  #find(
    parent: number,
    kind: NodeKind,
    bytes: Uint8Array,
    from: number,
    until: number,
    hash: number,
  ): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = slotOf(hash, parent, kind) & mask
    for (let node = slots[slot]!; node !== 0; node = slots[slot]!) {
      if (
        this.#hash[node] === hash &&
        this.parent[node] === parent &&
        this.kind[node] === kind &&
        this.#isName(node, bytes, from, until)
      ) {
        return node
      }
      slot = (slot + 1) & mask
    }
    return -1
  }

  #isName(node: number, bytes: Uint8Array, from: number, until: number): boolean {
    const length = until - from
    if (this.#length[node] !== length) return false
    const names = this.#names
    const start = this.#start[node]!
    for (let i = 0; i < length; i++) if (names[start + i] !== bytes[from + i]) return false
    return true
  }

  #add(parent: number, kind: NodeKind, bytes: Uint8Array, from: number, until: number, hash: number): number {
    const node = this.count++
    const length = until - from
    if (node >= this.parent.length) this.#grow(node + 1)
    if (this.#namesEnd + length > this.#names.length) this.#growNames(this.#namesEnd + length)
    this.parent[node] = parent
    this.kind[node] = kind
    this.#start[node] = this.#namesEnd
    this.#length[node] = length
    this.#hash[node] = hash
    this.#sibling[node] = this.#child[parent]!
    this.#child[parent] = node
    for (let i = 0; i < length; i++) this.#names[this.#namesEnd + i] = bytes[from + i]!
    this.#namesEnd += length
    if (this.count * 2 > this.#slots.length) this.#rehash()
    else this.#place(node)
    return node
  }

  #grow(count: number): void {
    this.parent = grown(this.parent, count)
    this.kind = grown(this.kind, count)
    this.#start = grown(this.#start, count)
    this.#length = grown(this.#length, count)
    this.#hash = grown(this.#hash, count)
    this.#child = grown(this.#child, count)
    this.#sibling = grown(this.#sibling, count)
  }

  #growNames(bytes: number): void {
    const names = Buffer.alloc(Math.max(bytes, this.#names.length * 2))
    names.set(this.#names)
    this.#names = names
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2)
    for (let node = 1; node < this.count; node++) this.#place(node)
  }

  #place(node: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = slotOf(this.#hash[node]!, this.parent[node]!, this.kind[node]!) & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = node
  }

  /** Writes a name's bytes into the scratch buffer; answers how many there are. */
  #encode(name: string): number {
    if (name.length * 3 > this.#scratch.length) this.#scratch = Buffer.alloc(name.length * 3)
    const scratch = this.#scratch
    for (let i = 0; i < name.length; i++) {
      const unit = name.charCodeAt(i)
      if (unit >= 0x80) return scratch.write(name, 'utf8')
      scratch[i] = unit
    }
    return name.length
  }
}

function hashOf(bytes: Uint8Array, length: number): number {
  let hash = HASH_START
  for (let i = 0; i < length; i++) hash = mix(hash, bytes[i]!)
  return hash
}

/** The low bits of FNV mix well; the parent is spread over them by Knuth's multiplication. */
function slotOf(hash: number, parent: number, kind: number): number {
  const spread = Math.imul(parent * 4 + kind, 0x9e3779b1)
  return hash ^ spread ^ (spread >>> 15)
}
