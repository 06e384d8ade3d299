/** A cell as one value of a database: `through` in 6 bytes, big-endian, then the cell's value. */

/** Bytes before a cell's value. */
export const THROUGH_BYTES = 6

const HIGH = 0x1_0000_0000

/** Writes a cell at `at`, for which there must be room; returns where it ends. */
export function writeCell(target: Uint8Array, at: number, through: number, value: Uint8Array): number {
  const high = Math.floor(through / HIGH)
  target[at] = high >>> 8
  target[at + 1] = high
  target[at + 2] = through / 0x100_0000
  target[at + 3] = through / 0x1_0000
  target[at + 4] = through / 0x100
  target[at + 5] = through
  target.set(value, at + THROUGH_BYTES)
  return at + THROUGH_BYTES + value.length
}

/** The sequence a stored cell has been applied through. */
export function throughOf(stored: Uint8Array): number {
  const high = (stored[0]! << 8) | stored[1]!
  const low = ((stored[2]! << 24) | (stored[3]! << 16) | (stored[4]! << 8) | stored[5]!) >>> 0
  return high * HIGH + low
}
