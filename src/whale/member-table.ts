/**
 * The row members of one breakdown, each with a number of its own, the first one 0. Kept as bytes in one buffer: most of
 * thousands of children are added up and never shown, so that their names need not become strings.
 */
import type { Child } from '../query/reader.js'
import { parseRowMember } from '../rollup/address.js'
import { grown, HASH_START, KIND_OVERFLOW, mix, type NodeKind, type NodeTable } from '../rollup/nodes.js'

const NOWHERE = -1

/** Row members by number. */
export class MemberTable {
  count = 0
  #bytes = new Uint8Array(1024)
  /** Where each member starts, and where the last one ends. */
  #starts = new Int32Array(128)
  #hashes = new Int32Array(128)
  /** A member's number + 1, or 0. */
  #slots = new Int32Array(256)
  #last = NOWHERE
  #scratch = Buffer.alloc(256)

  /** The number of the member of a row, which is added where it is new. */
  placeOf(kind: NodeKind, name: string): number {
    if (1 + name.length * 3 > this.#scratch.length) this.#scratch = Buffer.alloc(1 + name.length * 3)
    const scratch = this.#scratch
    scratch[0] = kind
    for (let i = 0; i < name.length; i++) {
      const unit = name.charCodeAt(i)
      if (unit >= 0x80) return this.place(scratch, 1 + scratch.write(name, 1, 'utf8'))
      scratch[1 + i] = unit
    }
    return this.place(scratch, 1 + name.length)
  }

  /** The number of the member of a node's row, which is added where it is new. */
  placeOfNode(nodes: NodeTable, node: number): number {
    const most = 1 + nodes.nameBytes(node)
    if (most > this.#scratch.length) this.#scratch = Buffer.alloc(most)
    this.#scratch[0] = nodes.kind[node]!
    return this.place(this.#scratch, 1 + nodes.copyName(node, this.#scratch, 1))
  }

  /**
   * The number of a member (`length` bytes, all by default), which is added where it is new. Fastest where members come in the order
   * they were added in.
   */
  place(member: Uint8Array, length = member.length): number {
    const next = this.#last + 1
    if (next < this.count && this.#is(next, member, length)) {
      this.#last = next
      return next
    }
    const hash = hashOf(member, length)
    const mask = this.#slots.length - 1
    let slot = slotOf(hash) & mask
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      if (this.#hashes[entry - 1] === hash && this.#is(entry - 1, member, length)) {
        this.#last = entry - 1
        return entry - 1
      }
      slot = (slot + 1) & mask
    }
    this.#slots[slot] = this.count + 1
    this.#last = this.#add(member, length, hash)
    return this.#last
  }

  /** The child that a member stands for. */
  child(place: number): Child {
    const { kind, name } = parseRowMember(
      this.#bytes.subarray(this.#starts[place]!, this.#starts[place + 1]!),
    )
    return { name, overflow: kind === KIND_OVERFLOW }
  }

  #is(place: number, member: Uint8Array, length: number): boolean {
    const start = this.#starts[place]!
    if (this.#starts[place + 1]! - start !== length) return false
    // From the end: neighbours differ there.
    for (let i = length - 1; i >= 0; i--) if (this.#bytes[start + i] !== member[i]) return false
    return true
  }

  #add(member: Uint8Array, length: number, hash: number): number {
    const place = this.count++
    const start = this.#starts[place]!
    this.#bytes = grown(this.#bytes, start + length)
    this.#starts = grown(this.#starts, place + 2)
    this.#hashes = grown(this.#hashes, place + 1)
    for (let i = 0; i < length; i++) this.#bytes[start + i] = member[i]!
    this.#starts[place + 1] = start + length
    this.#hashes[place] = hash
    if (this.count * 2 > this.#slots.length) this.#rehash()
    return place
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let place = 0; place < this.count; place++) {
      let slot = slotOf(this.#hashes[place]!) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = place + 1
    }
    this.#slots = slots
  }
}

function hashOf(member: Uint8Array, length: number): number {
  let hash = HASH_START
  for (let i = 0; i < length; i++) hash = mix(hash, member[i]!)
  return hash
}

function slotOf(hash: number): number {
  return hash ^ (hash >>> 15)
}
