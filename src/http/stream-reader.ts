/**
 * One reader of the live stream: what it has been told, and what it still lacks. It is told nothing while it doesn't keep up, and
 * then the newest whole state. An event has an id only where nothing is lacking before it.
 */
import type { Topic, Update } from './topic.js'

/** Where a reader's events go. */
export interface Outlet {
  write(text: string): void
  /** True while the reader has not yet taken what was written. */
  isFull(): boolean
  close(): void
}

/** What a reader has already: the changes up to a sequence number, but not of the graphs at some indexes. */
export interface Known {
  readonly through: number
  readonly whole: ReadonlySet<number>
}

/** What a reader needs of its hub. */
export interface ReaderContext {
  now(): number
  /** The id of an event that is told now. */
  id(): string
}

/** A comment line after this long without an event, so that proxies keep the connection. */
const COMMENT_AFTER_MS = 15_000
/** A reader that has taken nothing for this long is let go. */
const GIVE_UP_AFTER_MS = 60_000
/** After how long a reader that lost its connection comes back. */
const RETRY_MS = 2_000

/** A connection and its topics, by index. */
export class StreamReader<Question, Answer> {
  readonly topics: readonly Topic<Question, Answer>[]
  readonly #outlet: Outlet
  readonly #known: Known
  readonly #context: ReaderContext
  /** Indexes of topics that are not answered yet, and of those that it could not be told about. */
  readonly #waiting: Set<number>
  readonly #stale = new Set<number>()
  #lastWriteMs: number

  /** `waiting`: indexes of the topics that are not answered yet. */
  constructor(
    outlet: Outlet,
    topics: readonly Topic<Question, Answer>[],
    { known, waiting }: { readonly known: Known; readonly waiting: readonly number[] },
    context: ReaderContext,
  ) {
    this.topics = topics
    this.#outlet = outlet
    this.#known = known
    this.#waiting = new Set(waiting)
    this.#context = context
    this.#lastWriteMs = context.now()
  }

  /** Indexes of the topics that it waits for. */
  get waiting(): readonly number[] {
    return [...this.#waiting]
  }

  /** Tells it all that is answered and that it lacks. */
  start(): void {
    this.#outlet.write(`retry: ${RETRY_MS}\n\n`)
    for (const index of this.topics.keys()) {
      if (!this.#waiting.has(index) && this.#lacks(index)) this.#stale.add(index)
    }
    this.#catchUp()
  }

  /** A topic that it waits for has its answer. */
  answered(index: number): void {
    this.#waiting.delete(index)
    if (this.#lacks(index)) this.#write(eventText(index, this.topics[index]!.whole(), this.#id()))
  }

  /** A topic has changed. */
  tell(topic: Topic<Question, Answer>, update: Update): void {
    for (const [index, candidate] of this.topics.entries()) {
      if (candidate === topic && !this.#waiting.has(index)) this.#tell(index, update)
    }
  }

  /** Catches it up, keeps a quiet connection alive, lets a dead one go. */
  tend(): void {
    const quietMs = this.#context.now() - this.#lastWriteMs
    if (!this.#outlet.isFull()) {
      this.#catchUp()
      if (quietMs >= COMMENT_AFTER_MS) this.#write(':\n\n')
    } else if (quietMs >= GIVE_UP_AFTER_MS) this.close()
  }

  close(): void {
    this.#outlet.close()
  }

  #lacks(index: number): boolean {
    return this.#known.whole.has(index) || this.topics[index]!.changedAt > this.#known.through
  }

  #tell(index: number, update: Update): void {
    if (this.#outlet.isFull() || this.#stale.has(index)) {
      this.#stale.add(index)
      return
    }
    const missed = this.#missed(false)
    this.#write(missed + eventText(index, update, this.#id()))
  }

  #catchUp(): void {
    if (this.#stale.size > 0) this.#write(this.#missed(true))
  }

  /** The newest whole state of all that it has missed; the last event carries an id where nothing comes right behind. */
  #missed(isAll: boolean): string {
    const indexes = [...this.#stale]
    this.#stale.clear()
    const last = isAll ? indexes.length - 1 : -1
    return indexes
      .map((at, i) => eventText(at, this.topics[at]!.whole(), i === last ? this.#id() : null))
      .join('')
  }

  #write(text: string): void {
    this.#lastWriteMs = this.#context.now()
    this.#outlet.write(text)
  }

  #id(): string | null {
    return this.#waiting.size + this.#stale.size > 0 ? null : this.#context.id()
  }
}

/** One server-sent event. The payload's field is named like the event: `{"index": 0, "graph": {…}}`. */
function eventText(index: number, update: Update, id: string | null): string {
  const idLine = id === null ? '' : `id: ${id}\n`
  return `event: ${update.kind}\n${idLine}data: {"index":${index},"${update.kind}":${update.json}}\n\n`
}
