/**
 * The store port. A store keeps cells: small values with the journal sequence they have been applied through, addressed by
 * a group and a member. Members of one group lie side by side in member order, so that one scan reads them all:
 * a group is a Redis hash, a Cassandra partition, a range of LMDB keys. What groups and members mean is the
 * business of `rollup/address.ts` and `docs/format/rows.md`; a store knows nothing of it.
 *
 * Promises a store makes (the conformance suite checks each):
 * - `write` resolves when all its changes are as durable as this store is configured to be; changes of one call may
 *   become visible one by one, each cell whole or not at all.
 * - A read that starts after a `write` resolved sees it.
 * - `scan` visits members in the byte order of their UTF-8/binary form, each once; a cell that is written meanwhile is seen as
 *   before or after.
 * - Nothing is changed by a `write` that rejects with `StoreFencedError`; any other rejection leaves each cell as
 *   before or after, and the caller may write the same again.
 * - An engine that crashes may forget its last writes (those of `supports.settlesMs`), newest first. Then `incarnation` changes, at
 *   the latest when the next `write` rejects, before anything of it is written.
 */
export interface Store {
  /** One word for `/readyz` and the docs. */
  readonly name: 'lmdb' | 'memory' | 'redis'
  /** What this store can do beyond the port; known once it is open. */
  readonly supports: StoreManifest

  /** Changes when what was written may be lost: whoever writes in several steps begins anew then. */
  readonly incarnation: number

  /** Opens or creates the store. Throws a `HailWhaleError('unavailable')` with a cause that says what is wrong and where. */
  open(): Promise<void>

  /** Waits for the writes under way, then closes. Closing twice is fine. */
  close(): Promise<void>

  /** Reads cells, one answer per address, in order; `undefined` where there is none. */
  read(addresses: readonly Address[]): Promise<(Cell | undefined)[]>

  /**
   * Visits the cells of one group in member order. `member` and `value` are only valid during the visit (they may be views of
   * the store's own memory): copy what is kept, and call no method of the store from within.
   * What the visitor throws ends the scan and is thrown on.
   */
  scan(group: Uint8Array, range: MemberRange, visit: CellVisitor): Promise<void>

  /**
   * Writes and removes cells. Of several changes to one address the last one stands. The bytes are copied before
   * this returns its promise. With an `incarnation` that is not the store's any more, it rejects and changes nothing.
   */
  write(changes: readonly Change[], incarnation?: number): Promise<void>

  /**
   * Removes every group `g` with `from ≤ g < until` in byte order; the bounds are at most as long as the groups that start
   * with their first byte. Only called where `supports.expiry` is false or for groups that carry no expiry.
   */
  drop(from: Uint8Array, until: Uint8Array): Promise<void>

  /**
   * The first `length` bytes (at most those of a whole group) of all groups `g` with `from ≤ g < until`: in no order, and one may come
   * more than once. For finding out what is there where nothing says it: an engine may have to look at all of its keys. Of what is
   * written meanwhile, it is not certain what is seen.
   */
  starts(from: Uint8Array, until: Uint8Array, length: number): AsyncIterable<Uint8Array>

  /** Bytes on disk (or in memory), as exactly as the engine says. */
  sizeBytes(): Promise<number>
}

/** What a store can do beyond the port. */
export interface StoreManifest {
  /** Cells with `expiresAtMs` go by themselves; otherwise the whale drops their groups. */
  readonly expiry: boolean
  /** What is written survives the process. */
  readonly durable: boolean
  /** What was written so long ago survives a crash of the engine as well, milliseconds: 0 where `write` waits for the disk. */
  readonly settlesMs: number
  /** What a crash of the engine loses, as it is configured, as the end of a sentence for operators; null: nothing. */
  readonly risk: string | null
}

/** Where a cell is. */
export interface Address {
  /**
   * 1 to 64 bytes, the first one 0x01 to 0xFE. All groups that start with the same byte have the same length, so that no group
   * is the start of another: a store may put group and member together.
   */
  readonly group: Uint8Array
  /** 0 to 1,024 bytes. */
  readonly member: Uint8Array
}

/** What is kept: a value, and the journal sequence whose changes it holds (0 ≤ through < 2^48). */
export interface Cell {
  readonly through: number
  readonly value: Uint8Array
}

/** A cell to write; `value: null` removes it. */
export interface Change extends Address {
  readonly through: number
  readonly value: Uint8Array | null
  /** When the cell may go (epoch milliseconds), for stores that can expire; absent: never. */
  readonly expiresAtMs?: number
}

/** Which members of a group: all by default. */
export interface MemberRange {
  /** Only members that start with these bytes. */
  readonly prefix?: Uint8Array
  /** Only members after this one. */
  readonly after?: Uint8Array
  /** At most this many. */
  readonly limit?: number
}

/** Called for each cell of a scan. */
export type CellVisitor = (member: Uint8Array, value: Uint8Array, through: number) => void

/** An older owner wrote: a newer epoch has taken the partition over. Nothing was changed. */
export class StoreFencedError extends Error {
  override readonly name = 'StoreFencedError'
}

/** The engine has crashed and forgotten what this process believes stored: only a start from its checkpoint makes it right. */
export class StoreWentBackError extends Error {
  override readonly name = 'StoreWentBackError'
}

/** Whether this process can't go on writing to the store, however often it tries. */
export function isFinal(error: unknown): boolean {
  return error instanceof StoreFencedError || error instanceof StoreWentBackError
}
