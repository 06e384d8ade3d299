/**
 * Where every refused request passes: it is counted for `/metrics`, remembered for `/recent`, and logged if nobody foresaw
 * it. What a caller did wrong is no event for the log: the caller has been told.
 */
import type { HailWhaleError } from '../model/errors.js'
import type { Meter } from './meter.js'
import { asHailWhaleError, isUnforeseen } from './problem.js'
import type { Recent } from './recent.js'

/** The part of pino that is used here. */
export interface Log {
  error(fields: object, message: string): void
}

/** What is known of a refused request. */
export interface RequestHead {
  readonly method?: string | undefined
  readonly url?: string | undefined
}

/** Counts, remembers and logs refused requests. */
export class Refusals {
  readonly #meter: Meter
  readonly #recent: Recent
  readonly #log: Log
  readonly #now: () => number

  constructor(parts: { meter: Meter; recent: Recent; log: Log; now: () => number }) {
    this.#meter = parts.meter
    this.#recent = parts.recent
    this.#log = parts.log
    this.#now = parts.now
  }

  /** Notes a refusal; answers it as an error of the table. `remember: false` keeps questions out of `/recent`. */
  note(head: RequestHead, thrown: unknown, remember = true): HailWhaleError {
    const error = asHailWhaleError(thrown)
    const { code, status, message: detail } = error
    const method = head.method ?? '?'
    const url = head.url ?? '?'
    this.#meter.refused(code)
    if (isUnforeseen(error)) this.#log.error({ err: error.cause, method, path: pathOf(url) }, detail)
    if (remember) this.#recent.refuse({ atMs: this.#now(), method, url, status, code, detail })
    return error
  }
}

/** Queries may hold tokens: the log gets the path alone. */
function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
