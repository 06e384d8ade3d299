/**
 * What the routes need from the server behind them, whether that is an embedded whale, a whale behind a queue, or
 * a hail that passes questions on.
 */
import type { Boards } from '../boards/boards.js'
import type { IntakeContext } from '../intake/event.js'
import type { Reset, UpdateCountTo } from '../model/changes.js'
import type { CountEvent } from '../model/event.js'
import type { CountOutcome } from '../model/outcome.js'
import type { Path } from '../model/path.js'
import type { RollupReader } from '../query/reader.js'
import type { RoomBelow } from '../whale/room.js'

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
  /** What a crash of the store's engine loses, as it is configured, as the end of a sentence for operators; null: nothing. */
  readonly risk: string | null
}

/** What a server says of itself at `/state`, beside what the HTTP side knows. Field for field as it is answered. */
export interface ServerState {
  /** Epoch milliseconds. */
  readonly started: number
  readonly journal: {
    readonly kind: string
    /** The last record that is counted, and the last one that the store holds. */
    readonly sequence: number
    readonly flushed: number
    readonly bytes: number
    readonly segments: number
  }
  readonly store: {
    readonly kind: string
    /** Null where the store can't say it now. */
    readonly bytes: number | null
  }
  /** Bytes of the process, of its heap, and of these what names and unflushed counts take. */
  readonly memory: { readonly rss: number; readonly heap: number; readonly rollup: number }
  readonly partitions: readonly PartitionState[]
}

/** One partition, as its owner sees it. */
export interface PartitionState {
  readonly partition: number
  /** The address of the server that has it; null: this one. */
  readonly owner: string | null
  readonly through: number
  readonly flushedThrough: number
  /** Events rolled up since the start, those read back from the journal included. */
  readonly events: number
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
  /** Boards need no recovery: they are there as soon as the store is. */
  readonly boards: Boards
  readiness(): Readiness
  /** What a key takes in the store (all keys: an empty path), or a dimension of it; as of the last flush. */
  room(key: Path, dimension: Path): Promise<RoomBelow>
  /** Answers at any time, also while it recovers. */
  state(): Promise<ServerState>
}
