/**
 * Whether a partition of the queue takes records. After one was refused, those that follow are refused at once, so that they neither wait
 * for long nor pile up; every now and then one is let through to find out whether that is over.
 */
import { HailWhaleError } from '../model/errors.js'

/** Until the next one is let through. */
const AGAIN_MS = 250
/** Where nothing was tried for so long, it is unknown whether that is over. */
const KNOWN_MS = 5_000

/** What is known of a partition that takes nothing. */
interface Refusal {
  readonly error: HailWhaleError
  readonly sinceMs: number
  /** One is on its way to find out. */
  isTried: boolean
}

/** Watches over a partition. */
export class Outage {
  readonly #now: () => number
  readonly #onTrouble: (error: unknown) => void
  #refusal: Refusal | undefined

  /** `now`: epoch milliseconds. `onTrouble`: told once when it begins. */
  constructor(now: () => number, onTrouble: (error: unknown) => void) {
    this.#now = now
    this.#onTrouble = onTrouble
  }

  /** Why nothing is taken; undefined where something is, as far as is known. */
  get error(): HailWhaleError | undefined {
    return this.#refusal && this.#isYoung(this.#refusal, KNOWN_MS) ? this.#refusal.error : undefined
  }

  /** Throws where nothing would be let through now. */
  refuse(): void {
    const refusal = this.#refusal
    if (!refusal) return
    if (this.#isYoung(refusal, AGAIN_MS)) throw refusal.error
  }

  #isYoung({ sinceMs, isTried }: Refusal, ageMs: number): boolean {
    const oldMs = this.#now() - sinceMs
    // A clock that was put back must not make an hour of it.
    return isTried || (oldMs >= 0 && oldMs < ageMs)
  }

  /** Sends a record off, where one is let through; learns from what becomes of it. */
  async pass<T>(send: () => Promise<T>): Promise<T> {
    this.refuse()
    if (this.#refusal) this.#refusal.isTried = true
    try {
      const sent = await send()
      this.#refusal = undefined
      return sent
    } catch (error) {
      throw this.#refused(error)
    }
  }

  /** The error for who sent it. Whoever runs the server is told the reason, which may name what is none of a caller's business. */
  #refused(error: unknown): unknown {
    const code = error instanceof HailWhaleError ? error.code : undefined
    const isOutage = code === 'unavailable' || code === 'queue_full'
    if (isOutage && !this.#refusal) this.#onTrouble(error)
    const told = isOutage ? new HailWhaleError(code, TOLD[code]) : undefined
    this.#refusal = told && { error: told, sinceMs: this.#now(), isTried: false }
    return told ?? error
  }
}

const TOLD = {
  unavailable: 'The queue does not answer; it is tried again.',
  queue_full: 'The queue is full; try again in a second.',
} as const
