/** How long to wait before a lost connection is tried again: longer each time, and not all pages of a server at the same time. */

/** The first wait, milliseconds; it doubles up to the most. */
const FIRST_MS = 500
const MOST_MS = 10_000
/** The part of a wait that is left to chance. */
const CHANCE = 0.25

/** Waits that grow until something went well. */
export class Backoff {
  readonly #random: () => number
  #failures = 0

  /** `random`: 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random
  }

  /** The next wait, milliseconds. */
  next(): number {
    const ms = Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures)
    this.#failures++
    return ms * (1 - CHANCE * this.#random())
  }

  /** It went well: the next wait is the first again. */
  reset(): void {
    this.#failures = 0
  }
}
