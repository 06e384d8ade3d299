/** Tokens in memory, which can be away. */
import { randomBytes } from 'node:crypto'
import { Access, type AccessOptions } from '../../src/access/access.js'
import { newToken, type TokenRecord, type TokenTerms } from '../../src/access/token.js'
import type { StoredTokens, TokenStore } from '../../src/access/token-store.js'
import { HailWhaleError } from '../../src/model/errors.js'

/** A place for tokens of one test. */
export class MemoryTokens implements TokenStore {
  readonly name = 'memory'
  isAway = false
  #stored: StoredTokens = { tokens: [], wasUsed: false }

  async load(): Promise<StoredTokens> {
    if (this.isAway) throw new HailWhaleError('unavailable', 'the store is away')
    return this.#stored
  }

  async add(record: TokenRecord): Promise<void> {
    this.#stored = { tokens: [...this.#stored.tokens, record], wasUsed: true }
  }

  async addFirst(record: TokenRecord): Promise<boolean> {
    if (this.#stored.wasUsed) return false
    await this.add(record)
    return true
  }

  async remove(id: string): Promise<TokenRecord | undefined> {
    const removed = this.#stored.tokens.find(token => token.id === id)
    this.#stored = { ...this.#stored, tokens: this.#stored.tokens.filter(token => token !== removed) }
    return removed
  }

  /** Adds a token; answers its text and id. */
  async make(terms: Partial<TokenTerms>): Promise<{ text: string; id: string }> {
    const whole = { name: '', scopes: ['count' as const], prefixes: [], ...terms }
    const { text, record } = newToken(whole, { nowMs: 0, random: randomBytes })
    await this.add(record)
    return { text, id: record.id }
  }
}

/** An access over a place; it looks again when the test calls `refresh`. */
export function accessTo(store: TokenStore, options: Partial<AccessOptions> = {}): Promise<Access> {
  return Access.open({
    store,
    needs: 'tokenIfAny',
    now: () => 0,
    random: randomBytes,
    every: () => () => undefined,
    log: { warn: () => undefined },
    onFirst: () => undefined,
    ...options,
  })
}
