/** Which paths there are and what may be done with them, for those who ask for others. */
import { closest, distance } from 'fastest-levenshtein'
import { HailWhaleError } from '../model/errors.js'

/** Paths longer than this are cut before they are compared. */
const COMPARED_LENGTH = 100

/** The paths of a server and their methods, filled as its routes are made. */
export class RouteTable {
  readonly #methods = new Map<string, Set<string>>()

  /** Adds a route. */
  add(path: string, methods: string | readonly string[]): void {
    if (path.includes('*')) return
    const known = this.#methods.get(path) ?? new Set()
    for (const method of [methods].flat()) known.add(method)
    this.#methods.set(path, known)
  }

  /** The `Allow` header of a path; undefined where nothing is. */
  allowed(path: string): string | undefined {
    const methods = this.#methods.get(path)
    return methods && [...methods].sort().join(', ')
  }

  /** Why a request found no route: the path is unknown (and which one is near), or its method is not for it. */
  missing(method: string, path: string): HailWhaleError {
    const allowed = this.allowed(path)
    if (allowed !== undefined) {
      return new HailWhaleError(
        'method_not_allowed',
        `${method} does nothing at ${path}: it takes ${allowed}.`,
      )
    }
    const shown = path.length <= COMPARED_LENGTH ? path : `${path.slice(0, COMPARED_LENGTH)}…`
    const near = this.#nearest(path.slice(0, COMPARED_LENGTH).toLowerCase())
    const hint = near === undefined ? '/openapi.json lists what there is.' : `Did you mean ${near}?`
    return new HailWhaleError('not_found', `Nothing is at ${shown}. ${hint}`)
  }

  #nearest(path: string): string | undefined {
    const known = [...this.#methods.keys()]
    if (known.length === 0) return undefined
    const prefixed = known.find(each => path.length > 1 && each.endsWith(path))
    if (prefixed !== undefined) return prefixed
    const near = closest(path, known)
    return distance(path, near) <= Math.max(2, path.length / 2) ? near : undefined
  }
}
