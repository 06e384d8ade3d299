/** What peers agree on beside questions and answers. */
import { HailWhaleError } from '../model/errors.js'
import { NotDoneError, PartitionMovedError } from '../whale/not-done.js'

/** The header of a request that holds the secret which the servers of one queue share. */
export const SECRET_HEADER = 'hailwhale-peer-secret'

/** The header of an error answer that says more than its code: what has become of the request. */
export const REFUSAL_HEADER = 'hailwhale-peer-refusal'

const NOT_DONE = 'not-done'

/** The value of `REFUSAL_HEADER` for an error; none where its code says all. */
export function refusalOf(error: unknown): string | undefined {
  if (error instanceof NotDoneError) return NOT_DONE
  if (error instanceof PartitionMovedError) return `moved ${error.partition} ${error.sequence}`
  return undefined
}

/** The error that a peer answered with, from what `refusalOf` said of it and from its problem. */
export function refusedWith(refusal: unknown, { code, message, errors }: HailWhaleError): HailWhaleError {
  if (refusal === NOT_DONE) return new NotDoneError(code === 'recovering' ? code : 'unavailable', message)
  const moved = typeof refusal === 'string' ? /^moved (\d+) (\d+)$/.exec(refusal) : null
  if (moved) return new PartitionMovedError(Number(moved[1]), Number(moved[2]))
  return new HailWhaleError(code, message, { errors })
}

/** An outcome of a batch, as JSON. */
export interface WrittenOutcome {
  /** In base64: a byte an entry. */
  readonly duplicate: string
  readonly overflowed: readonly number[]
}
