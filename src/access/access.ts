/**
 * Who may do what: keeps the tokens of a server at hand, as they are now and here, and decides for each request. It reads them
 * again every two seconds: a token that was made or revoked elsewhere is known soon. While they can't be read, those stay in force
 * that are known; where none were ever read, nobody is let in.
 */
import { timingSafeEqual } from 'node:crypto'
import { HailWhaleError } from '../model/errors.js'
import { pathText } from '../model/path.js'
import { EVERYTHING, type Grant, includesScope } from './grant.js'
import { hashOf, newToken, partsOf, type RandomBytes, type Scope, type TokenRecord } from './token.js'
import { TokenBucket } from './token-bucket.js'
import type { StoredTokens, TokenStore } from './token-store.js'

/** What a request needs. */
export interface Need {
  /** `any`: a token, whatever it may do. */
  readonly scope: Scope | 'any'
  /** A token that is bound to keys won't do. */
  readonly allKeys: boolean
}

/** How a server is opened to others. */
export interface AccessOptions {
  readonly store: TokenStore
  /**
   * `token`: every request needs one. `tokenIfAny`: as soon as there is a token, each request needs one; before, none does.
   * `none`: none is needed; one that is sent is checked all the same.
   */
  readonly needs: 'token' | 'tokenIfAny' | 'none'
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly random: RandomBytes
  readonly every: (periodMs: number, run: () => void) => () => void
  readonly log: { warn(fields: object, message: string): void }
  /** Told the first token, where each request needs one and there has never been any: with `needs: 'token'`. */
  readonly onFirst: (text: string) => void
}

/** A token that is in force. */
interface Held {
  readonly record: TokenRecord
  readonly hash: Buffer
  readonly grant: Grant
  readonly bucket: TokenBucket | undefined
}

const REFRESH_MS = 2_000
/** An id that nobody has is compared with this, and takes as long. */
const NOBODYS_HASH = Buffer.alloc(32)

/** Decides for each request. */
export class Access {
  /** True where nothing is asked of anybody: then there is nothing to look at in a request. */
  isOpen = false
  readonly #options: AccessOptions
  readonly #own = new Map<string, Held>()
  readonly #standing = new Map<Grant, Set<() => void>>()
  #held: ReadonlyMap<string, Held> | undefined
  #wasUsed = false
  #isTroubled = false
  #refreshing: Promise<void> | undefined
  #stop: () => void = () => {}

  /** Reads the tokens. Rejects where they are unreadable; where their store is only away, nobody is let in until it is back. */
  static async open(options: AccessOptions): Promise<Access> {
    const access = new Access(options)
    await access.refresh()
    access.#stop = options.every(REFRESH_MS, () => void access.refresh())
    return access
  }

  /** A server that everyone may use for everything. */
  static everyone(): Access {
    const none: StoredTokens = { tokens: [], wasUsed: false }
    const unused = async () => {
      throw new Error('there is no place for tokens')
    }
    const access = new Access({
      store: { name: 'none', load: async () => none, add: unused, addFirst: unused, remove: unused },
      needs: 'none',
      now: () => 0,
      random: Buffer.alloc,
      every: () => () => {},
      log: { warn: () => {} },
      onFirst: () => {},
    })
    access.#take(none)
    return access
  }

  private constructor(options: AccessOptions) {
    this.#options = options
  }

