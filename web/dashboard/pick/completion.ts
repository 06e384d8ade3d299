/** Completion of metric expressions: which word the caret is in, what it could become, and the text with that. Pure. */

/** What can be put in. */
export interface Offer {
  /** How it is shown. */
  readonly label: string
  /** What it does; empty for a metric. */
  readonly about: string
  readonly insert: string
  /** Where the caret goes, in characters from the start of `insert`. */
  readonly caret: number
}

/** The word that the caret is behind. */
export interface Word {
  readonly from: number
  readonly until: number
  /** What was typed of it, without back-quotes. */
  readonly typed: string
}

const FUNCTIONS: readonly (readonly [name: string, rest: string, about: string])[] = [
  ['cumulative', '()', 'the running sum'],
  ['level', '()', 'the last value stands'],
  ['previous', '(, 1w)', 'the same a week before'],
  ['rate', '(, 1s)', 'per second'],
  ['average', '(, 7)', 'the mean of the last 7 points'],
]
const MOST_NAMES = 8

/** The word at the caret; null in a number, a duration or between words where nothing can be completed. */
export function wordAt(text: string, caret: number): Word | null {
  const before = text.slice(0, caret)
  const quotes = before.split('`').length - 1
  if (quotes % 2 === 1) {
    const from = before.lastIndexOf('`')
    const closing = text.indexOf('`', caret)
    return { from, until: closing < 0 ? text.length : closing + 1, typed: before.slice(from + 1) }
  }
  const typed = /[\p{L}\p{N}\p{M}_.]*$/u.exec(before)![0]
  if (/^[\p{N}.]/u.test(typed)) return null
  const rest = /^[\p{L}\p{N}\p{M}_.]*/u.exec(text.slice(caret))![0]
  return { from: caret - typed.length, until: caret + rest.length, typed }
}

/** What the word could become, of the metrics that are counted. Nothing where it is one of them already. */
export function offersFor({ typed }: Word, metrics: readonly string[]): Offer[] {
  const starts = (name: string) => name.toLowerCase().startsWith(typed.toLowerCase())
  const names = metrics.filter(starts).slice(0, MOST_NAMES)
  if (names.length === 1 && names[0] === typed) return []
  const functions = FUNCTIONS.filter(([name]) => starts(name))
  return [...names.map(metricOffer), ...functions.map(functionOffer)]
}

/** The text with an offer in place of the word, and where the caret is then. */
export function completed(text: string, word: Word, offer: Offer): { text: string; caret: number } {
  const hasParenthesis = text[word.until] === '('
  const insert = hasParenthesis ? offer.insert.replace(/\(.*$/, '') : offer.insert
  return {
    text: text.slice(0, word.from) + insert + text.slice(word.until),
    caret: word.from + Math.min(offer.caret, insert.length + (hasParenthesis ? 1 : 0)),
  }
}

/** A metric's name as an expression: in back-quotes where it is no identifier. */
export function metricText(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}\p{M}_.]*$/u.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}

function metricOffer(name: string): Offer {
  const insert = metricText(name)
  return { label: name, about: '', insert, caret: insert.length }
}

function functionOffer([name, rest, about]: (typeof FUNCTIONS)[number]): Offer {
  return {
    label: `${name}${rest.replace('(,', '(…,').replace('()', '(…)')}`,
    about,
    insert: name + rest,
    caret: name.length + 1,
  }
}
