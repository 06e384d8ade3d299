/** Generated events: from few names, so that they meet; plain ones, hostile ones, and ones that Unicode writes in two ways. */
import type { CountEvent } from '../../src/model/event.js'
import { DAY_MS, HOUR_MS } from '../../src/model/interval.js'
import { isPrefix, type Path } from '../../src/model/path.js'
import type { Dice } from './dice.js'

/** Names in NFC. */
export const NAMES: readonly string[] = [
  ...[
    'a',
    'b',
    'sales',
    'p1',
    'é',
    'Åse',
    '한글',
    '日本',
    '😀 x',
    '…',
    '_',
    '',
    '5',
    '-3',
    '0',
    '1E10',
    'true',
    'null',
  ],
  ...[
    '12345678901234567890',
    '[x]',
    '{y',
    '"q"',
    'a,b',
    ' a b ',
    'c+d',
    '%41',
    '&=#?',
    '\u007f',
    'back\\slash',
    "o'b",
  ],
  ...['__proto__', 'constructor', 'toString', 'hits', `${'long '.repeat(40)}name`],
]

/** Keys, of which some are prefixes of others. */
export const KEYS: readonly Path[] = [
  ['_'],
  ['store'],
  ['site'],
  ['site', 'blog'],
  ['site', 'shop'],
  ['site', 'blog', 'é'],
  ['"', '…'],
  ['7'],
]

/** Metrics, and how their values are made: sums of all but `price` are exact in any order of adding. */
const METRICS: readonly (readonly [name: string, value: (dice: Dice) => number])[] = [
  ['clicks', () => 1],
  ['dollars', dice => dice.between(-5000, 5000)],
  ['weight', dice => dice.between(-400, 4000) / 8],
  ['price', dice => dice.between(-99, 9999) / 100],
  ['CPU percent', dice => dice.between(0, 100)],
  ['é', () => 1],
  ['__proto__', dice => dice.between(1, 3)],
]

/** The names of the metrics of generated events. */
export const METRIC_NAMES: readonly string[] = ['hits', ...METRICS.map(([name]) => name)]

/** How events are made. */
export interface EventStyle {
  readonly keys: readonly Path[]
  readonly names: readonly string[]
  /** Paths an event has at most. */
  readonly mostPaths: number
  /** How far back late events go at most. */
  readonly latestMs: number
}

/** Everything the contract allows. */
export const ANY_STYLE: EventStyle = { keys: KEYS, names: NAMES, mostPaths: 4, latestMs: 40 * DAY_MS }

/** An event of a style, received at `nowMs`; without an id. */
export function makeEvent(dice: Dice, style: EventStyle, nowMs: number): CountEvent {
  const key = dice.pick(style.keys)
  const count = dice.pick([0, 1, 1, 1, 2, style.mostPaths])
  const paths = Array.from({ length: Math.min(count, style.mostPaths) }, () => makePath(dice, style))
  return { key, paths: uncovered(paths), metrics: makeMetrics(dice), atMs: makeTime(dice, style, nowMs) }
}

function makePath(dice: Dice, { names }: EventStyle): Path {
  // The first names more often, so that paths share their prefixes.
  const few = names.slice(0, 6)
  return Array.from({ length: dice.pick([1, 1, 2, 2, 3, 5]) }, () => dice.pick(dice.once(2) ? few : names))
}

/** No path twice, none that is the prefix of another. */
function uncovered(paths: readonly Path[]): Path[] {
  return paths.filter((path, i) => {
    return !paths.some(
      (other, j) => i !== j && isPrefix(path, other) && (other.length > path.length || j < i),
    )
  })
}

function makeMetrics(dice: Dice): Map<string, number> {
  const metrics = new Map(dice.some(METRICS, 4).map(([name, value]) => [name, value(dice)]))
  return metrics.set('hits', dice.once(10) ? dice.between(0, 9) : 1)
}

function makeTime(dice: Dice, { latestMs }: EventStyle, nowMs: number): number {
  const back = (mostMs: number): number => Math.max(0, nowMs - dice.between(0, Math.min(mostMs, latestMs)))
  return dice.pick([
    () => nowMs,
    () => nowMs,
    () => back(20_000),
    () => back(2 * HOUR_MS),
    () => Math.floor(back(3 * DAY_MS) / 1000) * 1000,
    () => back(latestMs),
    () => nowMs + dice.between(0, 600_000),
  ])()
}
