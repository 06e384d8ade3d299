/** Jobs of which one runs at a time for each number. */

/** Lets jobs wait for their turn. */
export class Turns {
  readonly #last = new Map<number, Promise<unknown>>()

  /** Runs a job behind those that came before it for the same number. */
  take<T>(number: number, job: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(number) ?? Promise.resolve()).then(job)
    const ended = done.catch(() => undefined)
    this.#last.set(number, ended)
    ended.then(() => {
      if (this.#last.get(number) === ended) this.#last.delete(number)
    })
    return done
  }
}
