/**
 * One question of the live stream with the state its readers have: whole answer or error, kept serialised. However many
 * connections ask it, it is computed once for all of them.
 */
import type { HailWhaleError } from '../model/errors.js'
import { asHailWhaleError, problemOf } from './problem.js'

/** What the stream needs to know about questions and answers. */
export interface LiveSource<Question, Answer> {
  /** The same text for questions that have the same answer. */
  identity(question: Question): string
  answer(question: Question): Promise<Answer>
  /** What changed between two answers of one question, ready for JSON; null if nothing did. */
  change(before: Answer, after: Answer): unknown
  /** When the answer's time window moves on by itself, epoch milliseconds. */
  untilMs(answer: Answer): number
  /** Grows whenever something was counted. */
  version(): number
  now(): number
}

/** What the readers of a topic were told last. */
type State<Answer> =
  | { readonly kind: 'graph'; readonly answer: Answer }
  | { readonly kind: 'error'; readonly error: HailWhaleError }

/** What came back when a topic was asked, and as of when. */
export interface Asked<Answer> {
  readonly version: number
  readonly askedMs: number
  readonly state: State<Answer>
}

/** An event for the readers: its name, and the JSON of its payload. */
export interface Update {
  readonly kind: 'graph' | 'change' | 'error'
  readonly json: string
}

/** How long after an error the question is asked again, milliseconds. */
const ERROR_PAUSE_MS = 1_000

/** A question and its newest state. */
export class Topic<Question, Answer> {
  /** The hub's sequence number of the last change. */
  changedAt = 0
  /** Connections (also those still being prepared) that ask this. */
  users = 0
  /** When the last user left. */
  unusedSinceMs = 0
  /** The hub's asking under way, shared by all who wait for it. */
  refreshing: Promise<void> | null = null
  #state: State<Answer> | null = null
  #whole: Update | null = null
  #version = -1
  #askedMs = 0

  constructor(
    readonly question: Question,
    readonly source: LiveSource<Question, Answer>,
  ) {}

  /** The error that stands in for the answer now, if any. */
  get error(): HailWhaleError | null {
    return this.#state?.kind === 'error' ? this.#state.error : null
  }

  /** True if it was asked less than `ms` ago. */
  isYoungerThan(ms: number): boolean {
    return this.#state !== null && this.source.now() - this.#askedMs < ms
  }

  /** True if asking again could give another answer. */
  isStale(): boolean {
    const state = this.#state
    const now = this.source.now()
    if (state === null) return true
    if (state.kind === 'error') return now - this.#askedMs >= ERROR_PAUSE_MS
    const untilMs = this.source.untilMs(state.answer)
    return this.#version !== this.source.version() || (this.#askedMs < untilMs && now >= untilMs)
  }

  /** Asks again. What comes back is not yet the state: `settle` makes it so. */
  async ask(): Promise<Asked<Answer>> {
    const version = this.source.version()
    const askedMs = this.source.now()
    return { version, askedMs, state: await this.#answer() }
  }

  /** Makes what was asked the state; answers what to tell readers who have the state before, null if nothing. */
  settle({ version, askedMs, state }: Asked<Answer>): Update | null {
    const before = this.#state
    this.#version = version
    this.#askedMs = askedMs
    this.#state = state
    this.#whole = null
    return this.#difference(before, state)
  }

  /** The whole state as one event. Serialised once, however many read it. */
  whole(): Update {
    this.#whole ??= wholeOf(this.#state)
    return this.#whole
  }

  async #answer(): Promise<State<Answer>> {
    try {
      return { kind: 'graph', answer: await this.source.answer(this.question) }
    } catch (thrown) {
      return { kind: 'error', error: asHailWhaleError(thrown) }
    }
  }

  #difference(before: State<Answer> | null, after: State<Answer>): Update | null {
    if (before?.kind === 'graph' && after.kind === 'graph') {
      const change = this.source.change(before.answer, after.answer)
      return change === null ? null : { kind: 'change', json: JSON.stringify(change) }
    }
    const whole = this.whole()
    if (before?.kind === 'error' && wholeOf(before).json === whole.json) return null
    return whole
  }
}

function wholeOf<Answer>(state: State<Answer> | null): Update {
  if (state?.kind === 'graph') return { kind: 'graph', json: JSON.stringify(state.answer) }
  return { kind: 'error', json: state === null ? 'null' : JSON.stringify(problemOf(state.error)) }
}
