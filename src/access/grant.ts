/** What one request may do, as its token says. */
import { isPrefix, type Path } from '../model/path.js'
import { SCOPES, type Scope } from './token.js'

/** The keys that a request may use, and whether it came with a token. */
export interface Grant {
  /** With these keys and all below them; null: with all. */
  readonly prefixes: readonly Path[] | null
  readonly hasToken: boolean
}

/** Of a request that nobody has let in. */
export const NOTHING: Grant = { prefixes: [], hasToken: false }

/** What there is where no token is needed. */
export const EVERYTHING: Grant = { prefixes: null, hasToken: false }

/** Whether a key is one that may be used. The empty path stands for all keys. */
export function allowsKey({ prefixes }: Grant, key: Path): boolean {
  return prefixes === null || prefixes.some(prefix => isPrefix(prefix, key))
}

/** Whether somebody with these scopes may do what needs `scope`; `any`: whatever they are. */
export function includesScope(scopes: readonly Scope[], scope: Scope | 'any'): boolean {
  if (scope === 'any') return scopes.some(each => SCOPES.includes(each))
  return scopes.includes(scope) || scopes.includes('admin')
}
