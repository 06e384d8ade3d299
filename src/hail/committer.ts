/**
 * The committer: group commit. Requests add their events to the batch being built; while one batch is on its way to disk,
 * the next one fills. A request is never split over two batches, and is answered when its batch is as far as the commitment says.
 */

import { HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import type { CountOutcome } from '../model/outcome.js'
import { type Batch, BatchBuilder, Interner } from '../rollup/batch.js'
import { addEvent } from './add-event.js'
import type { Commitment, CommitOutcome, PartFailure } from './commitment.js'
import { requestGuardHash } from './guards.js'

/** What a committer needs. */
export interface CommitterOptions {
  /** Sends a batch off. */
  readonly commit: (batch: Batch) => Commitment
  readonly now: () => number
  /** Names may take this much memory before the interner is started anew, in bytes. */
  readonly internerBytes: number
  /** Batches that may be sent and not yet applied (default 4). */
  readonly mostUnapplied?: number
}

/** Entries that may wait for a commit, and entries of one commit; past the first the answer is 503. */
const MOST_WAITING = 1_000_000
const MOST_PER_BATCH = 50_000
/**
 * Batches, and bytes of them in memory, that may be durable but not yet applied: the roll-up slows the intake down, memory does not
 * grow, and a journal need not read back what it has just written.
 */
const MOST_UNAPPLIED = 4
const MOST_UNAPPLIED_BYTES = 32 * 1024 * 1024

/** A request in a batch: its entries are `from ≤ e < until`. */
interface Ticket {
  readonly from: number
  readonly until: number
  readonly resolve: (outcome: CountOutcome) => void
  readonly reject: (error: unknown) => void
}

/** A batch being built, with the requests in it. */
interface Filling {
  readonly builder: BatchBuilder
  readonly tickets: Ticket[]
}

const NOTHING: CountOutcome = { counted: 0, duplicates: 0, overflowed: 0 }

/** A job that must see all counts before it and none after. */
type Exclusive = () => Promise<void>

/** Group commit. */
export class Committer {
  readonly #options: CommitterOptions
  readonly #mostUnapplied: number
  #interner = new Interner()
  readonly #queue: (Filling | Exclusive)[] = []
  #waiting = 0
  /** The time of the last batch: when the clock is put back, the dedupe window is not. */
  #nowMs = 0
  #appending = false
  #unapplied = 0
  #unappliedBytes = 0
  #scheduled = false

  constructor(options: CommitterOptions) {
    this.#options = options
    this.#mostUnapplied = options.mostUnapplied ?? MOST_UNAPPLIED
  }

  /** Entries that wait for a commit. */
  get waiting(): number {
    return this.#waiting
  }

  /** Counts the events of one request, all or none; resolves once they are as far as the commitment says. */
  count(events: readonly CountEvent[], idempotencyKey?: string): Promise<CountOutcome> {
    if (events.length === 0) return Promise.resolve(NOTHING)
    this.#refuseWhenFull()
    const filling = this.#filling()
    const { builder } = filling
    const from = builder.count
    const requestGuard = idempotencyKey === undefined ? -1 : builder.guard(requestGuardHash(idempotencyKey))
    allOrNone(builder, () => {
      for (const event of events) addEvent(builder, event, requestGuard)
      return true
    })
    return this.#ticket(filling, from)
  }

  /**
   * Counts the events of one request that `fill` adds to the batch by itself. Where it answers false (or throws), what it
   * added is taken back and nothing is counted: undefined.
   */
  countFilled(fill: (builder: BatchBuilder) => boolean): Promise<CountOutcome> | undefined {
    this.#refuseWhenFull()
    const filling = this.#filling()
    const { builder } = filling
    const from = builder.count
    return allOrNone(builder, fill) ? this.#ticket(filling, from) : undefined
  }

  /**
   * Runs a job alone: after all that was accepted before it is applied, before anything that comes later is committed. The job may send
   * batches of its own on their way.
   */
  exclusive<T>(job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.push(async () => {
        try {
          resolve(await job())
        } catch (error) {
          reject(error)
        }
      })
      this.#schedule()
    })
  }

  /** Resolves once all that was accepted before is applied, or has failed. */
  drain(): Promise<void> {
    return this.exclusive(async () => {})
  }

  #refuseWhenFull(): void {
    if (this.#waiting <= MOST_WAITING) return
    throw new HailWhaleError('queue_full', 'More is coming in than can be counted; try again in a second.')
  }

  #ticket({ builder, tickets }: Filling, from: number): Promise<CountOutcome> {
    const until = builder.count
    this.#waiting += until - from
    return new Promise((resolve, reject) => {
      tickets.push({ from, until, resolve, reject })
    })
  }

  #filling(): Filling {
    const last = this.#queue[this.#queue.length - 1]
    if (last && typeof last !== 'function' && last.builder.count < MOST_PER_BATCH) return last
    if (this.#interner.bytes > this.#options.internerBytes) this.#interner = new Interner()
    const filling = { builder: new BatchBuilder(this.#interner), tickets: [] }
    this.#queue.push(filling)
    this.#schedule()
    return filling
  }

  #schedule(): void {
    if (this.#scheduled || this.#appending) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#next()
    })
  }

  /** Takes what is first in the queue, if it may go now. */
  #next(): void {
    const first = this.#queue[0]
    if (!first || this.#appending || this.#unapplied >= this.#mostUnapplied) return
    if (this.#unappliedBytes > MOST_UNAPPLIED_BYTES) return
    if (typeof first !== 'function') this.#commit(first)
    else if (this.#unapplied === 0) this.#runAlone(first)
  }

  #runAlone(job: Exclusive): void {
    this.#queue.shift()
    this.#appending = true
    job().finally(() => {
      this.#appending = false
      this.#next()
    })
  }

  #commit({ builder, tickets }: Filling): void {
    this.#queue.shift()
    // All that was added was taken back: there is nothing to make durable.
    if (tickets.length === 0) {
      this.#next()
      return
    }
    this.#waiting -= builder.count
    this.#appending = true
    this.#nowMs = Math.max(this.#nowMs, this.#options.now())
    const batch = builder.finish(this.#nowMs)
    const bytes = bytesOf(batch)
    this.#unapplied++
    this.#unappliedBytes += bytes
    const settled = (): void => {
      this.#unapplied--
      this.#unappliedBytes -= bytes
      this.#next()
    }
    const sent = (): void => {
      this.#appending = false
      this.#next()
    }
    const { durable, applied } = this.#options.commit(batch)
    durable.then(sent, sent)
    applied.then(
      outcome => {
        answer(tickets, outcome)
        settled()
      },
      error => {
        for (const ticket of tickets) ticket.reject(error)
        settled()
      },
    )
  }
}

