/**
 * Ids that are counted once within the dedupe window. An id is known by a 128-bit hash; what remembers it also remembers which
 * guard of which batch recorded it, so that a replay decides as the first time did: a guard is a duplicate of an
 * earlier guard, never of itself. In the store, ids lie in slices of time that are dropped whole.
 */
import type { Address, Change, Store } from '../store/store.js'
import { decodeId, encodeId, type IdEntry, idGroup, idSliceRange } from './address.js'
import { type Batch, GUARD_BYTES } from './batch.js'

/** The slices a window is cut into: a look-up reads each, so few; what is dropped late is at most one. */
const SLICES = 4

/** The ids recorded since the last flush. */
export type IdMap = Map<string, IdEntry>

/** Judges guards. */
export class IdWindow {
  readonly #windowMs: number
  readonly #sliceMs: number

  constructor(windowMs: number) {
    this.#windowMs = windowMs
    this.#sliceMs = Math.max(1000, Math.ceil(windowMs / SLICES))
  }

  /** What the store knows of a batch's guards: per guard, its entries in the slices of the window. */
  async recall(batch: Batch, store: Pick<Store, 'read'>): Promise<IdEntry[][]> {
    const slices = this.#slices(batch.receivedAtMs)
    const addresses: Address[] = []
    for (let g = 0; g < batch.guardCount; g++) {
      const member = guardBytes(batch, g)
      for (const group of slices) addresses.push({ group, member })
    }
    const cells = await store.read(addresses)
    const known: IdEntry[][] = []
    for (let g = 0; g < batch.guardCount; g++) {
      const own = cells.slice(g * slices.length, (g + 1) * slices.length)
      known.push(own.flatMap(cell => (cell ? [decodeId(cell.value)] : [])))
    }
    return known
  }

  /**
   * Whether a guard is a duplicate; records it in `current` where it is not.
   * @param recalled what the store knows of this guard
   */
  judge(
    batch: Batch,
    guard: number,
    sequence: number,
    recalled: readonly IdEntry[],
    current: IdMap,
    frozen?: IdMap,
  ): boolean {
    const hash = hashText(guardBytes(batch, guard))
    const sinceMs = batch.receivedAtMs - this.#windowMs
    const isEarlier = (entry: IdEntry | undefined): boolean =>
      entry !== undefined &&
      entry.receivedAtMs > sinceMs &&
      (entry.sequence < sequence || (entry.sequence === sequence && entry.ordinal < guard))
    if (isEarlier(current.get(hash)) || isEarlier(frozen?.get(hash)) || recalled.some(isEarlier)) return true
    current.set(hash, { sequence, ordinal: guard, receivedAtMs: batch.receivedAtMs })
    return false
  }

  /** The cells of recorded ids. They carry no expiry: when an id may go depends on what may be replayed. */
  *changes(ids: IdMap, through: number): Generator<Change> {
    for (const [hash, entry] of ids) {
      const group = idGroup(Math.floor(entry.receivedAtMs / this.#sliceMs))
      yield { group, member: Buffer.from(hash, 'latin1'), value: encodeId(entry), through }
    }
  }

  /** The groups that a window ending at `nowMs` has left behind: those of the slices before `slice`. */
  expired(nowMs: number): { readonly from: Uint8Array; readonly until: Uint8Array; readonly slice: number } {
    const slice = Math.max(0, Math.floor((nowMs - this.#windowMs) / this.#sliceMs))
    return { ...idSliceRange(slice), slice }
  }

  #slices(receivedAtMs: number): Uint8Array[] {
    const slices: Uint8Array[] = []
    const last = Math.floor(receivedAtMs / this.#sliceMs)
    for (
      let slice = Math.max(0, Math.floor((receivedAtMs - this.#windowMs) / this.#sliceMs));
      slice <= last;
      slice++
    ) {
      slices.push(idGroup(slice))
    }
    return slices
  }
}

function guardBytes(batch: Batch, guard: number): Uint8Array {
  return batch.guards.subarray(guard * GUARD_BYTES, (guard + 1) * GUARD_BYTES)
}

function hashText(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('latin1')
}
