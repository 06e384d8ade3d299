/**
 * The live stream behind `/stream`: who reads what, and what they are told. Knows no HTTP: a reader is an `Outlet`.
 *
 * - A topic is asked at most four times a second, and only when something was counted or its time window moved on.
 * - A reader who doesn't keep up is told nothing; once it does, it gets the newest whole state. There is no queue.
 * - An event's id `<epoch>-<n>` means: its reader has every change up to the n-th. A reader that comes back with it is sent
 *   only the graphs that have changed since, and those that it says it lacks.
 * - A stream may start before its questions are answered: each is told as soon as it is, and no event has an id until all are.
 */
import { HailWhaleError } from '../model/errors.js'
import { type Outlet, StreamReader } from './stream-reader.js'
import { type LiveSource, Topic } from './topic.js'

export type { Outlet } from './stream-reader.js'

/** Runs something again and again; the answer stops it. */
export type Every = (periodMs: number, run: () => void) => () => void

/** How often topics are asked again: at most four changes a second. */
export const TICK_PERIOD_MS = 250
/** How long a topic is remembered after its last reader left, for those who come back. */
const LINGER_MS = 60_000
/** Readers at the same time, and different questions among them. */
const MAX_READERS = 1_000
const MAX_TOPICS = 5_000

/** What a reader that comes back has already. */
export interface Resumed {
  /** The id of the last event it was sent. */
  readonly lastEventId?: string | undefined
  /** Indexes of graphs that it lacks, whatever the id says. */
  readonly whole?: ReadonlySet<number>
}

/** A question that has no answer. */
export interface Unanswered {
  readonly index: number
  readonly error: HailWhaleError
}

/** A connection's questions, before its stream starts. */
export interface Prepared {
  /** Answers all of them; resolves to the first one that has no answer, or to null. */
  answered(): Promise<Unanswered | null>
  /** Starts the stream, with what is answered by now and the rest to follow; answers what to call when the connection is gone. */
  open(outlet: Outlet, resumed?: Resumed): () => void
  /** The connection went away before it started, or is refused. */
  abandon(): void
}

/** What a hub is told once. */
export interface HubOptions {
  /** Tells this hub's event ids from those of another run; no `-` in it. */
  readonly epoch: string
  /** Told of what went wrong in a tick beyond an answer's own error. */
  readonly onError: (error: unknown) => void
}

/** All readers of the live stream. */
export class Hub<Question, Answer> {
  readonly #source: LiveSource<Question, Answer>
  readonly #every: Every
  readonly #options: HubOptions
  readonly #topics = new Map<string, Topic<Question, Answer>>()
  readonly #readers = new Set<StreamReader<Question, Answer>>()
  #sequence = 0
  #ticking = false
  #stop: (() => void) | null = null

  constructor(source: LiveSource<Question, Answer>, every: Every, options: HubOptions) {
    this.#source = source
    this.#every = every
    this.#options = options
  }

  /** Connections being served. */
  get readers(): number {
    return this.#readers.size
  }

  /** Different questions being answered. */
  get topics(): number {
    return this.#topics.size
  }

