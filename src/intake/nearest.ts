/** The known name that a wrong one is probably meant to be. */
import { closest } from 'fastest-levenshtein'

/** Names longer than this are cut before they are compared: a caller decides their length, not our cost. */
const COMPARED_LENGTH = 64

/** The known name nearest to `name` in single-letter edits, whatever its case. `known` has at least one. */
export function nearest(name: string, known: readonly string[]): string {
  return closest(name.slice(0, COMPARED_LENGTH).toLowerCase(), known)
}
