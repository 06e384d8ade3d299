/**
 * How much happened in each of the last 60 seconds, for small graphs. The counting path adds to plain numbers as it does
 * anyway; here their totals are looked at once a second, and the differences are what happened.
 */
import { SECOND_MS } from '../model/interval.js'
import type { Every } from './hub.js'
import type { Totals } from './meter.js'

/** Seconds that are remembered. */
const SECONDS = 60

/** What happened, second by second, the oldest first: 60 numbers each, 0 from before the start. */
export interface RatesAnswer {
  /** When the last of these seconds ended, epoch milliseconds. */
  readonly until: number
  readonly events: readonly number[]
  readonly duplicates: readonly number[]
  readonly requests: readonly number[]
  readonly refused: readonly number[]
}

/** Remembers the totals of the last seconds. */
export class Rates {
  readonly #totals: () => Totals
  readonly #now: () => number
  readonly #stop: () => void
  /** One more than there are seconds, the newest last. */
  #samples: readonly Totals[]
  #untilMs: number

  /** `totals` is asked once a second, `now` tells epoch milliseconds. */
  constructor(totals: () => Totals, now: () => number, every: Every) {
    this.#totals = totals
    this.#now = now
    this.#untilMs = now()
    this.#samples = new Array<Totals>(SECONDS + 1).fill(totals())
    this.#stop = every(SECOND_MS, () => this.#tick())
  }

  /** What happened in the last 60 whole seconds. */
  answer(): RatesAnswer {
    const differences = (of: keyof Totals) =>
      Array.from({ length: SECONDS }, (_, i) => this.#samples[i + 1]![of] - this.#samples[i]![of])
    return {
      until: this.#untilMs,
      events: differences('events'),
      duplicates: differences('duplicates'),
      requests: differences('requests'),
      refused: differences('refused'),
    }
  }

  /** Ends the looking. */
  close(): void {
    this.#stop()
  }

  /** Where this comes late, the process was busy with something else, and nothing happened in the seconds that were missed. */
  #tick(): void {
    const nowMs = this.#now()
    const passed = Math.round((nowMs - this.#untilMs) / SECOND_MS)
    const missed = Math.min(Math.max(passed - 1, 0), SECONDS)
    const idle = new Array<Totals>(missed).fill(this.#samples.at(-1)!)
    this.#samples = [...this.#samples, ...idle, this.#totals()].slice(-(SECONDS + 1))
    this.#untilMs = nowMs
  }
}
