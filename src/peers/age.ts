/** How old the oldest part of an answer is. */
import type { AsOf } from '../query/reader.js'

/** Keeps the oldest time; nobody knowing the time counts as older than any. */
export class Age {
  #oldest: AsOf = null

  get oldest(): AsOf {
    return this.#oldest
  }

  /** Something as of a time (epoch milliseconds) was read; null: nobody knows of when. */
  note(atMs: number | null): void {
    if (atMs === null || this.#oldest === 'unknown') this.#oldest = 'unknown'
    else this.#oldest = this.#oldest === null ? atMs : Math.min(this.#oldest, atMs)
  }
}