/** Answers what `fill` does; what it added is taken back where it answers false or throws. */
function allOrNone(builder: BatchBuilder, fill: (builder: BatchBuilder) => boolean): boolean {
  const from = builder.count
  let isFilled = false
  try {
    isFilled = fill(builder)
  } finally {
    if (!isFilled) builder.truncate(from)
  }
  return isFilled
}

/** About how much memory a batch takes. */
function bytesOf({ ticks, shapes, leafEnd, leaves, valueEnd, values, guards }: Batch): number {
  const columns = [ticks, shapes, leafEnd, leaves, valueEnd, values, guards]
  return columns.reduce((sum, column) => sum + column.byteLength, 0)
}

function answer(tickets: readonly Ticket[], outcome: CommitOutcome): void {
  for (const ticket of tickets) {
    const failure = outcome.failures?.find(part => isPartOf(ticket, part))
    if (failure) ticket.reject(failure.error)
    else ticket.resolve(outcomeOf(ticket, outcome))
  }
}

/** Whether an entry of the request is in a part that failed. */
function isPartOf({ from, until }: Ticket, { entries }: PartFailure): boolean {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[middle]! < from) low = middle + 1
    else high = middle
  }
  return low < entries.length && entries[low]! < until
}

function outcomeOf({ from, until }: Ticket, { duplicate, overflowed: all }: CommitOutcome): CountOutcome {
  let duplicates = 0
  if (duplicate.length > 0) for (let e = from; e < until; e++) duplicates += duplicate[e]!
  let overflowed = 0
  for (const e of all) if (e >= from && e < until) overflowed++
  return { counted: until - from - duplicates, duplicates, overflowed }
}
