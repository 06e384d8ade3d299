/** Which of several servers is asked: the same one as long as it is there and can be reached, then another. */

/** What a choice is made from. */
export interface WhaleChoiceParts {
  /** The addresses of those that are alive, as of a moment ago. */
  readonly whales: () => readonly string[]
  /** 0 ≤ x < 1. */
  readonly random: () => number
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** One that could not be reached is asked last for so long. */
const AVOIDED_MS = 2_000

/** Chooses, and remembers what it chose. */
export class WhaleChoice {
  readonly #parts: WhaleChoiceParts
  readonly #avoidedUntilMs = new Map<string, number>()
  #chosen: string | undefined

  constructor(parts: WhaleChoiceParts) {
    this.#parts = parts
  }

  /** The address to ask; undefined where there is none but those that were `tried`. */
  choose(tried: ReadonlySet<string>): string | undefined {
    const alive = this.#parts.whales().filter(address => !tried.has(address))
    const nowMs = this.#parts.now()
    const reachable = alive.filter(address => (this.#avoidedUntilMs.get(address) ?? 0) <= nowMs)
    const candidates = reachable.length > 0 ? reachable : alive
    if (this.#chosen === undefined || !candidates.includes(this.#chosen)) {
      this.#chosen = candidates[Math.floor(this.#parts.random() * candidates.length)]
    }
    return this.#chosen
  }

  /** It can't be reached: others are asked for a while, where there are any. */
  avoid(address: string): void {
    const nowMs = this.#parts.now()
    for (const [known, untilMs] of this.#avoidedUntilMs)
      if (untilMs <= nowMs) this.#avoidedUntilMs.delete(known)
    this.#avoidedUntilMs.set(address, nowMs + AVOIDED_MS)
  }
}
