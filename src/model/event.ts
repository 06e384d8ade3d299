import type { Path } from './path.js'

/** The metric that is added to every event that does not name it. */
export const HITS = 'hits'

/**
 * An event as the rest of the road knows it: checked, normalised (NFC, aliases resolved, `hits` added), nothing implied.
 */
export interface CountEvent {
  readonly key: Path
  /**
   * The paths that were written, without the root: `{"a":5,"b":{"x":1}}` → `[['a','5'], ['b','x','1']]`. Every prefix
   * of each, and the root, is counted once. No path is listed that is a prefix of another listed one. Empty: the root alone.
   */
  readonly paths: readonly Path[]
  /** Name → value, in the order written, `hits` included; values are finite. */
  readonly metrics: ReadonlyMap<string, number>
  /** Epoch milliseconds. */
  readonly atMs: number
  /** The caller's id, if any: the same id of the same key is counted once within the dedupe window. */
  readonly id?: string
}
