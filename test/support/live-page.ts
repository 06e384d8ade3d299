/**
 * The page around a live connection, for tests: its clock stands still until the test moves it, it is hidden and shown when the
 * test says so, and what it fetches is the test's own affair.
 */
import type { Environment, PageChange } from '../../web/live/environment.js'

/** A page whose time is the test's. */
export class FakePage implements Environment {
  hidden = false
  /** Whether the server is the page's own. */
  own = false
  /** What `random` answers. */
  chance = 0
  #nowMs = 0
  #tell: (change: PageChange) => void = () => {}
  readonly #timers = new Set<{ readonly atMs: number; readonly run: () => void }>()

  constructor(readonly fetch: Environment['fetch']) {}

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, run }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  now(): number {
    return this.#nowMs
  }

  random(): number {
    return this.chance
  }

  isHidden(): boolean {
    return this.hidden
  }

  isOwn(): boolean {
    return this.own
  }

  watch(tell: (change: PageChange) => void): void {
    this.#tell = tell
  }

  /** Tells of a change, and is hidden or shown by it. */
  change(change: PageChange): void {
    if (change !== 'online') this.hidden = change !== 'shown'
    this.#tell(change)
  }

  /** Lets time pass: timers run in their order, and what they begin gets its turns in between. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await settled()
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs)
      const next = due.sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
      await settled()
    }
    this.#nowMs = untilMs
  }
}

/** Until nothing goes on any more that needs no timer and no socket. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise(resolve => setImmediate(resolve))
}
