/** Runs a job again and again, never twice at a time. */
export class Ticker {
  readonly #job: () => Promise<void>
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  /** `job` does not reject. */
  constructor(job: () => Promise<void>) {
    this.#job = job
  }

  /** Runs it, once the run under way has ended; all who ask meanwhile share one run. */
  soon(): Promise<void> {
    if (this.#next !== undefined) return this.#next
    if (this.#running === undefined) return this.#run()
    this.#next = this.#running.then(() => {
      this.#next = undefined
      return this.#run()
    })
    return this.#next
  }

  #run(): Promise<void> {
    const running = this.#job().then(() => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
    return running
  }
}
