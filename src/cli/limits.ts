/**
 * Reads `--limit NAME=NUMBER`. The names are those of the limits' table without the unit at their end; a limit
 * can be raised only as far as the formats allow.
 */
import { closest } from 'fastest-levenshtein'
import { DEFAULT_LIMITS, type Limits } from '../model/limits.js'
import { parseDurationMs, parseSizeBytes, parseWhole } from './units.js'
import { writtenName } from './written-name.js'

/** The highest value each limit may be set to; names and depth are part of store keys, whose room is fixed. */
const HIGHEST: Readonly<Record<keyof Limits, number>> = {
  ...{ depth: DEFAULT_LIMITS.depth, nameBytes: DEFAULT_LIMITS.nameBytes, idBytes: 1024 },
  ...{ pathsPerEvent: 1024, metricsPerEvent: 1024, pairsPerEvent: 16_384 },
  ...{ urlBytes: 64 * 1024, bodyBytes: 256 * 2 ** 20, eventsPerRequest: 1_000_000 },
  ...{
    childrenPerParent: 10_000_000,
    pointsPerAnswer: 10_000_000,
    aheadMs: 366 * 86_400_000,
    errorsNamed: 1000,
  },
}

/** A limit's name on the command line: `urlBytes` → `url`, `childrenPerParent` → `children-per-parent`. */
export function limitName(limit: string): string {
  return writtenName(limit.replace(/(Bytes|Ms)$/, ''))
}

/** `['children-per-parent=20000', 'body=4MiB']` → all limits, the others at their defaults. Throws on an unknown name. */
export function parseLimits(texts: readonly string[]): Limits {
  return Object.assign({}, DEFAULT_LIMITS, ...texts.map(parseLimit))
}

function parseLimit(text: string): Partial<Limits> {
  const split = text.indexOf('=')
  const name = text.slice(0, split).trim()
  const limits = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]
  const limit = limits.find(known => limitName(known) === name)
  if (split < 0) throw new Error(`'${text}' is no NAME=NUMBER: write body=4MiB`)
  if (limit === undefined) {
    throw new Error(`there is no limit '${name}': did you mean ${closest(name, limits.map(limitName))}?`)
  }
  return { [limit]: parseLimitValue(limit, text.slice(split + 1).trim()) }
}

function parseLimitValue(limit: keyof Limits, text: string): number {
  const parse = limit.endsWith('Bytes') ? parseSizeBytes : limit.endsWith('Ms') ? parseDurationMs : null
  const value = parse ? parse(text) : parseWhole(text, 1, HIGHEST[limit])
  if (value < 1 || value > HIGHEST[limit])
    throw new Error(`${limitName(limit)} must be 1 to ${HIGHEST[limit]}`)
  return value
}
