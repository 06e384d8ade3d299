/**
 * From raw bytes to interned nodes: an index of (parent, kind, name bytes) over a node table, so that a name that was seen
 * before is recognised without being made into a string. Open addressing; a node that is not in the index is interned.
 */
import { grown, type NodeKind, type NodeTable } from '../../rollup/nodes.js'

/** The hash of no bytes; `mix` adds one byte (FNV-1a, Fowler–Noll–Vo). */
export const HASH_START = 0x811c9dc5 | 0

/** The hash of some bytes and one more. */
export function mix(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193)
}

/** An index over one node table. */
export class NameIndex {
  readonly #nodes: NodeTable
  #slots = new Int32Array(4096)
  #count = 0
  /** Per node: hash, start and length of its name in `#names`. */
  #hash = new Int32Array(1024)
  #start = new Int32Array(1024)
  #length = new Int32Array(1024)
  #names = new Uint8Array(1 << 14)
  #namesEnd = 0

  constructor(nodes: NodeTable) {
    this.#nodes = nodes
  }

  /**
   * The child whose name is `bytes[from … until)`, interned where it is new. The bytes must be ASCII.
   * @param hash of these bytes, by `mix`
   */
  child(
    parent: number,
    kind: NodeKind,
    bytes: Uint8Array,
    from: number,
    until: number,
    hash: number,
  ): number {
    const mask = this.#slots.length - 1
    const nodes = this.#nodes
    let slot = (hash ^ Math.imul(parent * 2 + kind, 0x9e3779b1)) & mask
    for (let node = this.#slots[slot]!; node !== 0; node = this.#slots[slot]!) {
      if (
        this.#hash[node] === hash &&
        nodes.parent[node] === parent &&
        nodes.kind[node] === kind &&
        this.#isName(node, bytes, from, until)
      ) {
        return node
      }
      slot = (slot + 1) & mask
    }
    return this.#add(parent, kind, bytes, from, until, hash)
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
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + from, until - from).toString('latin1')
    const node = this.#nodes.intern(parent, kind, name)
    if (++this.#count * 2 > this.#slots.length) this.#rehash()
    this.#hash = grown(this.#hash, node + 1)
    this.#start = grown(this.#start, node + 1)
    this.#length = grown(this.#length, node + 1)
    this.#names = grown(this.#names, this.#namesEnd + name.length)
    this.#hash[node] = hash
    this.#start[node] = this.#namesEnd
    this.#length[node] = name.length
    this.#names.set(bytes.subarray(from, until), this.#namesEnd)
    this.#namesEnd += name.length
    this.#place(this.#slots, node)
    return node
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    for (const node of this.#slots) if (node !== 0) this.#place(slots, node)
    this.#slots = slots
  }

  #place(slots: Int32Array, node: number): void {
    const mask = slots.length - 1
    const { parent, kind } = this.#nodes
    let slot = (this.#hash[node]! ^ Math.imul(parent[node]! * 2 + kind[node]!, 0x9e3779b1)) & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = node
  }
}
