/** How a partition is, as `/state` shows it. */
import type { PartitionState } from '../http/service.js'
import type { PartitionOwner } from '../journal/journal.js'
import { readState, STATE } from '../rollup/flush.js'
import type { StoreView } from '../store/partition-stores.js'
import type { OwnedPartition } from './partitions.js'

/** No other server says how far it is. */
export const NOWHERE: ReadonlyMap<number, number> = new Map()

/** A partition of this server. */
export function stateOfOwn({ partition, whale }: OwnedPartition): PartitionState {
  const { through, flushedThrough, events } = whale
  return { partition, owner: null, through, flushedThrough, events }
}

/** A partition of another server, or of none just now; `through`: how far its owner says that it is. */
export async function stateOfOther(
  partition: number,
  owner: PartitionOwner,
  { through, store }: { readonly through: number | null; readonly store: StoreView | undefined },
): Promise<PartitionState> {
  const flushedThrough = store ? await readState(store, STATE.checkpoint).catch(() => null) : null
  const address = owner === null || owner === 'self' ? '' : owner.address
  return { partition, owner: address, through, flushedThrough, events: null }
}
