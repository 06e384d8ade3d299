/**
 * What came in last, in memory only: the last events of each key and the last refused requests, the first thing to look at
 * when a number is missing. It is called for every request, so it stores references and copies nothing; keys and events
 * in all are bounded, the least recently counted key goes first.
 */
import type { ErrorCode } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import type { Path } from '../model/path.js'

/** Events remembered per key, and refused requests in all. */
const PER_KEY = 100
/** Keys remembered. */
const KEYS = 1_000
/** Events remembered in all: what they hold on to is bounded too. */
const EVENTS_IN_ALL = 20_000
/** Characters of a refused URL that are remembered. */
const URL_CHARACTERS = 300

/** An event that was counted, and when it came in (epoch milliseconds). */
export interface RecentEvent {
  readonly event: CountEvent
  readonly receivedMs: number
}

/** A request that was refused. */
export interface RefusedRequest {
  readonly atMs: number
  readonly method: string
  /** Cut to 300 characters, without tokens. */
  readonly url: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
}

/** A ring of the last 100 events of a key: two columns, so that adding allocates nothing once it is full. */
interface Ring {
  readonly events: CountEvent[]
  readonly receivedMs: number[]
  next: number
}

/** Bodies whose lines are only read when somebody asks. */
const UNREAD_BODIES = 64

/** The last lines of a body, to be read when somebody asks. */
interface Unread {
  readonly lines: Buffer
  readonly receivedMs: number
  readonly read: (lines: Buffer) => readonly CountEvent[]
}

/** The last events per key and the last refused requests. */
export class Recent {
  readonly #rings = new Map<string, Ring>()
  readonly #refused: RefusedRequest[] = []
  #refusedNext = 0
  #events = 0
  #latest = ''
  readonly #unread: Unread[] = []

  /** Remembers the last 100 of the events of one request, under their key and its prefixes. */
  counted(events: readonly CountEvent[], receivedMs: number): void {
    if (this.#unread.length > 0) this.#later({ lines: NO_LINES, receivedMs, read: () => events })
    else this.#add(events, receivedMs)
  }

  #add(events: readonly CountEvent[], receivedMs: number): void {
    for (let i = Math.max(0, events.length - PER_KEY); i < events.length; i++)
      this.add(events[i]!, receivedMs)
  }

  /**
   * Remembers the last 100 lines of an NDJSON body without reading them: that happens when somebody asks. Of bodies that come faster
   * than that, the last 64 are kept.
   */
  countedLines(body: Buffer, receivedMs: number, read: (lines: Buffer) => readonly CountEvent[]): void {
    this.#later({ lines: Buffer.from(lastLines(body)), receivedMs, read })
  }

  #later(unread: Unread): void {
    if (this.#unread.length === UNREAD_BODIES) this.#unread.shift()
    this.#unread.push(unread)
  }

  /** Remembers one event under its key and the key's prefixes. */
  add(event: CountEvent, receivedMs: number): void {
    const { key } = event
    let id = key[0]!
    this.#push(id, event, receivedMs)
    for (let depth = 1; depth < key.length; depth++) {
      id += `\u0000${key[depth]}`
      this.#push(id, event, receivedMs)
    }
  }

  /** Remembers a refused request. */
  refuse(request: RefusedRequest): void {
    const url = request.url.replace(/([?&]token=)[^&#]*/g, '$1…').slice(0, URL_CHARACTERS)
    this.#refused[this.#refusedNext] = { ...request, url }
    this.#refusedNext = (this.#refusedNext + 1) % PER_KEY
  }

  /** The last events of a key and of the keys under it, newest first, at most 100. */
  events(key: Path): RecentEvent[] {
    for (const { lines, receivedMs, read } of this.#unread.splice(0)) this.#add(read(lines), receivedMs)
    const ring = this.#rings.get(key.join('\u0000'))
    if (!ring) return []
    const { events, receivedMs } = ring
    return newestFirst(events.length, ring.next).map(i => ({ event: events[i]!, receivedMs: receivedMs[i]! }))
  }

  /** The last refused requests, newest first, at most 100. */
  refused(): RefusedRequest[] {
    return newestFirst(this.#refused.length, this.#refusedNext).map(i => this.#refused[i]!)
  }

  #push(id: string, event: CountEvent, receivedMs: number): void {
    const ring = this.#touch(id)
    if (ring.next === ring.events.length) this.#events++
    ring.events[ring.next] = event
    ring.receivedMs[ring.next] = receivedMs
    ring.next = (ring.next + 1) % PER_KEY
    if (this.#events > EVENTS_IN_ALL || this.#rings.size > KEYS) this.#evict()
  }

  /** The ring of a key, now the most recent in the map's order. */
  #touch(id: string): Ring {
    const known = this.#rings.get(id)
    if (known && this.#latest === id) return known
    const ring = known ?? { events: [], receivedMs: [], next: 0 }
    if (known) this.#rings.delete(id)
    this.#rings.set(id, ring)
    this.#latest = id
    return ring
  }

  #evict(): void {
    for (const [id, ring] of this.#rings) {
      this.#rings.delete(id)
      this.#events -= ring.events.length
      return
    }
  }
}

const NO_LINES = Buffer.alloc(0)
const NEWLINE = 0x0a

/** The last 100 lines, as a view. */
function lastLines(body: Buffer): Buffer {
  let from = body.length
  for (let lines = 0; lines <= PER_KEY && from > 0; lines++) from = body.lastIndexOf(NEWLINE, from - 1)
  return body.subarray(from < 0 ? 0 : from + 1)
}

/** The indexes of a ring of `length` entries whose next place is `next`, newest first. */
function newestFirst(length: number, next: number): number[] {
  return Array.from({ length }, (_, i) => (next - 1 - i + length) % length)
}
