/** Where the boards are: in the store of partition 0, whichever that is by now. */
import { HailWhaleError } from '../model/errors.js'
import type { PartitionStores, StoreView } from '../store/partition-stores.js'
import type { Store } from '../store/store.js'
import type { Partitions } from './partitions.js'

/** The partition whose store has the boards. */
export const BOARDS_PARTITION = 0

/** A store as boards need it. */
export type BoardsStore = Pick<Store, 'read' | 'scan' | 'write'>

/** Reads where the store can be read, writes where this server has the partition: its owner alone changes boards. */
export function boardsStore(partitions: Partitions, stores: PartitionStores): BoardsStore {
  const own = (): Store | undefined => partitions.get(BOARDS_PARTITION)?.store
  const readable = (): StoreView => own() ?? stores.view(BOARDS_PARTITION) ?? refuse()
  return {
    read: async addresses => readable().read(addresses),
    scan: async (group, range, visit) => readable().scan(group, range, visit),
    write: async (changes, incarnation) => (own() ?? refuse()).write(changes, incarnation),
  }
}

function refuse(): never {
  throw new HailWhaleError('unavailable', 'The boards are between two servers; try again in a second.')
}
