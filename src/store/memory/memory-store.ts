/**
 * The reference model of a store: maps, sorted when they are read. Obviously right, and slow; for tests and for trying out.
 * What was written lives as long as the object does, through `close` and `open`.
 */
import { HailWhaleError } from '../../model/errors.js'
import { GroupLengths } from '../group-lengths.js'
import type { Address, Cell, CellVisitor, Change, MemberRange, Store, StoreManifest } from '../store.js'

export class MemoryStore implements Store {
  readonly name = 'memory'
  readonly incarnation: number = 0
  readonly supports: StoreManifest = { expiry: false, durable: false, settlesMs: 0, risk: null }
  /** Group → member → cell. Bytes as strings of one character a byte, which sort as the bytes do. */
  readonly #groups = new Map<string, Map<string, Cell>>()
  readonly #lengths = new GroupLengths()
  #open = false

  async open(): Promise<void> {
    this.#open = true
  }

  async close(): Promise<void> {
    this.#open = false
  }

  async read(addresses: readonly Address[]): Promise<(Cell | undefined)[]> {
    this.#check()
    return addresses.map(({ group, member }) => {
      this.#lengths.address(group, member)
      const cell = this.#groups.get(textOf(group))?.get(textOf(member))
      return cell && { through: cell.through, value: cell.value.slice() }
    })
  }

  async scan(group: Uint8Array, range: MemberRange, visit: CellVisitor): Promise<void> {
    this.#check()
    this.#lengths.group(group)
    const prefix = textOf(range.prefix ?? new Uint8Array(0))
    const after = range.after && textOf(range.after)
    const cells = [...(this.#groups.get(textOf(group)) ?? [])]
      .filter(([member]) => member.startsWith(prefix) && (after === undefined || member > after))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, range.limit)
    for (const [member, cell] of cells) visit(Buffer.from(member, 'latin1'), cell.value.slice(), cell.through)
  }

  async write(changes: readonly Change[]): Promise<void> {
    this.#check()
    for (const { group, member } of changes) this.#lengths.address(group, member)
    for (const { group, member, value, through } of changes) {
      const members = this.#groups.get(textOf(group)) ?? new Map<string, Cell>()
      this.#groups.set(textOf(group), members)
      if (value === null) members.delete(textOf(member))
      else members.set(textOf(member), { through, value: Uint8Array.from(value) })
    }
  }

  async drop(from: Uint8Array, until: Uint8Array): Promise<void> {
    this.#check()
    this.#lengths.bound(from)
    this.#lengths.bound(until)
    for (const group of [...this.#groups.keys()]) {
      if (group >= textOf(from) && group < textOf(until)) this.#groups.delete(group)
    }
  }

  async *starts(from: Uint8Array, until: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
    this.#check()
    this.#lengths.bound(from)
    this.#lengths.bound(until)
    const groups = [...this.#groups].filter(([group, members]) => {
      return members.size > 0 && group >= textOf(from) && group < textOf(until)
    })
    for (const start of new Set(groups.map(([group]) => group.slice(0, length))))
      yield Buffer.from(start, 'latin1')
  }

  async sizeBytes(): Promise<number> {
    this.#check()
    let size = 0
    for (const [group, members] of this.#groups) {
      for (const [member, cell] of members) size += group.length + member.length + cell.value.length
    }
    return size
  }

  #check(): void {
    if (!this.#open) throw new HailWhaleError('unavailable', 'the store is not open')
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
