/**
 * The live stream behind `/stream`: who reads what, and what they are told. Knows no HTTP: a reader is an `Outlet`.
 *
 * - A topic is asked at most four times a second, and only when something was counted or its time window moved on.
 * - A reader who doesn't keep up is told nothing; once it does, it gets the newest whole state. There is no queue.
 * - An event's id `<epoch>-<n>` means: its reader has every change up to the n-th. A reader that comes back with it is sent
 *   only the graphs that have changed since.
 */
import { HailWhaleError } from '../model/errors.js'
import { type LiveSource, Topic, type Update } from './topic.js'

/** Where a reader's events go. */
export interface Outlet {
  write(text: string): void
  /** True while the reader has not yet taken what was written. */
  isFull(): boolean
  close(): void
}

/** Runs something again and again; the answer stops it. */
export type Every = (periodMs: number, run: () => void) => () => void

/** How often topics are asked again: at most four changes a second. */
export const TICK_PERIOD_MS = 250
/** A comment line after this long without an event, so that proxies keep the connection. */
const COMMENT_AFTER_MS = 15_000
/** A reader that has taken nothing for this long is let go. */
const GIVE_UP_AFTER_MS = 60_000
/** How long a topic is remembered after its last reader left, for those who come back. */
const LINGER_MS = 60_000
/** After how long a reader that lost its connection comes back. */
const RETRY_MS = 2_000
/** Readers at the same time, and different questions among them. */
const MAX_READERS = 1_000
const MAX_TOPICS = 5_000

/** A connection: its topics by index, and those of them it could not be told about yet. */
interface Reader<Question, Answer> {
  readonly outlet: Outlet
  readonly topics: readonly Topic<Question, Answer>[]
  readonly stale: Set<number>
  lastWriteMs: number
}

/** A connection's questions, answered for the first time, before its stream starts. */
export interface Prepared {
  /** Starts the stream; answers what to call when the connection is gone. */
  open(outlet: Outlet, lastEventId: string | undefined): () => void
  /** The connection went away before it started. */
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
  readonly #readers = new Set<Reader<Question, Answer>>()
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

  /** Answers all questions for the first time. Throws the error of the first one that has no answer. */
  async prepare(questions: readonly Question[]): Promise<Prepared> {
    if (this.#readers.size >= MAX_READERS) throw tooMany(`${MAX_READERS} connections`)
    const topics = questions.map(question => this.#topic(question))
    const release = this.#use(topics)
    try {
      for (const topic of topics) await this.#answered(topic)
    } catch (error) {
      release()
      this.#forget(topic => topic.error !== null)
      throw error
    }
    return {
      open: (outlet, lastEventId) => this.#open(outlet, topics, lastEventId, release),
      abandon: release,
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
    for (const reader of this.#readers) reader.outlet.close()
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

  /** Makes sure that a topic has an answer, as new as its other readers' or newer. Throws its error. */
  async #answered(topic: Topic<Question, Answer>): Promise<void> {
    const isShared = topic.users > 1 && topic.isYoungerThan(TICK_PERIOD_MS)
    if (topic.isStale() && !isShared) await this.#refresh(topic)
    if (topic.error) throw topic.error
  }

  /** Asks a topic again and tells its readers what changed. Calls that overlap share one. */
  #refresh(topic: Topic<Question, Answer>): Promise<void> {
    topic.refreshing ??= this.#askAndTell(topic).finally(() => {
      topic.refreshing = null
    })
    return topic.refreshing
  }

  async #askAndTell(topic: Topic<Question, Answer>): Promise<void> {
    const update = topic.settle(await topic.ask())
    if (update !== null) this.#tellAll(topic, update)
  }

  /** In the same turn as the state changes: a reader that opens now has either all of it or none. */
  #tellAll(topic: Topic<Question, Answer>, update: Update): void {
    topic.changedAt = ++this.#sequence
    for (const reader of this.#readers) {
      reader.topics.forEach((candidate, index) => {
        if (candidate === topic) this.#tell(reader, index, update)
      })
    }
  }

  #open(
    outlet: Outlet,
    topics: readonly Topic<Question, Answer>[],
    lastEventId: string | undefined,
    release: () => void,
  ): () => void {
    const known = this.#knownThrough(lastEventId)
    const stale = new Set(topics.keys())
    for (const [index, topic] of topics.entries()) if (topic.changedAt <= known) stale.delete(index)
    const reader = { outlet, topics, stale, lastWriteMs: this.#source.now() }
    outlet.write(`retry: ${RETRY_MS}\n\n`)
    this.#catchUp(reader)
    this.#readers.add(reader)
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

  #tell(reader: Reader<Question, Answer>, index: number, update: Update): void {
    if (reader.outlet.isFull() || reader.stale.has(index)) {
      reader.stale.add(index)
      return
    }
    const missed = this.#missed(reader, null)
    this.#write(reader, missed + eventText(index, update, this.#id()))
  }

  #catchUp(reader: Reader<Question, Answer>): void {
    if (reader.stale.size > 0) this.#write(reader, this.#missed(reader, this.#id()))
  }

  /** The newest whole state of all that a reader has missed; the last event carries the id. */
  #missed(reader: Reader<Question, Answer>, id: string | null): string {
    const indexes = [...reader.stale]
    reader.stale.clear()
    const last = indexes.length - 1
    return indexes.map((at, i) => eventText(at, reader.topics[at]!.whole(), i === last ? id : null)).join('')
  }

  #write(reader: Reader<Question, Answer>, text: string): void {
    reader.lastWriteMs = this.#source.now()
    reader.outlet.write(text)
  }

  #id(): string {
    return `${this.#options.epoch}-${this.#sequence}`
  }

  /** Catches readers up, keeps quiet connections alive, lets go of dead ones and of topics that nobody asks. */
  #tend(): void {
    const now = this.#source.now()
    for (const reader of [...this.#readers]) {
      const quietMs = now - reader.lastWriteMs
      if (!reader.outlet.isFull()) {
        this.#catchUp(reader)
        if (quietMs >= COMMENT_AFTER_MS) this.#write(reader, ':\n\n')
      } else if (quietMs >= GIVE_UP_AFTER_MS) reader.outlet.close()
    }
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

/** One server-sent event. The payload's field is named like the event: `{"index": 0, "graph": {…}}`. */
function eventText(index: number, update: Update, id: string | null): string {
  const idLine = id === null ? '' : `id: ${id}\n`
  return `event: ${update.kind}\n${idLine}data: {"index":${index},"${update.kind}":${update.json}}\n\n`
}

function tooMany(what: string): HailWhaleError {
  return new HailWhaleError('too_many_requests', `The live stream already serves ${what}, as many as it may.`)
}
