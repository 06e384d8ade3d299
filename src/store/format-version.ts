/**
 * The version of all that is kept in a store (docs/format/rows.md), kept there as a cell of its own. While an import fills a store,
 * that cell says so instead, so that nobody takes the half of it for the whole.
 */
import { HailWhaleError } from '../model/errors.js'
import { nameMember, parseName, STATE_GROUP } from '../rollup/address.js'
import type { Store } from './store.js'

/** What this program reads and writes. Format 1, of before the first release, had rows of 60 minutes. */
export const STORE_FORMAT = 2

const ADDRESS = { group: STATE_GROUP, member: nameMember('version') }
const IMPORTING = 'importing'
const IMPORTED = 'imported '

/** What the cell says of an import: none is under way, one was begun, or the export of that id is there as a whole. */
export type ImportMark = null | { readonly isWhole: false } | { readonly isWhole: true; readonly id: string }

/**
 * Writes the version into a new store; throws `unavailable` for one that another version wrote, or that an import has not finished.
 * `where` names the store for a person. `forImport`: an import itself looks at the marks, and writes them.
 */
export async function checkStoreFormat(
  store: Pick<Store, 'read' | 'write'>,
  where: string,
  { forImport = false }: { readonly forImport?: boolean } = {},
): Promise<void> {
  const found = await readText(store)
  const isMarked = found !== undefined && markOf(found) !== null
  if (forImport && (found === undefined || isMarked)) return
  if (found === undefined) return markReady(store)
  if (isMarked) throw unfinished(where)
  if (found === String(STORE_FORMAT)) return
  const other = Number(found) < STORE_FORMAT ? 'an older' : 'a newer'
  throw new HailWhaleError(
    'unavailable',
    `${where} was written by ${other} HailWhale (format ${found}, this one knows ${STORE_FORMAT}): ` +
      'run that version, or restore a backup made by this one',
  )
}

/** What a store says of an import. */
export async function readImportMark(store: Pick<Store, 'read'>): Promise<ImportMark> {
  const found = await readText(store)
  return found === undefined ? null : markOf(found)
}

/** Says in a store that an import has begun, or that it is whole; until `markReady` no server opens it. */
export function markImport(store: Pick<Store, 'write'>, mark: Exclude<ImportMark, null>): Promise<void> {
  return writeText(store, mark.isWhole ? `${IMPORTED}${mark.id}` : IMPORTING)
}

/** Lets servers open a store. */
export function markReady(store: Pick<Store, 'write'>): Promise<void> {
  return writeText(store, String(STORE_FORMAT))
}

function markOf(text: string): ImportMark {
  if (text === IMPORTING) return { isWhole: false }
  return text.startsWith(IMPORTED) ? { isWhole: true, id: text.slice(IMPORTED.length) } : null
}

async function readText(store: Pick<Store, 'read'>): Promise<string | undefined> {
  const [cell] = await store.read([ADDRESS])
  return cell && parseName(cell.value)
}

function writeText(store: Pick<Store, 'write'>, text: string): Promise<void> {
  return store.write([{ ...ADDRESS, through: 0, value: nameMember(text) }])
}

function unfinished(where: string): HailWhaleError {
  const what = `${where} holds an import that was begun and has not come to its end`
  return new HailWhaleError('unavailable', `${what}: run 'hailwhale import' again, with the whole file`)
}
