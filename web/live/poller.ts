/** Graphs that are asked for again and again, one after the other: where they can't be streamed, or someone wants it so. */
import type { GraphAnswer } from '../../src/query/graph.js'
import { Alarm, type Environment } from './environment.js'
import type { FollowedGraph } from './followed-graph.js'
import type { GraphFields } from './follower.js'
import type { Sleeper } from './page-watch.js'
import { NotNow, Refused } from './refused.js'

/** Asks for a graph's answer; throws `Refused`, `NotNow` or what went wrong on the way. */
export type AskGraph = (fields: GraphFields, signal: AbortSignal) => Promise<GraphAnswer>

/** What is polled, and how. */
export interface Polling {
  readonly environment: Environment
  readonly ask: AskGraph
  /** Milliseconds from the end of a round to the next; 0: until all are answered once. */
  readonly periodMs: number
  /** What to ask for now. */
  readonly graphs: () => readonly FollowedGraph[]
  /** A graph was refused; its followers don't know yet. */
  readonly onRefused: (graph: FollowedGraph, refused: Refused) => void
}

/** An answer that takes longer than this is given up, milliseconds. */
const GIVE_UP_AFTER_MS = 20_000
/** The wait before what had no answer is asked again, where it is to be asked only once. */
const AGAIN_MS = 2_000

/** Rounds of questions, while it is awake. */
export class Poller implements Sleeper {
  readonly #polling: Polling
  readonly #next: Alarm
  #round: AbortController | null = null
  #isDone = false

  constructor(polling: Polling) {
    this.#polling = polling
    this.#next = new Alarm(polling.environment)
  }

  /** Begins a round now, unless one is under way. */
  wake(): void {
    if (this.#round !== null || this.#isDone) return
    this.#next.cancel()
    const round = new AbortController()
    this.#round = round
    void this.#ask(round.signal).then(isAnswered => {
      if (round.signal.aborted) return
      this.#round = null
      this.#isDone = isAnswered && this.#polling.periodMs === 0
      if (!this.#isDone) this.#next.set(this.#polling.periodMs || AGAIN_MS, () => this.wake())
    })
  }

  sleep(): void {
    this.#next.cancel()
    this.#round?.abort()
    this.#round = null
  }

  /** Asks for all, one after the other; answers whether all had an answer. */
  async #ask(round: AbortSignal): Promise<boolean> {
    let isAnswered = true
    for (const graph of this.#polling.graphs()) {
      if (round.aborted) return false
      if (!(await this.#askOne(graph, round))) isAnswered = false
    }
    return isAnswered
  }

  async #askOne(graph: FollowedGraph, round: AbortSignal): Promise<boolean> {
    const { environment, ask } = this.#polling
    const stop = new AbortController()
    const abort = () => stop.abort()
    const giveUp = environment.after(GIVE_UP_AFTER_MS, abort)
    round.addEventListener('abort', abort)
    try {
      const answer = await ask(graph.fields, stop.signal)
      if (!round.aborted) graph.takeIfNew(answer)
      return true
    } catch (error) {
      return round.aborted || this.#tellError(graph, error)
    } finally {
      giveUp()
      round.removeEventListener('abort', abort)
    }
  }

  /** Answers whether that is the last word. */
  #tellError(graph: FollowedGraph, error: unknown): boolean {
    if (error instanceof Refused) {
      this.#polling.onRefused(graph, error)
      return true
    }
    graph.lose(error instanceof NotNow ? error.message : null)
    return false
  }
}
