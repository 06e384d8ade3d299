/** Sums of metrics over the points of a range of time. */

/** One metric's points. */
export interface SumColumn {
  readonly values: Float64Array
  /** 1 where at least one event of this metric fell into the point, also where its values sum to 0. */
  readonly counted: Uint8Array
}
