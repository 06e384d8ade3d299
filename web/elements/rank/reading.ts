/** What an entry of `/rank` says, in a sentence, and how long its bar is. Pure. */
import type { RankEntry } from '../../../src/query/rank.js'

/** The path that entries are compared with. */
export interface Whole {
  readonly score: number
  /** Of a plain ratio, the total of what it is divided by; null where that isn't known. */
  readonly count: number | null
}

/** How things are called and written. */
export interface Wording {
  readonly metric: string
  /** What is divided and by what, where the metric is a plain division. */
  readonly division: Division | null
  /** Writes a score. */
  readonly score: (value: number) => string
  /** Writes how far a score is moved: of percentages, points. */
  readonly move: (value: number) => string
  /** Writes a count. */
  readonly count: (value: number) => string
  /** Writes a part of a whole, as percent. */
  readonly part: (value: number) => string
}

/** `a / b`. */
export interface Division {
  readonly value: string
  readonly count: string
}

/** Takes a plain division apart; null where the expression is something else. */
export function divisionOf(expression: string): Division | null {
  let depth = 0
  let quoted = false
  let at = -1
  for (let i = 0; i < expression.length; i++) {
    const character = expression[i]!
    if (character === '`') quoted = !quoted
    else if (quoted) continue
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (depth === 0 && character === '/' && at < 0) at = i
    else if (depth === 0 && '+-*/:'.includes(character)) return null
  }
  return at < 0 ? null : { value: expression.slice(0, at).trim(), count: expression.slice(at + 1).trim() }
}

/** What comes after the entry's name in a sentence about it. */
export function readingOf(entry: RankEntry, whole: Whole, ratio: boolean, wording: Wording): string {
  return ratio ? ratioReading(entry, whole, wording) : sumReading(entry, whole, wording)
}

function ratioReading(entry: RankEntry, whole: Whole, { metric, division, ...write }: Wording): string {
  const instead = `${write.score(entry.score)} instead of ${write.score(whole.score)}`
  if (division === null || !whole.count) {
    const amount = `${write.part(Math.abs(entry.difference))} ${entry.difference < 0 ? 'less' : 'more'}`
    return `has a ${metric} of ${instead}: ${amount}.`
  }
  const weight = `${write.count(entry.count)} ${division.count} at ${instead}`
  if (entry.effect === 0) return `leaves ${metric} where it is: ${weight}.`
  const moves = entry.effect > 0 ? 'lifts' : 'lowers'
  return `${moves} ${metric} by ${write.move(Math.abs(entry.effect / whole.count))} overall: ${weight}.`
}

function sumReading({ score, difference }: RankEntry, whole: Whole, { metric, ...write }: Wording): string {
  const part = write.part(Math.abs(difference))
  if (score >= 0 && whole.score > 0)
    return `is ${part} of ${metric}: ${write.score(score)} of ${write.score(whole.score)}.`
  if (score >= 0)
    return `adds ${write.score(score)} to ${metric}, which are ${write.score(whole.score)} overall.`
  return `takes ${write.score(-score)} away from ${metric}, which are ${write.score(whole.score)} overall.`
}

/** A bar: where it starts and how wide it is, as parts of the track's width. */
export interface Bar {
  readonly start: number
  readonly width: number
}

/** How effects are drawn: around a line for zero, which is in the middle where they go both ways, otherwise at the edge. */
export interface Bars {
  readonly zero: number
  readonly of: (effect: number) => Bar
}

/** The bars of effects; the longest fills its side. */
export function barsOf(effects: readonly number[]): Bars {
  const most = Math.max(0, ...effects.map(Math.abs))
  const down = effects.some(effect => effect < 0)
  const up = effects.some(effect => effect > 0)
  const zero = down ? (up ? 0.5 : 1) : 0
  const room = zero === 0.5 ? 0.5 : 1
  return {
    zero,
    of: effect => {
      const width = most === 0 ? 0 : (Math.abs(effect) / most) * room
      return { start: effect < 0 ? zero - width : zero, width }
    },
  }
}
