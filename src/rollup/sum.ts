/** How two partial sums become one: the only addition that stored counts go through. */

/** Below this share of the larger addend a difference is rounding, not a count: 13 of a double's 15 to 16 digits. */
const DUST = 2 ** -44

/**
 * a + b, but 0 where decimals cancel and only rounding is left: 0.1 + 0.2 − 0.3 is 5.6e-17 in binary, and such dust would be
 * shown as a value where nothing is. Sums of decimals are promised to 1e-12, which is larger than the dust; integers
 * are exact and are left alone.
 */
export function addSums(a: number, b: number): number {
  const sum = a + b
  const size = Math.abs(sum)
  if (size >= DUST * Math.max(Math.abs(a), Math.abs(b)) || size === 0) return sum
  return Number.isInteger(a) && Number.isInteger(b) ? sum : 0
}
