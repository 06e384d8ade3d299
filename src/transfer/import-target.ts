/**
 * The stores that an import fills. They must be empty; while it runs they are marked, so that no server takes the half of it for
 * the whole. One that was cut short is begun anew by the next.
 */
import { HailWhaleError } from '../model/errors.js'
import { BOARDS_GROUP, COUNTED_GROUPS, ROW_GROUP_BYTES, ROW_GROUPS } from '../rollup/address.js'
import { readState, STATE, sameStore } from '../rollup/flush.js'
import { markImport, markReady, readImportMark } from '../store/format-version.js'
import type { Change, Store } from '../store/store.js'
import type { WritableStore } from './import-writer.js'

/** Behind all boards. */
const BEHIND_BOARDS = Uint8Array.of(BOARDS_GROUP[0]! + 1)
/** Cells removed at once. */
const REMOVED = 1000

/** Stores that an import may write to. */
export interface ImportTarget {
  /** They refuse to be written once they may have forgotten anything. */
  readonly stores: readonly WritableStore[]
  /** All of it is there: servers may open them. `id`: of the export. */
  end(id: string): Promise<void>
}

/** What was found: stores to fill, or ones that had an export as a whole already and only had to be told so. */
export type Beginning =
  | { readonly kind: 'target'; readonly target: ImportTarget }
  | { readonly kind: 'whole already'; readonly id: string }

/**
 * Readies the stores of all partitions, opened `forImport`. Throws `unavailable` where one holds anything. `where` names them for a
 * person.
 */
export async function beginImport(stores: readonly Store[], where: string): Promise<Beginning> {
  const marks = await Promise.all(stores.map(readImportMark))
  const isCutShort = marks.some(mark => mark?.isWhole === false)
  const whole = marks.find(mark => mark?.isWhole)
  if (whole?.isWhole && !isCutShort) {
    await Promise.all(stores.map(markReady))
    return { kind: 'whole already', id: whole.id }
  }
  for (const [i, store] of stores.entries()) {
    if (!marks[i] && (await holdsAnything(store))) throw notEmpty(where)
  }
  const same = stores.map(sameStore)
  await Promise.all(same.map(store => markImport(store, { isWhole: false })))
  if (isCutShort) await Promise.all(stores.map(clear))
  const end = async (id: string): Promise<void> => {
    // Not one is open to servers before all are known to be whole: the next run would not know which to begin anew.
    await Promise.all(same.map(store => markImport(store, { isWhole: true, id })))
    await Promise.all(same.map(markReady))
  }
  return { kind: 'target', target: { stores: same, end } }
}

async function holdsAnything(store: Store): Promise<boolean> {
  for await (const _start of store.starts(COUNTED_GROUPS.from, COUNTED_GROUPS.until, 1)) return true
  for await (const _start of store.starts(BOARDS_GROUP, BEHIND_BOARDS, 1)) return true
  return (await readState(store, STATE.checkpoint)) > 0 || (await readState(store, STATE.flushing)) > 0
}

function notEmpty(where: string): HailWhaleError {
  return new HailWhaleError(
    'unavailable',
    `${where} holds counts or boards already, and an import is no sum: give it a place of its own`,
  )
}

/** Removes what an import has left. */
async function clear(store: Store): Promise<void> {
  if (store.supports.expiry) await clearRows(store)
  await store.drop(COUNTED_GROUPS.from, COUNTED_GROUPS.until)
  await store.drop(BOARDS_GROUP, BEHIND_BOARDS)
}

/** Removes rows cell by cell: what expires by itself is not dropped. */
async function clearRows(store: Store): Promise<void> {
  for await (const group of store.starts(ROW_GROUPS.from, ROW_GROUPS.until, ROW_GROUP_BYTES)) {
    const changes: Change[] = []
    await store.scan(group, {}, member => {
      changes.push({ group, member: Uint8Array.from(member), through: 0, value: null })
    })
    for (let from = 0; from < changes.length; from += REMOVED) {
      await store.write(changes.slice(from, from + REMOVED))
    }
  }
}
