/** Asks the server again and again for a part of the page, while that is in the page and the page is in sight. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { Refused } from '../../live/live.js'

/** The newest answer, and what is wrong when none comes. */
export class Polled<Answer> implements ReactiveController {
  answer: Answer | null = null
  /** Why there is no newer answer, in words; '' while all is well. */
  trouble = ''
  readonly #host: ReactiveControllerHost & HTMLElement
  readonly #everyMs: number
  readonly #ask: (signal: AbortSignal) => Promise<Answer>
  #stop = new AbortController()
  #timer = 0
  #isOn = false

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    everyMs: number,
    ask: (signal: AbortSignal) => Promise<Answer>,
  ) {
    this.#host = host
    this.#everyMs = everyMs
    this.#ask = ask
    host.addController(this)
  }

  hostConnected(): void {
    this.#isOn = true
    document.addEventListener('visibilitychange', this.#onVisibility)
    void this.#step()
  }

  hostDisconnected(): void {
    this.#isOn = false
    document.removeEventListener('visibilitychange', this.#onVisibility)
    this.#pause()
  }

  /** Asks anew, now: the question is another one, or the reader wants to know. */
  again(): void {
    this.#pause()
    void this.#step()
  }

  /** Asks no more until `again`. */
  pause(): void {
    this.#pause()
  }

  async #step(): Promise<void> {
    if (!this.#isOn || document.hidden) return
    const stop = new AbortController()
    this.#stop = stop
    try {
      const answer = await this.#ask(stop.signal)
      if (stop.signal.aborted) return
      this.answer = answer
      this.#tell('live', '')
    } catch (error) {
      if (stop.signal.aborted) return
      this.#tell(error instanceof Refused ? 'refused' : 'stale', wordsOf(error))
    }
    this.#timer = window.setTimeout(() => void this.#step(), this.#everyMs)
  }

  #tell(state: 'live' | 'refused' | 'stale', trouble: string): void {
    this.trouble = trouble
    tellState(this.#host, state, trouble)
    this.#host.requestUpdate()
  }

  #pause(): void {
    this.#stop.abort()
    clearTimeout(this.#timer)
  }

  readonly #onVisibility = () => {
    if (document.hidden) this.#pause()
    else this.again()
  }
}

/** Says how a part's connection is doing, as the elements say theirs. */
export function tellState(part: HTMLElement, state: 'live' | 'refused' | 'stale', detail = ''): void {
  part.dispatchEvent(new CustomEvent('hail-state', { detail: { state, detail }, bubbles: true }))
}

/** What went wrong, in the server's words where it had any. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  if (error instanceof TypeError) return 'The server can’t be reached.'
  return error instanceof Error ? error.message : String(error)
}
