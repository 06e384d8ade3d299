/**
 * The port between the questions and the roll-ups: sums of series over time, read from open buckets over stored rows.
 * Everything above it (expressions, shares, ranks, formats) is pure; the whale implements it.
 */
import type { KeptInterval } from '../model/interval.js'
import type { Path } from '../model/path.js'
import type { Retention } from '../model/retention.js'
import type { SumColumn } from '../model/sums.js'

export type { SumColumn } from '../model/sums.js'

/**
 * Which time is asked for and from which stored buckets it is summed.
 * `edgesMs` has one more entry than there are points: point i is [edgesMs[i], edgesMs[i+1]), ascending, no gaps.
 * `segments` tile [first edge, last edge): each is read from the buckets of one kept interval, whose width divides
 * all edges in it. A total over a range tiles with wide intervals; points use the widest that fits their edges.
 */
export interface TimePlan {
  readonly edgesMs: Float64Array
  readonly segments: readonly TimeSegment[]
}

/** The plan of one total, read from the buckets of one kept interval; both ends are multiples of its width. */
export function singleBucket(interval: KeptInterval, fromMs: number, untilMs: number): TimePlan {
  return { edgesMs: Float64Array.of(fromMs, untilMs), segments: [{ interval, fromMs, untilMs }] }
}

/** A half-open range of time and the kept interval it is read from; both ends are multiples of its width. */
export interface TimeSegment {
  readonly interval: KeptInterval
  readonly fromMs: number
  readonly untilMs: number
}

/** Sums of one series: a column per metric, a value per point. Metrics that were never counted have no column. */
export interface Sums {
  /** Metric → one value per point. */
  readonly columns: ReadonlyMap<string, SumColumn>
}

/** A child of a path: its name, and whether it is the overflow child (whose name is shown as `…`). */
export interface Child {
  readonly name: string
  readonly overflow: boolean
}

/** Children and their sums side by side: there may be a hundred thousand of them, of which few are shown. */
export interface ChildColumns {
  /** False where there were more than asked for: these are not all, and their sums not whole. */
  readonly complete: boolean
  readonly points: number
  /** The places of the children that have any sums, ascending. There may be others. */
  readonly found: Int32Array
  /** Metric → the points of the child at place 0, then of that at place 1, …; 0 and not counted where a child has none. */
  readonly columns: ReadonlyMap<string, SumColumn>
  /** Of the metrics that were asked for so: the points of all children, added up. */
  readonly addedUp: ReadonlyMap<string, SumColumn>
  /** The child at a place. */
  child(place: number): Child
}

/** How much is wanted of children. */
export interface ChildrenOptions {
  /** Where there are more children than this, none are wanted. */
  readonly most?: number
  /** Of these metrics only the sum over all children is wanted. */
  readonly addedUp?: readonly string[]
}

/** A page of a listing, in the byte order of the names' UTF-8. */
export interface Page {
  readonly prefix?: string
  readonly after?: string
  readonly limit: number
}

/** Answers questions from the roll-ups of some partitions, or of all. */
export interface PartReader {
  /**
   * The sums of one series. `metrics: null` means all. A path that was never counted has no columns.
   * In `path`, the name `…` finds the overflow child where no child of that name exists.
   */
  series(key: Path, path: Path, plan: TimePlan, metrics: readonly string[] | null): Promise<Sums>

  /**
   * The sums of each direct child of a path that has any in the plan's time, in no particular order. Of more than
   * `options.most` children (default: no matter how many) the answer may be cut short, and says so.
   */
  children(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    options?: ChildrenOptions,
  ): Promise<ChildColumns>

  /** The sums of all direct children of a path but those named in `except` (by name; the overflow child by `…`), added up. */
  sumChildren(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    except: ReadonlySet<string>,
  ): Promise<Sums>

  /** The children of a path, a page of them; the overflow child comes last. */
  listChildren(key: Path, path: Path, page: Page): Promise<Child[]>

  /** The keys one level below `parent` (`[]`: the top), a page of them. */
  listKeys(parent: Path, page: Page): Promise<Child[]>

  /** The metric names that were ever counted under a key, a page of them. */
  listMetrics(key: Path, page: Page): Promise<string[]>
}

/** Reads roll-ups. All answers hold every count that was acknowledged before the call, unless a `DatedReader` says otherwise. */
export interface RollupReader extends PartReader {
  /** The server's clock, epoch milliseconds. */
  now(): number

  /** What is kept of this key. */
  retention(key: Path): Retention

  /** Grows whenever something was counted; the same number twice means that nothing was counted in between. */
  version(): number

  /** A reader for one question, which can tell how old its answer is. Absent where answers are never old. */
  dated?(): DatedReader
}

/** What an answer may lack: nothing (null), what was counted since a time (epoch milliseconds), or nobody knows since when. */
export type AsOf = number | 'unknown' | null

/** A reader that remembers how old the oldest part of what it has answered so far is. */
export interface DatedReader extends RollupReader {
  asOf(): AsOf
}
