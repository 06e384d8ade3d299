/** The constants of a row's bytes (docs/format/rows.md), for the two ends that write and read them. */

export const ROW_VERSION = 1

/** A row can hold positions 0 to 254; chunks have at most 96 buckets. */
export const ROW_POSITIONS = 255

/** Bits 0–2 of a column's head: how its positions are written. */
export const POSITIONS_MASK = 7
export const POSITIONS_ONE = 0
export const POSITIONS_RUN = 1
export const POSITIONS_BITMAP = 2
export const POSITIONS_LIST = 3
/** The positions of the column before. */
export const POSITIONS_SAME = 4

/** Bit 3 of the head: all values are the same and written once. */
export const HEAD_CONSTANT = 1 << 3

/** Bits 4–6 of the head: decimal digits after the point (0: integers, to 4), or 7 for float64. */
export const DIGITS_SHIFT = 4
export const DIGITS_MASK = 7
export const DIGITS_FLOAT64 = 7

/** Bit 7 of the head: the first byte of each integer holds a sign. */
export const HEAD_SIGNED = 1 << 7

/** Powers of ten by digits after the point. */
export const POWERS: readonly number[] = [1, 10, 100, 1000, 10_000]

/** The metric whose name takes no bytes, because nearly every row has it. */
export const SHORT_METRIC = 'hits'
