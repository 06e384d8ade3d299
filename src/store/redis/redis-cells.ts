/** Cells as Redis has them, and changes as calls of the script that writes them. Pure. */
import type { RedisArgument } from '../../redis/redis.js'
import type { Address, Cell, Change } from '../store.js'
import { THROUGH_BYTES, throughOf, writeCell } from '../stored-cell.js'

/** Cells of one call, at most: a script keeps Redis from everything else while it runs. */
export const CHANGES_PER_CALL = 512
/** Bytes of one call, at most, unless it is a single cell. */
const BYTES_PER_CALL = 1024 * 1024

/** A call of `write-cells.lua`: its groups, and what it is told of each. */
export interface WriteCall {
  readonly keys: readonly Buffer[]
  readonly args: readonly RedisArgument[]
}

/** A cell as one value: `through` in 6 bytes, then its own. */
export function packCell(through: number, value: Uint8Array): Buffer {
  const packed = Buffer.allocUnsafe(THROUGH_BYTES + value.length)
  writeCell(packed, 0, through, value)
  return packed
}

/** The other way round; the value is a view. */
export function unpackCell(packed: Buffer): Cell {
  return { through: throughOf(packed), value: packed.subarray(THROUGH_BYTES) }
}

/** The changes without those that a later one to the same address undoes. */
export function lastChanges(changes: readonly Change[]): readonly Change[] {
  const last = new Map<string, Change>()
  for (const change of changes) {
    const address = `${latin1(change.group)}${latin1(change.member)}`
    last.delete(address)
    last.set(address, change)
  }
  return last.size === changes.length ? changes : [...last.values()]
}

/** Changes, no two to one address, as calls that keep to the limits. All bytes are copied. `prefix`: in front of each group. */
export function callsOf(changes: readonly Change[], prefix: Buffer): WriteCall[] {
  const writer = new CallWriter()
  for (const own of inGroups(changes)) {
    const key = Buffer.concat([prefix, own[0]!.group])
    for (const part of partsOf(own)) writer.add(key, part)
  }
  return writer.end()
}

/** Compares bytes as they sort. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}

/** The pattern of all members that start with these bytes. */
export function globOf(prefix: Uint8Array): Buffer {
  const escaped = Buffer.from(prefix)
    .toString('latin1')
    .replace(/[*?[\]\\]/g, '\\$&')
  return Buffer.from(`${escaped}*`, 'latin1')
}

/** Fills calls with groups. */
class CallWriter {
  readonly #calls: WriteCall[] = []
  #keys: Buffer[] = []
  #args: RedisArgument[] = []
  #cells = 0
  #bytes = 0

  add(key: Buffer, changes: readonly Change[]): void {
    const bytes = sizeOf(changes)
    const isFull = this.#cells + changes.length > CHANGES_PER_CALL || this.#bytes + bytes > BYTES_PER_CALL
    if (isFull && this.#cells > 0) this.#finish()
    this.#cells += changes.length
    this.#bytes += bytes
    this.#keys.push(key)
    const sets = changes.filter(change => change.value !== null)
    const removed = changes.filter(change => change.value === null)
    this.#args.push(expiryOf(sets), String(sets.length), String(removed.length))
    for (const { member, value, through } of sets)
      this.#args.push(Buffer.from(member), packCell(through, value!))
    for (const { member } of removed) this.#args.push(Buffer.from(member))
  }

  end(): WriteCall[] {
    if (this.#cells > 0) this.#finish()
    return this.#calls
  }

  #finish(): void {
    this.#calls.push({ keys: this.#keys, args: this.#args })
    this.#keys = []
    this.#args = []
    this.#cells = 0
    this.#bytes = 0
  }
}

/** The changes of a group in parts that fit into a call. */
function* partsOf(changes: readonly Change[]): Generator<readonly Change[]> {
  let from = 0
  let bytes = 0
  for (let at = 0; at < changes.length; at++) {
    const size = sizeOf([changes[at]!])
    const isFull = at - from === CHANGES_PER_CALL || bytes + size > BYTES_PER_CALL
    if (isFull && at > from) {
      yield changes.slice(from, at)
      from = at
      bytes = 0
    }
    bytes += size
  }
  yield changes.slice(from)
}

/** When the last of the cells may go; '' if one of them may not. */
function expiryOf(changes: readonly Change[]): string {
  const latest = Math.max(...changes.map(({ expiresAtMs }) => expiresAtMs ?? Number.POSITIVE_INFINITY))
  return Number.isFinite(latest) ? String(Math.ceil(latest)) : ''
}

function sizeOf(changes: readonly Change[]): number {
  let bytes = 0
  for (const { member, value } of changes) bytes += member.length + (value?.length ?? 0) + THROUGH_BYTES
  return bytes
}

/** What is addressed, in a list for each group, in the order met. */
export function inGroups<T extends Pick<Address, 'group'>>(addressed: Iterable<T>): Iterable<readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const each of addressed) {
    const key = latin1(each.group)
    const known = groups.get(key)
    if (known) known.push(each)
    else groups.set(key, [each])
  }
  return groups.values()
}

/** Bytes as a string of one character a byte, to be told apart in a map. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
