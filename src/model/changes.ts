/** Corrections of what was counted. */
import type { KeptInterval } from './interval.js'
import type { Path } from './path.js'

/** Brings the bucket of `interval` (default: the finest kept) that holds `atMs` of one path to the values. */
export interface UpdateCountTo {
  readonly key: Path
  readonly path: Path
  readonly metrics: ReadonlyMap<string, number>
  readonly interval?: KeptInterval
  readonly atMs: number
}

/** Takes counts away. Absent `path`: the whole key. Absent `metrics`: all. Times are widened to whole buckets. */
export interface Reset {
  readonly key: Path
  readonly path?: Path
  readonly metrics?: readonly string[]
  readonly fromMs?: number
  readonly untilMs?: number
}
