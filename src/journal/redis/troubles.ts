/** Says once when something begins to fail, not each time that it is tried again. */
export class Troubles {
  readonly #tell: (what: string, error: unknown) => void
  readonly #known = new Set<string>()
  #count = 0

  constructor(tell: (what: string, error: unknown) => void) {
    this.#tell = tell
  }

  /** How often something has failed so far. */
  get count(): number {
    return this.#count
  }

  /** Does it; where that fails, says so the first time, and answers undefined. */
  async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work()
      this.#known.delete(what)
      return result
    } catch (error) {
      this.#count++
      if (!this.#known.has(what)) this.#tell(what, error)
      this.#known.add(what)
      return undefined
    }
  }
}
