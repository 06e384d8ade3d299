/**
 * What the routes need from the server behind them, whether that is an embedded whale, a whale behind a queue, or
 * a hail that passes questions on.
 */
import type { IntakeContext } from '../intake/event.js'
import type { Reset, UpdateCountTo } from '../model/changes.js'
import type { CountEvent } from '../model/event.js'
import type { CountOutcome } from '../model/outcome.js'
import type { RollupReader } from '../query/reader.js'

export type { Reset, UpdateCountTo } from '../model/changes.js'
export type { CountOutcome } from '../model/outcome.js'

/** What `/readyz` says. */
export interface Readiness {
  readonly ready: boolean
  /** For people: `ready`, `recovering: 1,200,000 of 10,000,000 events`, `store unreachable: …`. */
  readonly detail: string
  /** What an acknowledged event survives. */
  readonly durability: 'fdatasync' | 'memory'
  readonly journal: string
  readonly store: string
}

/** The server behind the routes. Every method rejects with `HailWhaleError('recovering'|'unavailable'|…)` where it can't serve. */
export interface Service {
  /**
   * Counts the events of one request, all or none; resolves once they are durable and visible to `reader`.
   * `idempotencyKey` makes the whole request count once within the dedupe window.
   */
  count(events: readonly CountEvent[], options?: { readonly idempotencyKey?: string }): Promise<CountOutcome>
  /**
   * Counts the events of an NDJSON body on a faster road, where the server has one and the body is plain enough: otherwise
   * `undefined`, with nothing counted, and the caller parses the body.
   */
  countLines?(body: Buffer, context: IntakeContext): Promise<CountOutcome> | undefined
  updateCountTo(change: UpdateCountTo): Promise<void>
  reset(reset: Reset): Promise<void>
  /** Resolves once all that had been accepted when it was called is counted. */
  flushHail(): Promise<void>
  readonly reader: RollupReader
  readiness(): Readiness
}