  /**
   * What a request may do that came with this `Authorization` header. Throws `unauthorized`, `forbidden`, `too_many_requests`, and
   * `unavailable` while it isn't known which tokens there are.
   */
  admit(authorization: string | undefined, need: Need): Grant {
    if (this.isOpen) return EVERYTHING
    const text = bearerOf(authorization)
    if (text === undefined && this.#options.needs === 'none') return EVERYTHING
    if (text === undefined && this.#held !== undefined) throw new HailWhaleError('unauthorized', NO_TOKEN)
    const held = this.#find(text ?? '')
    if (this.#held === undefined && held === undefined) throw new HailWhaleError('unavailable', UNREAD)
    if (held === undefined) throw new HailWhaleError('unauthorized', UNKNOWN_TOKEN)
    const waitS = held.bucket?.take(this.#options.now()) ?? 0
    if (waitS > 0) throw tooOften(held.record, waitS)
    if (!includesScope(held.record.scopes, need.scope)) throw wrongScope(held.record, need.scope)
    if (need.allKeys && held.grant.prefixes !== null) throw boundToken(held.record)
    return held.grant
  }

  /** Calls `end` once when what was granted stands no longer; the answered function ends that. */
  whileStanding(grant: Grant, end: () => void): () => void {
    const ends = this.#standing.get(grant) ?? new Set()
    this.#standing.set(grant, ends.add(end))
    return () => {
      ends.delete(end)
      if (ends.size === 0 && this.#standing.get(grant) === ends) this.#standing.delete(grant)
    }
  }

  /** A token that counts, known to this process alone: for what counts in it as if it were a caller. */
  ownToken(): string {
    const { now, random } = this.#options
    const terms = { name: 'this server', scopes: ['count'] as const, prefixes: [] }
    const { text, record } = newToken(terms, { nowMs: now(), random })
    this.#own.set(record.id, heldOf(record, now()))
    return text
  }

  /** Reads the tokens again, now. Rejects only where none have been read yet, and why is not that their store is away. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /** Reads no more. */
  async close(): Promise<void> {
    this.#stop()
    await this.#refreshing?.catch(() => undefined)
  }

  async #refresh(): Promise<void> {
    const { store, needs, log } = this.#options
    try {
      let stored = await store.load()
      if (needs === 'token' && !stored.wasUsed && !this.#wasUsed) stored = await this.#makeFirst()
      this.#take(stored)
      this.#isTroubled = false
    } catch (error) {
      const isAway = error instanceof HailWhaleError
      if (this.#held === undefined && !isAway) throw error
      if (!this.#isTroubled) log.warn({ err: error }, `the tokens can't be read: ${whatNow(this.#held)}`)
      this.#isTroubled = true
    }
  }

  async #makeFirst(): Promise<StoredTokens> {
    const { store, now, random, onFirst } = this.#options
    const terms = { name: 'first', scopes: ['admin'] as const, prefixes: [] }
    const { text, record } = newToken(terms, { nowMs: now(), random })
    if (await store.addFirst(record)) onFirst(text)
    return store.load()
  }

  #take({ tokens, wasUsed }: StoredTokens): void {
    const { needs, now } = this.#options
    const before = this.#held
    this.#held = new Map(tokens.map(record => [record.id, sameAs(before, record) ?? heldOf(record, now())]))
    // What wanted a token once goes on doing so: a file that was lost doesn't open the server.
    this.#wasUsed ||= wasUsed
    this.isOpen = needs !== 'token' && !this.#wasUsed
    this.#endFallen()
  }

  /** Ends what stood on a token that is gone, or on there being none. */
  #endFallen(): void {
    const grants = new Set([...this.#held!.values(), ...this.#own.values()].map(({ grant }) => grant))
    if (this.isOpen || this.#options.needs === 'none') grants.add(EVERYTHING)
    for (const [grant, ends] of this.#standing) {
      if (grants.has(grant)) continue
      this.#standing.delete(grant)
      for (const end of ends) end()
    }
  }

  #find(text: string): Held | undefined {
    const parts = partsOf(text)
    if (parts === undefined) return undefined
    const held = this.#held?.get(parts.id) ?? this.#own.get(parts.id)
    const isRight = timingSafeEqual(hashOf(parts.secret), held?.hash ?? NOBODYS_HASH)
    return isRight ? held : undefined
  }
}

const NO_TOKEN =
  'A token is needed here. Whoever runs the server makes one with “hailwhale token create”; it is sent in the header “Authorization: Bearer …”, or as “token” in the URL.'
const UNKNOWN_TOKEN = 'This token is not known here: it was revoked, is for another server, or is not whole.'
const UNREAD = 'It is not known yet which tokens there are: their store gives no answer. Send it again.'

/** The token of the header; undefined for none, and for what is of another kind (a proxy's own Basic). */
function bearerOf(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
}

function heldOf(record: TokenRecord, nowMs: number): Held {
  const { hash, prefixes, rate } = record
  return {
    record,
    hash: Buffer.from(hash, 'hex'),
    grant: { prefixes: prefixes.length === 0 ? null : prefixes, hasToken: true },
    bucket: rate && new TokenBucket(rate, nowMs),
  }
}

/** The same token as it was held before, with what it has used of its rate. */
function sameAs(before: ReadonlyMap<string, Held> | undefined, record: TokenRecord): Held | undefined {
  const held = before?.get(record.id)
  return held !== undefined && JSON.stringify(held.record) === JSON.stringify(record) ? held : undefined
}

function whatNow(held: ReadonlyMap<string, Held> | undefined): string {
  return held === undefined ? 'nobody is let in until they are' : 'those that are known stay in force'
}

function tooOften({ rate }: TokenRecord, retryAfterS: number): HailWhaleError {
  const detail = `This token may be used ${rate!.perSecond} times a second; try again in ${retryAfterS} s.`
  return new HailWhaleError('too_many_requests', detail, { retryAfterS })
}

function wrongScope({ scopes }: TokenRecord, scope: Scope | 'any'): HailWhaleError {
  const detail = `This token has the scope ${scopes.join(' and ')}; here one with the scope ${scope} is needed.`
  return new HailWhaleError('forbidden', detail)
}

function boundToken({ prefixes }: TokenRecord): HailWhaleError {
  const detail = `This token is for ${prefixes.map(pathText).join(', ')} and what is below; here one for all keys is needed.`
  return new HailWhaleError('forbidden', detail)
}
