/** What is asked beside the stream: again whenever something has changed, but not all the time. */

/** Before a question that had no answer is asked again, milliseconds. */
const RETRY_MS = 5000

/** The newest answer to one question at a time. */
export class Asked<Answer> {
  readonly #leastMs: number
  readonly #changed: () => void
  #question: string | null = null
  #answer: Answer | null = null
  #refused: Error | null = null
  #version: unknown = null
  #stop = new AbortController()
  #timer: ReturnType<typeof setTimeout> | null = null
  #nextMs = 0

  /** `leastMs` lie between two questions; `changed` is called when there is a new answer, or a refusal. */
  constructor(leastMs: number, changed: () => void) {
    this.#leastMs = leastMs
    this.#changed = changed
  }

  /** Why the question has no answer, where it was refused; it isn't asked again. */
  get refused(): Error | null {
    return this.#refused
  }

  /**
   * The newest answer to a question, null before the first. Asks `ask` for it where the question, or the `version` of what it
   * is about, is another than before.
   */
  newest(question: string, version: unknown, ask: (signal: AbortSignal) => Promise<Answer>): Answer | null {
    if (question !== this.#question) {
      this.stop()
      this.#question = question
    }
    if (version !== this.#version && this.#timer === null && this.#refused === null) {
      const waitMs = Math.max(0, this.#nextMs - performance.now())
      this.#timer = setTimeout(() => this.#ask(version, ask), waitMs)
    }
    return this.#answer
  }

  /** Forgets the question. */
  stop(): void {
    this.#stop.abort()
    this.#stop = new AbortController()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#question = null
    this.#answer = null
    this.#refused = null
    this.#version = null
    this.#nextMs = 0
  }

  async #ask(version: unknown, ask: (signal: AbortSignal) => Promise<Answer>): Promise<void> {
    const { signal } = this.#stop
    this.#version = version
    let waitMs = this.#leastMs
    try {
      const answer = await ask(signal)
      if (!signal.aborted) this.#answer = answer
    } catch (error) {
      if (signal.aborted) return
      waitMs = RETRY_MS
      // By its name: the script may be on the page twice, each copy with a class of its own.
      if ((error as Error).name === 'Refused') this.#refused = error as Error
      else this.#version = null
    }
    if (signal.aborted) return
    this.#timer = null
    this.#nextMs = performance.now() + waitMs
    this.#changed()
  }
}
