/** Guards: 128-bit hashes of the ids that callers give, so that the same one is counted once. */
import { createHash } from 'node:crypto'
import type { Path } from '../model/path.js'
import { GUARD_BYTES } from '../rollup/batch.js'

/** The guard of an event's id: ids are a key's own. */
export function eventGuardHash(key: Path, id: string): Uint8Array {
  return hash(`event ${JSON.stringify(key)} ${id}`)
}

/** The guard of a request's `Idempotency-Key`. */
export function requestGuardHash(idempotencyKey: string): Uint8Array {
  return hash(`request ${idempotencyKey}`)
}

function hash(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest().subarray(0, GUARD_BYTES)
}
