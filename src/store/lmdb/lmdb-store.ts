/**
 * The embedded store: one LMDB file in a folder. A cell is one key (group ‖ member) and one value (through, 6 bytes, then
 * the cell's value). A write is one transaction, synced before it resolves. The folder must have one process only:
 * who locks it is not this file's business.
 *
 * The file is mapped, and what was read of it stays resident: when that is more than a bound, the file is closed between two
 * steps of operations and opened again by the next one (a few milliseconds). Nothing may hold a view of it across a step.
 */
import { mkdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { HailWhaleError } from '../../model/errors.js'
import { checkStoreFormat } from '../format-version.js'
import { GroupLengths } from '../group-lengths.js'
import type { Address, Cell, CellVisitor, Change, MemberRange, Store, StoreManifest } from '../store.js'
import { THROUGH_BYTES, throughOf, writeCell } from '../stored-cell.js'
import {
  type AddressDatabase,
  type AddressKey,
  type KeyRange,
  memberViews,
  openDatabase,
} from './address-database.js'
import { MappedMemory } from './mapped-memory.js'

const MOST_THROUGH = 2 ** 48
const NONE = new Uint8Array(0)
const ZERO = Uint8Array.of(0)

/** Members a scan visits before it lets the event loop turn: about a millisecond. */
const SCAN_TURN = 4096
/** Cells that a read looks up in one step. */
const READ_STEP = 512
/** Keys that one transaction of `drop` removes. */
const DROP_BATCH = 10_000
/** Resident bytes of the file, by default at most about this many. */
const MAPPED_BYTES = 32 * 1024 * 1024
/** LMDB reports a write that was cut short as EIO, also where the disk was full: below this much free space, it was. */
const SPARE_DISK_BYTES = 32 * 1024 * 1024

const EIO = 5
const ENOSPC = 28
const EDQUOT = 122
const MDB_MAP_FULL = -30792

export class LmdbStore implements Store {
  readonly name = 'lmdb'
  readonly incarnation: number = 0
  readonly supports: StoreManifest = { expiry: false, durable: true, settlesMs: 0, risk: null }
  readonly #folder: string
  readonly #path: string
  readonly #lengths = new GroupLengths()
  readonly #running = new Set<Promise<unknown>>()
  readonly #mapped: MappedMemory
  readonly #forImport: boolean
  #isOpen = false
  /** Undefined where it was closed to unmap it: the next step opens it. */
  #database: AddressDatabase | undefined
  #steps = 0
  #unmapping: Promise<void> | undefined
  #noSteps: (() => void) | undefined

  /**
   * `folder` is made where it is missing.
   * @param options `mappedBytes`: about how many bytes of the file may be resident; `forImport`: a store is opened though its
   * import has not come to its end
   */
  constructor(folder: string, options: { readonly mappedBytes?: number; readonly forImport?: boolean } = {}) {
    this.#folder = folder
    this.#path = join(folder, 'store.mdb')
    this.#forImport = options.forImport ?? false
    this.#mapped = new MappedMemory(options.mappedBytes ?? MAPPED_BYTES)
  }

  async open(): Promise<void> {
    if (this.#isOpen) return
    try {
      await mkdir(this.#folder, { recursive: true })
      this.#map()
    } catch (error) {
      throw this.#failure('cannot be opened', error)
    }
    this.#isOpen = true
    try {
      const forImport = this.#forImport
      await checkStoreFormat(this, `the store in ${this.#folder}`, { forImport })
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false
    await Promise.allSettled(this.#running)
    await this.#unmapping
    const database = this.#database
    this.#database = undefined
    await database?.close()
  }

  async read(addresses: readonly Address[]): Promise<(Cell | undefined)[]> {
    return this.#run('cannot be read', async () => {
      const cells: (Cell | undefined)[] = []
      for (let from = 0; from < addresses.length; from += READ_STEP) {
        const until = Math.min(from + READ_STEP, addresses.length)
        await this.#step(until - from, database => {
          for (let i = from; i < until; i++) cells.push(this.#readCell(database, addresses[i]!))
        })
      }
      return cells
    })
  }

  #readCell(database: AddressDatabase, address: Address): Cell | undefined {
    this.#lengths.address(address.group, address.member)
    const stored = database.getBinaryFast(address)
    if (!stored) return undefined
    return { through: throughOf(stored), value: copyOf(stored.subarray(THROUGH_BYTES, stored.length)) }
  }

  async scan(group: Uint8Array, range: MemberRange, visit: CellVisitor): Promise<void> {
    this.#lengths.group(group)
    const keys = keysOf(group, range)
    const memberOf = memberViews(group.length)
    let thrown: { readonly error: unknown } | undefined
    await this.#run('cannot be read', async () => {
      if (!keys) return
      let visited = 0
      await this.#step(
        () => visited,
        async database => {
          for (const { key, value } of database.getRange(keys)) {
            try {
              visit(memberOf(key), value.value, value.through)
            } catch (error) {
              thrown = { error }
              return
            }
            if (++visited % SCAN_TURN === 0) await nextTurn()
          }
        },
      )
    })
    if (thrown) throw thrown.error
  }

  async write(changes: readonly Change[]): Promise<void> {
    const values = encodeValues(changes, this.#lengths)
    // The keys are read when the step begins, which may be later.
    const keys = this.#unmapping ? changes.map(keyCopyOf) : changes
    await this.#run('cannot be written', async () => {
      if (keys.length === 0) return
      await this.#step(keys.length, database =>
        database.batch(() => {
          for (const [i, key] of keys.entries()) {
            const value = values[i]
            if (value) database.put(key, value)
            else database.remove(key)
          }
        }),
      )
    })
  }

  async drop(from: Uint8Array, until: Uint8Array): Promise<void> {
    this.#lengths.bound(from)
    this.#lengths.bound(until)
    if (Buffer.compare(from, until) >= 0) return
    const range = { start: { group: from, member: NONE }, end: { group: until, member: NONE } }
    await this.#run('cannot be written', async () => {
      for (let dropped = DROP_BATCH; dropped === DROP_BATCH; ) {
        dropped = await this.#step(DROP_BATCH, database => dropSome(database, range))
      }
    })
  }

  /** Looks up the first key of each start, then goes on behind all that begin with it. */
  async *starts(from: Uint8Array, until: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
    this.#lengths.bound(from)
    this.#lengths.bound(until)
    for (let at: Uint8Array | undefined = from; at && Buffer.compare(at, until) < 0; ) {
      const range = { start: { group: at, member: NONE }, end: { group: until, member: NONE } }
      const first = await this.#run('cannot be read', async () =>
        this.#step(1, database => firstKey(database, range)),
      )
      if (!first) return
      const start = first.subarray(0, length)
      yield start
      at = endOf(start)
    }
  }

  async sizeBytes(): Promise<number> {
    return this.#run('cannot be read', async () => (await stat(this.#path)).size)
  }

  /** Runs one operation so that `close` waits for it, and says what failed where. */
  async #run<T>(failed: string, operation: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) throw new HailWhaleError('unavailable', `the store in ${this.#folder} is not open`)
    const running = operation()
    this.#running.add(running)
    try {
      return await running
    } catch (error) {
      if (error instanceof RangeError) throw error
      const cause = await causeOf(error)
      if (await this.#isDiskFull(cause)) {
        throw new HailWhaleError('disk_full', `the disk of the store in ${this.#folder} is full`, { cause })
      }
      throw this.#failure(failed, cause)
    } finally {
      this.#running.delete(running)
    }
  }

  /**
   * Runs a step of an operation on the mapped file; the file may be mapped anew before the next step.
   * @param cells how many cells the step touches, or touched
   */
  async #step<T>(
    cells: number | (() => number),
    step: (database: AddressDatabase) => Promise<T> | T,
  ): Promise<T> {
    while (this.#unmapping) await this.#unmapping
    const database = this.#map()
    this.#steps++
    try {
      return await step(database)
    } finally {
      this.#steps--
      const touched = typeof cells === 'number' ? cells : cells()
      if (!this.#unmapping && this.#mapped.isTooMuchAfter(touched)) this.#unmapping = this.#unmap()
      if (this.#steps === 0) this.#noSteps?.()
    }
  }

  #map(): AddressDatabase {
    if (!this.#database) {
      this.#database = openDatabase(this.#path)
      this.#mapped.start()
    }
    return this.#database
  }

  /** Closes the file once the steps under way are done; those that come meanwhile wait, and the first of them opens it again. */
  async #unmap(): Promise<void> {
    if (this.#steps > 0) {
      await new Promise<void>(done => {
        this.#noSteps = done
      })
    }
    const database = this.#database
    this.#database = undefined
    // If it can't be closed it stays mapped, and is used on.
    await database?.close().catch(() => undefined)
    this.#noSteps = undefined
    this.#unmapping = undefined
  }

  async #isDiskFull(cause: unknown): Promise<boolean> {
    const code = (cause as { readonly code?: unknown }).code
    if (code === ENOSPC || code === EDQUOT || code === MDB_MAP_FULL) return true
    if (code !== EIO) return false
    const { bavail, bsize } = await statfs(this.#folder)
    return bavail * bsize < SPARE_DISK_BYTES
  }

  #failure(failed: string, cause: unknown): HailWhaleError {
    const why = cause instanceof Error ? cause.message : String(cause)
    return new HailWhaleError('unavailable', `the store in ${this.#folder} ${failed}: ${why}`, { cause })
  }
}

