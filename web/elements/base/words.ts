/** Names and times within sentences. Pure. */
import type { GraphAnswer } from '../../../src/query/graph.js'
import { timeWords } from '../graph/shown.js'

/** A name that keeps its own direction and doesn't turn round what stands beside it (Unicode's isolates, FSI and PDI). */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`
}

/** A name to be looked at: an empty one can't be seen. */
export function seenName(name: string): string {
  return name === '' ? '(empty)' : name
}

/** A path within a sentence: `channel › search`. */
export function pathWords(path: readonly string[]): string {
  return path.map(name => isolated(seenName(name))).join(' › ')
}

/** When an answer is of: ` in the last hour`, with a space before it; nothing where there is no answer yet. */
export function whenWords(
  answered: { readonly answer: GraphAnswer; readonly fields: Readonly<Record<string, string>> } | null,
  locale: string | undefined,
): string {
  if (answered === null) return ''
  return ` ${timeWords(answered.answer, null, { locale, period: answered.fields.period ?? null })}`
}
