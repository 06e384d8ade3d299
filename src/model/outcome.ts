/** What became of a counted request. */
export interface CountOutcome {
  /** Events counted now. */
  readonly counted: number
  /** Events that had been counted before under the same id. */
  readonly duplicates: number
  /** Events that were counted under an overflow child somewhere, because a parent was full. */
  readonly overflowed: number
}
