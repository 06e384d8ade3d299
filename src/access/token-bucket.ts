/** A bucket of permits that fills at a rate: how often a token may be used. */
import type { Rate } from './token.js'

/** Full at first. */
export class TokenBucket {
  readonly #rate: Rate
  #permits: number
  #atMs: number

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate
    this.#permits = rate.burst
    this.#atMs = nowMs
  }

  /** Takes one permit and answers 0; where there is none, the whole seconds until there is one. */
  take(nowMs: number): number {
    const { perSecond, burst } = this.#rate
    // A clock that was set back gives nothing, and takes nothing away.
    const passedS = Math.max(0, nowMs - this.#atMs) / 1000
    this.#atMs = nowMs
    this.#permits = Math.min(burst, this.#permits + passedS * perSecond)
    if (this.#permits < 1) return Math.ceil((1 - this.#permits) / perSecond)
    this.#permits -= 1
    return 0
  }
}