  /** Takes a connection's questions in. Throws `too_many_requests`. */
  prepare(questions: readonly Question[]): Prepared {
    if (this.#readers.size >= MAX_READERS) throw tooMany(`${MAX_READERS} connections`)
    const topics = questions.map(question => this.#topic(question))
    const release = this.#use(topics)
    let waiting: readonly number[] = [...topics.keys()]
    return {
      answered: async () => {
        waiting = []
        return this.#answerAll(topics)
      },
      open: (outlet, { lastEventId, whole = new Set<number>() } = {}) => {
        const known = { through: this.#knownThrough(lastEventId), whole }
        const context = {
          now: () => this.#source.now(),
          id: () => `${this.#options.epoch}-${this.#sequence}`,
        }
        return this.#open(new StreamReader(outlet, topics, { known, waiting }, context), release)
      },
      abandon: () => {
        release()
        this.#forget(topic => topic.error !== null)
      },
    }
  }

  /** Asks all topics again that may have changed and tells their readers. Runs by itself while there are topics. */
  async tick(): Promise<void> {
    if (this.#ticking) return
    this.#ticking = true
    try {
      for (const topic of this.#topics.values()) {
        if (topic.users > 0 && topic.isStale()) await this.#refresh(topic)
      }
      this.#tend()
    } finally {
      this.#ticking = false
    }
  }

  /** Closes all connections. */
  close(): void {
    for (const reader of this.#readers) reader.close()
    this.#readers.clear()
    this.#topics.clear()
    this.#rest()
  }

  #topic(question: Question): Topic<Question, Answer> {
    const identity = this.#source.identity(question)
    const known = this.#topics.get(identity)
    if (known) return known
    if (this.#topics.size >= MAX_TOPICS) this.#forget(() => true)
    if (this.#topics.size >= MAX_TOPICS) throw tooMany(`${MAX_TOPICS} different graphs`)
    const topic = new Topic(question, this.#source)
    this.#topics.set(identity, topic)
    this.#stop ??= this.#every(TICK_PERIOD_MS, () => void this.tick().catch(this.#options.onError))
    return topic
  }

  /** Counts a connection in as a user of its topics; the answer counts it out, once. */
  #use(topics: readonly Topic<Question, Answer>[]): () => void {
    for (const topic of topics) topic.users++
    let released = false
    return () => {
      if (released) return
      released = true
      for (const topic of topics) {
        topic.users--
        topic.unusedSinceMs = this.#source.now()
      }
    }
  }

  /** Answers topics one after the other, up to the first one that has no answer. */
  async #answerAll(topics: readonly Topic<Question, Answer>[]): Promise<Unanswered | null> {
    for (const [index, topic] of topics.entries()) {
      await this.#answer(topic)
      if (topic.error) return { index, error: topic.error }
    }
    return null
  }

  /** Answers what a reader waits for, one after the other, and tells it each. */
  async #answerWaiting(reader: StreamReader<Question, Answer>): Promise<void> {
    for (const index of reader.waiting) {
      await this.#answer(reader.topics[index]!)
      if (!this.#readers.has(reader)) return
      reader.answered(index)
    }
  }

  /** Makes sure that a topic has an answer (or an error), as new as its other readers' or newer. */
  async #answer(topic: Topic<Question, Answer>): Promise<void> {
    const isShared = topic.users > 1 && topic.isYoungerThan(TICK_PERIOD_MS)
    if (topic.isStale() && !isShared) await this.#refresh(topic)
  }

  /** Asks a topic again and tells its readers what changed. Calls that overlap share one. */
  #refresh(topic: Topic<Question, Answer>): Promise<void> {
    topic.refreshing ??= this.#askAndTell(topic).finally(() => {
      topic.refreshing = null
    })
    return topic.refreshing
  }

  /** In the same turn as the state changes: a reader that opens now has either all of it or none. */
  async #askAndTell(topic: Topic<Question, Answer>): Promise<void> {
    const update = topic.settle(await topic.ask())
    if (update === null) return
    topic.changedAt = ++this.#sequence
    for (const reader of this.#readers) reader.tell(topic, update)
  }

  #open(reader: StreamReader<Question, Answer>, release: () => void): () => void {
    reader.start()
    this.#readers.add(reader)
    void this.#answerWaiting(reader).catch(this.#options.onError)
    return () => {
      this.#readers.delete(reader)
      release()
    }
  }

  /** The sequence number in an event id of this run; -1 for any other id. */
  #knownThrough(lastEventId: string | undefined): number {
    const match = lastEventId?.match(/^([^-]+)-(\d{1,15})$/)
    return match && match[1] === this.#options.epoch ? Number(match[2]) : -1
  }

  /** Looks after the readers, and lets go of topics that nobody asks. */
  #tend(): void {
    const now = this.#source.now()
    for (const reader of [...this.#readers]) reader.tend()
    this.#forget(topic => now - topic.unusedSinceMs >= LINGER_MS)
    if (this.#topics.size === 0) this.#rest()
  }

  /** Forgets the topics that nobody asks any more and that `may` go. */
  #forget(may: (topic: Topic<Question, Answer>) => boolean): void {
    for (const [identity, topic] of this.#topics) {
      if (topic.users === 0 && may(topic)) this.#topics.delete(identity)
    }
  }

  #rest(): void {
    this.#stop?.()
    this.#stop = null
  }
}

function tooMany(what: string): HailWhaleError {
  return new HailWhaleError('too_many_requests', `The live stream already serves ${what}, as many as it may.`)
}
