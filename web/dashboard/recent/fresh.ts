/** Which entries of a list that is asked for again and again are new. Pure. */

/** How many entries at the front of `now` were not there `before`; both newest first. Old ones fall off the end of a list that is full. */
export function freshCount(before: readonly string[], now: readonly string[]): number {
  for (let count = Math.max(0, now.length - before.length); count < now.length; count++) {
    const same = Math.min(before.length, now.length - count)
    if (same > 0 && isSame(before, now, count, same)) return count
  }
  return now.length
}

/** An id for each entry that it keeps as newer ones come before it: its text, and how many like it are older. */
export function lastingIds(texts: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return texts
    .toReversed()
    .map(text => {
      const older = seen.get(text) ?? 0
      seen.set(text, older + 1)
      return `${older} ${text}`
    })
    .reverse()
}

function isSame(before: readonly string[], now: readonly string[], offset: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (before[i] !== now[offset + i]) return false
  return true
}
