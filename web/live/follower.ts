/** What a page asks of its server and what it is told: the types of `Live`. */
import type { GraphAnswer } from '../../src/query/graph.js'
import type { Refused } from './refused.js'

/** The parameters of `/graph`, or of another endpoint, as texts. */
export type GraphFields = Readonly<Record<string, string>>

/** Who follows a graph. */
export interface Follower {
  /** Ask again every so many milliseconds instead of following the stream; 0: ask once. */
  readonly pollMs?: number
  /**
   * The newest answer: first as it is now, then after each change, and when a lost connection is back. A new object after each
   * change; those before stay as they are.
   */
  graph(answer: GraphAnswer): void
  /** The question is wrong or may not be asked. Nothing comes after this. */
  refused(refused: Refused): void
  /** No answer now; it is tried again by itself. With the server's words where it said why. */
  lost(why: string | null): void
}
