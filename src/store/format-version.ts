/** The version of all that is kept in a store (docs/format/rows.md), kept there as a cell of its own. */
import { HailWhaleError } from '../model/errors.js'
import { nameMember, parseName, STATE_GROUP } from '../rollup/address.js'
import type { Store } from './store.js'

/** What this program writes, and the newest it can read. */
export const STORE_FORMAT = 1

const ADDRESS = { group: STATE_GROUP, member: nameMember('version') }

/**
 * Writes the version into a new store; throws `unavailable` for one that a newer program wrote. `where` names the store
 * for a person.
 */
export async function checkStoreFormat(store: Pick<Store, 'read' | 'write'>, where: string): Promise<void> {
  const [cell] = await store.read([ADDRESS])
  if (!cell) return store.write([{ ...ADDRESS, through: 0, value: nameMember(String(STORE_FORMAT)) }])
  const found = Number(parseName(cell.value))
  if (found >= 1 && found <= STORE_FORMAT) return
  throw new HailWhaleError(
    'unavailable',
    `${where} was written by a newer HailWhale (format ${parseName(cell.value)}, this one knows up to ${STORE_FORMAT}): ` +
      'run that version, or restore a backup made by this one',
  )
}