/** The keys of a scan; `undefined` where there can be none. */
function keysOf(group: Uint8Array, { prefix = NONE, after, limit }: MemberRange): KeysOfScan | undefined {
  let start: Uint8Array = prefix
  if (after && Buffer.compare(after, prefix) >= 0) start = Buffer.concat([after, ZERO])
  const first = { group, member: start }
  const end = endOf(Buffer.concat([group, prefix]))
  if (!end || limit === 0 || Buffer.compare(Buffer.concat([group, start]), end) >= 0) return undefined
  const keys = { start: first, end: { group: end, member: NONE } }
  return limit === undefined || limit === Number.POSITIVE_INFINITY ? keys : { ...keys, limit }
}

/** The smallest bytes that sort after all that start with these: shorter where they end with 0xFF; `undefined` after 0xFF… */
function endOf(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length--
  if (length === 0) return undefined
  const end = Uint8Array.prototype.slice.call(prefix, 0, length)
  end[length - 1]!++
  return end
}

interface KeysOfScan {
  readonly start: AddressKey
  readonly end: AddressKey
  readonly limit?: number
}

/** The values as they are stored, in one piece of memory: LMDB reads them from there while the transaction runs. */
function encodeValues(changes: readonly Change[], lengths: GroupLengths): (Uint8Array | undefined)[] {
  let size = 0
  for (const { group, member, value, through } of changes) {
    lengths.address(group, member)
    if (!(through >= 0 && through < MOST_THROUGH)) throw new RangeError(`${through} is no sequence`)
    if (value) size += THROUGH_BYTES + value.length
  }
  const all = Buffer.allocUnsafeSlow(size)
  let at = 0
  return changes.map(({ through, value }) => {
    if (!value) return undefined
    const from = at
    at = writeCell(all, at, through, value)
    return all.subarray(from, at)
  })
}

/** Removes the first keys of a range, at most `DROP_BATCH`; answers how many. */
async function dropSome(database: AddressDatabase, range: KeyRange): Promise<number> {
  const keys: AddressKey[] = []
  for (const key of database.getRange({ ...range, values: false, limit: DROP_BATCH })) {
    keys.push({ group: copyOf(key), member: NONE })
  }
  if (keys.length === 0) return 0
  await database.batch(() => {
    for (const key of keys) database.remove(key)
  })
  return keys.length
}

/** The first key of a range: group and member in one piece. */
function firstKey(database: AddressDatabase, range: KeyRange): Uint8Array | undefined {
  for (const key of database.getRange({ ...range, values: false, limit: 1 })) return copyOf(key)
  return undefined
}

function keyCopyOf({ group, member }: AddressKey): AddressKey {
  return { group: copyOf(group), member: copyOf(member) }
}

function copyOf(view: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(view)
}

/** What LMDB says of a failed commit comes as a promise on the error. */
async function causeOf(error: unknown): Promise<unknown> {
  const commitError = (error as { readonly commitError?: Promise<unknown> } | null)?.commitError
  if (!commitError) return error
  return commitError.then(
    () => error,
    cause => cause,
  )
}
