/**
 * Tokens: what one looks like, what is kept of it, and what it may do. The text is `hw_<id>_<secret>`: by the id it is found, the
 * secret proves it. Kept is the SHA-256 of the secret alone. A slow hash, as passwords need, would add nothing: the secret is
 * 160 random bits, which nobody tries through, however fast each try is.
 */
import { createHash } from 'node:crypto'
import type { Path } from '../model/path.js'

/** What a token may do: count; ask; or everything, also take counts away and change boards. */
export const SCOPES = ['count', 'read', 'admin'] as const

/** One of them. */
export type Scope = (typeof SCOPES)[number]

/** How many requests a token may make at each server process. */
export interface Rate {
  readonly perSecond: number
  /** As many may come at once after a pause. */
  readonly burst: number
}

/** What a token is made for. */
export interface TokenTerms {
  /** For people. */
  readonly name: string
  /** At least one. */
  readonly scopes: readonly Scope[]
  /** It may do this with these keys and all below them; none: with all keys. */
  readonly prefixes: readonly Path[]
  /** Absent: as often as it likes. */
  readonly rate?: Rate
}

/** What is kept of a token. Nothing in it lets anyone in. */
export interface TokenRecord extends TokenTerms {
  readonly id: string
  /** SHA-256 of the secret, in hexadecimal. */
  readonly hash: string
  /** Epoch milliseconds. */
  readonly createdMs: number
}

/** Random bytes. */
export type RandomBytes = (bytes: number) => Buffer

const ID_BYTES = 5
const SECRET_BYTES = 20
const TEXT = /^hw_([0-9a-f]{10})_([0-9a-f]{40})$/

/** A new token: its text, which is told once, and what is kept of it. */
export function newToken(
  terms: TokenTerms,
  { nowMs, random }: { readonly nowMs: number; readonly random: RandomBytes },
): { readonly text: string; readonly record: TokenRecord } {
  const id = random(ID_BYTES).toString('hex')
  const secret = random(SECRET_BYTES).toString('hex')
  const { name, scopes, prefixes, rate } = terms
  const hash = hashOf(secret).toString('hex')
  const record = { id, name, hash, scopes, prefixes, ...(rate && { rate }), createdMs: nowMs }
  return { text: `hw_${id}_${secret}`, record }
}

/** The parts of a token's text; undefined for what is none. */
export function partsOf(text: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = TEXT.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** SHA-256 of a secret. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** What is kept of a token, from the JSON value it was written as. Throws an Error for what is none. */
export function recordOf(value: unknown): TokenRecord {
  const record = value as TokenRecord
  if (typeof value !== 'object' || value === null || !isRecord(record)) throw new Error('this is no token')
  const { id, name, hash, scopes, prefixes, rate, createdMs } = record
  return { id, name, hash, scopes, prefixes, ...(rate && { rate }), createdMs }
}

function isRecord({ id, name, hash, scopes, prefixes, rate, createdMs }: TokenRecord): boolean {
  return (
    /^[0-9a-f]{10}$/.test(id) &&
    /^[0-9a-f]{64}$/.test(hash) &&
    typeof name === 'string' &&
    Array.isArray(scopes) &&
    scopes.every(scope => SCOPES.includes(scope)) &&
    Array.isArray(prefixes) &&
    prefixes.every(isKey) &&
    (rate === undefined || (rate.perSecond > 0 && rate.burst >= 1)) &&
    Number.isFinite(createdMs)
  )
}

function isKey(path: unknown): boolean {
  return Array.isArray(path) && path.length > 0 && path.every(name => typeof name === 'string')
}
