/** Where tokens are kept: in a file of the data folder, or in the Redis of the queue. */
import type { TokenRecord } from './token.js'

/** What is there can't be read as tokens, or not by this process: waiting doesn't help. */
export class UnreadableTokensError extends Error {
  override readonly name = 'UnreadableTokensError'

  constructor(place: string, why: string) {
    super(`${place} can't be read: ${why}`)
  }
}

/** All that is kept. */
export interface StoredTokens {
  readonly tokens: readonly TokenRecord[]
  /** There is a token, or has been one: a place whose last token was revoked is not one that never wanted any. */
  readonly wasUsed: boolean
}

/**
 * A place for tokens. Several processes may use the same one at the same time. All methods reject with `UnreadableTokensError`, or
 * with a `HailWhaleError` where the place can't be had now.
 */
export interface TokenStore {
  /** For people: where it is. */
  readonly name: string
  load(): Promise<StoredTokens>
  add(record: TokenRecord): Promise<void>
  /** Adds a token if there has never been one. Of several who try at the same time one does it; answers whether it was this one. */
  addFirst(record: TokenRecord): Promise<boolean>
  /** Takes a token away; answers what it was, undefined where there is none of this id. */
  remove(id: string): Promise<TokenRecord | undefined>
}
