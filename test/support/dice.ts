/** Seeded choices for generated tests: the same seed gives the same choices, so that a printed seed replays a failure. */

/** A source of choices (mulberry32, by Tommy Ettinger). */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count)
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in one of `outOf` cases. */
  once(outOf: number): boolean {
    return this.below(outOf) === 0
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** Some items, 0 to `most` of them, in order. */
  some<T>(items: readonly T[], most = items.length): T[] {
    return items.filter(() => this.below(items.length) < most / 2).slice(0, most)
  }

  /** A seed for dice of their own. */
  seed(): number {
    return this.below(2 ** 31)
  }
}
