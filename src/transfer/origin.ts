/**
 * Where the counts of an imported store come from, kept in a cell of its state. The journal that they were first counted from must
 * never be used with it: its records would be counted once more.
 */
import { HailWhaleError } from '../model/errors.js'
import { nameMember, parseName, STATE_GROUP } from '../rollup/address.js'
import type { Store } from '../store/store.js'
import type { Header } from './format.js'

const ADDRESS = { group: STATE_GROUP, member: nameMember('origin') }

/** What is kept. */
interface Origin {
  readonly export: string
  readonly created: string
  readonly journal?: string
}

/** Says in a store what it was filled with. */
export async function writeOrigin(store: Pick<Store, 'write'>, header: Header): Promise<void> {
  const { id, created, journal } = header
  const origin: Origin = { export: id, created, ...(journal !== undefined && { journal }) }
  await store.write([{ ...ADDRESS, through: 0, value: nameMember(JSON.stringify(origin)) }])
}

/** Throws `unavailable` where a store was filled with an export of what this journal held. `journal`: its id. */
export async function refuseOwnOrigin(
  store: Pick<Store, 'read'>,
  journal: { readonly id?: string | undefined },
): Promise<void> {
  const [cell] = await store.read([ADDRESS])
  if (!cell) return
  const origin = JSON.parse(parseName(cell.value)) as Origin
  if (origin.journal === undefined || origin.journal !== journal.id) return
  throw new HailWhaleError(
    'unavailable',
    `the counts in the store were imported from an export of this very journal (${origin.created}): they would be counted twice. Start with a new data folder`,
  )
}
