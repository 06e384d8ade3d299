/** How many partitions a whale should have. Pure. */

/** The share of one whale: all have the same number, the first few one more. 0 for one that is not among them. */
export function shareOf(whale: string, whales: readonly string[], partitions: number): number {
  const place = [...whales].sort().indexOf(whale)
  if (place < 0) return 0
  return Math.floor(partitions / whales.length) + (place < partitions % whales.length ? 1 : 0)
}
