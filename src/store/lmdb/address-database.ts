/**
 * LMDB as this store uses it: keys are addresses (group and member side by side), values are read where they lie.
 * Options that were measured or tried, with what they are for, stand in `openDatabase`.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { open, type RootDatabaseOptions } from 'lmdb'
import type { Cell } from '../store.js'
import { THROUGH_BYTES, throughOf } from '../stored-cell.js'

/** A key: written as group, then member. */
export interface AddressKey {
  readonly group: Uint8Array
  readonly member: Uint8Array
}

/** A key or a value as a view of memory that the next call overwrites. */
export type View = Uint8Array

/** A range of keys, half-open. */
export interface KeyRange {
  readonly start: AddressKey
  readonly end: AddressKey
  readonly values?: boolean
  readonly limit?: number
}

/** The methods of an lmdb database that are used here, with the types that the options below give them. */
export interface AddressDatabase {
  getBinaryFast(key: AddressKey): View | undefined
  getRange(range: KeyRange & { values: false }): Iterable<View>
  getRange(range: KeyRange): Iterable<{ readonly key: View; readonly value: Cell }>
  put(key: AddressKey, value: Uint8Array): unknown
  remove(key: AddressKey): unknown
  /** One transaction; resolves when it is committed and synced. */
  batch(changes: () => void): Promise<boolean>
  close(): Promise<void>
}

/** Ends of views that are kept: nearly all keys and values of a scan end before. */
const KEPT_VIEWS = 4096

/**
 * Views of memory that is used again for each key (or value), one for each end: making a view takes as long as reading a small
 * row, and a scan makes three of each.
 */
class Views {
  readonly #from: number
  #source: Uint8Array | undefined
  #start = 0
  #views: (View | undefined)[] = []

  /** All views leave out the first `from` bytes. */
  constructor(from: number) {
    this.#from = from
  }

  /** The bytes from `start` on that end before `end`. Whoever uses the memory again changes them. */
  of(source: Uint8Array, start: number, end: number): View {
    // Large values may come in the mapped file itself, which must not be held.
    if (end >= KEPT_VIEWS) return viewOf(source, start + this.#from, end)
    if (source !== this.#source || start !== this.#start) {
      this.#source = source
      this.#start = start
      this.#views = []
    }
    this.#views[end] ??= viewOf(source, start + this.#from, end)
    return this.#views[end]
  }
}

function viewOf(source: Uint8Array, start: number, end: number): View {
  return new Uint8Array(source.buffer, source.byteOffset + start, end - start)
}

/** The member of a key that `getRange` answers, as a view that is as short-lived. One for each scan. */
export function memberViews(groupLength: number): (key: View) => View {
  const keys: View[] = []
  const members: View[] = []
  return key => {
    const { length } = key
    if (keys[length] !== key) {
      keys[length] = key
      members[length] = viewOf(key, groupLength, length)
    }
    return members[length]!
  }
}

class AddressKeys {
  readonly #views = new Views(0)

  writeKey = (key: AddressKey, target: Uint8Array, start: number): number => {
    target.set(key.group, start)
    const at = start + key.group.length
    target.set(key.member, at)
    return at + key.member.length
  }

  readKey = (source: Uint8Array, start: number, end: number): View => this.#views.of(source, start, end)
}

/** Values go in as they are and come out as cells whose values are views: copies would double the time of a scan. */
class Cells {
  readonly #views = new Views(THROUGH_BYTES)
  readonly #cell: { through: number; value: View } = { through: 0, value: new Uint8Array(0) }

  encode = (stored: Uint8Array): Uint8Array => stored

  decode = (buffer: Uint8Array, size: number): Cell => {
    this.#cell.through = throughOf(buffer)
    this.#cell.value = this.#views.of(buffer, 0, size)
    return this.#cell
  }
}

/** Where LMDB's first page says that it is LMDB's (little-endian), and the two pages that every file starts with. */
const MAGIC_OFFSET = 24
const MAGIC = 0xbeefc0de
const LEAST_FILE_BYTES = 2 * 4096

/** Opens (or makes) the database in a file. Throws what LMDB throws, and where the file is no database of LMDB. */
export function openDatabase(path: string): AddressDatabase {
  checkFile(path)
  const options: RootDatabaseOptions & { readonly keyEncoder: AddressKeys } = {
    noSubdir: true,
    maxDbs: 1,
    keyEncoder: new AddressKeys(),
    encoder: new Cells(),
    // Maps the file piece by piece: scanning a file of 666 MB leaves 238 MB resident instead of 736 MB, at the same speed; point
    // reads are a sixth slower (0.7 million a second). It also lets the file grow without a size given in advance.
    remapChunks: true,
    // One sync before the commit's promise resolves, as in LMDB itself. With overlapping syncs a commit resolves first,
    // and closing after a full disk was seen to hang.
    overlappingSync: false,
    // Each batch below is one transaction anyway; the turn's own batch would reject a promise that nobody can catch.
    eventTurnBatching: false,
  }
  return open(path, options) as unknown as AddressDatabase
}

/** LMDB ends the process when it opens a file that is not its own, so look first. */
function checkFile(path: string): void {
  if (!existsSync(path)) return
  const start = Buffer.alloc(LEAST_FILE_BYTES)
  const file = openSync(path, 'r')
  try {
    const size = readSync(file, start, 0, start.length, 0)
    if (size === 0 || (size === LEAST_FILE_BYTES && start.readUInt32LE(MAGIC_OFFSET) === MAGIC)) return
  } finally {
    closeSync(file)
  }
  throw new Error(`${path} is not an LMDB database`)
}
