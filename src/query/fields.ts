/**
 * The fields of questions, read one by one from the texts that a URL (or an object of `/stream`) has for them. A text that is
 * absent or empty gives the default; one that is wrong throws an `invalid_parameter` that names its field.
 */
import {
  parseKeyParameter,
  parseMetricsParameter,
  parsePathParameter,
  parsePathsParameter,
} from '../intake/parameters.js'
import { fieldError } from '../model/errors.js'
import { type Expression, parseExpression } from '../model/expression/expression.js'
import { type Interval, parseInterval } from '../model/interval.js'
import type { Limits } from '../model/limits.js'
import type { Path } from '../model/path.js'
import { parsePeriod } from '../model/period.js'
import { DEFAULT_SORT, type Sort } from './order.js'
import type { Format } from './question.js'
import type { AskedZone } from './scope.js'
import type { AskedTime } from './time.js'

/** Texts by the canonical names of their fields. */
export type Fields = ReadonlyMap<string, string>

/** The period of a question that names no time. */
const DEFAULT_PERIOD = '1h:1d'

/** The metrics of a question that names none. */
const DEFAULT_METRICS = 'hits'

/** The text of a field, undefined where there is none or an empty one. */
export function textOf(fields: Fields, field: string): string | undefined {
  return fields.get(field) || undefined
}

/** The key; by default `_`. */
export function keyOf(fields: Fields, limits: Limits): Path {
  return parseKeyParameter(fields.get('key') ?? '', limits)
}

/** Dimensions, and whether only what is below them is asked for. */
export interface AskedDimensions {
  readonly dimensions: readonly Path[]
  readonly childrenOnly: boolean
}

/** The dimensions asked for; `by` is short for the children of its path. */
export function dimensionsOf(fields: Fields, limits: Limits): AskedDimensions {
  const by = byOf(fields, limits)
  if (by !== undefined) return { dimensions: [by], childrenOnly: true }
  return { dimensions: parsePathsParameter(fields.get('dimensions') ?? '', limits), childrenOnly: false }
}

/** The dimension of a question about the children of a single path: `by` and `dimensions` say the same there. */
export function dimensionOf(fields: Fields, limits: Limits): Path {
  return byOf(fields, limits) ?? parsePathParameter(fields.get('dimensions') ?? '', limits)
}

function byOf(fields: Fields, limits: Limits): Path | undefined {
  const by = textOf(fields, 'by')
  if (by === undefined) return undefined
  if (textOf(fields, 'dimensions') === undefined) return parsePathParameter(by, limits, 'by')
  throw fieldError('by', 'says already which path’s children are asked for: leave dimensions out')
}

/** The metrics: names and expressions, a comma between them or as a JSON array of texts; each text once. */
export function metricsOf(fields: Fields, limits: Limits): readonly Expression[] {
  const texts = parseMetricsParameter(textOf(fields, 'metrics') ?? DEFAULT_METRICS)
  const expressions = new Map(texts.map(text => [text, parseExpression(text)]))
  if (expressions.size === 0) throw fieldError('metrics', 'an empty list: leave it out to ask for hits')
  if (expressions.size <= limits.metricsPerEvent) return [...expressions.values()]
  throw fieldError('metrics', `more than ${limits.metricsPerEvent} at once`)
}

/** The one time of a question: a period, or from and to. */
export function timeOf(fields: Fields): AskedTime {
  return (
    rangeTime(fields) ?? { kind: 'period', period: parsePeriod(textOf(fields, 'period') ?? DEFAULT_PERIOD) }
  )
}

/** From and to, where the question has them. */
export function rangeTime(fields: Fields): AskedTime | undefined {
  const fromText = textOf(fields, 'from')
  if (fromText === undefined) {
    for (const field of ['to', 'interval']) {
      if (textOf(fields, field) !== undefined) {
        throw fieldError(field, 'goes with from; a period has its own interval, as in 1m:1h')
      }
    }
    return undefined
  }
  if (textOf(fields, 'period') !== undefined) {
    throw fieldError('period', 'is another way to say from and to: leave one of them out')
  }
  return { kind: 'range', fromText, toText: textOf(fields, 'to'), interval: intervalOf(fields) }
}

function intervalOf(fields: Fields): Interval | undefined {
  const text = textOf(fields, 'interval')
  return text === undefined ? undefined : parseInterval(text, 'interval')
}

/** The zone: a name or an offset, or the original's hours; by default UTC. It is looked up when the question is answered. */
export function zoneOf(fields: Fields): AskedZone {
  const tz = textOf(fields, 'tz')
  const tzoffset = textOf(fields, 'tzoffset')
  if (tz !== undefined && tzoffset !== undefined) {
    throw fieldError('tzoffset', 'is another way to say tz: leave one of them out')
  }
  return tzoffset === undefined ? { field: 'tz', text: tz ?? 'UTC' } : { field: 'tzoffset', text: tzoffset }
}

/** A whole number from `least` to `most`. */
export function wholeOf<T>(
  fields: Fields,
  field: string,
  least: number,
  most: number,
  otherwise: T,
): number | T {
  const text = textOf(fields, field)
  if (text === undefined) return otherwise
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw fieldError(field, `'${text}' is no whole number from ${least} to ${most}`)
}

/** The threshold: 0 to 1, by default a tenth. */
export function thresholdOf(fields: Fields): number {
  const text = textOf(fields, 'threshold')
  if (text === undefined) return 0.1
  const value = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN
  if (value <= 1) return value
  throw fieldError('threshold', `'${text}' is no number from 0 to 1, as 0.1 for a tenth`)
}

/** The order: `name` or one of the metrics asked for, with a minus in front for the largest first; null by default. */
export function sortOf(fields: Fields, metrics: readonly Expression[]): Sort | null {
  const text = textOf(fields, 'sort')
  if (text === undefined) return null
  const exact = orderBy(text, metrics)
  if (exact !== undefined) return { by: exact, descending: false }
  const by = text.startsWith('-') ? orderBy(text.slice(1).trim(), metrics) : undefined
  if (by !== undefined) return { by, descending: true }
  const known = metrics.map(metric => metric.text).join(', ')
  throw fieldError(
    'sort',
    `'${text}' is neither name nor a metric asked for (${known}); a minus puts the largest first`,
  )
}

function orderBy(text: string, metrics: readonly Expression[]): Sort['by'] | undefined {
  const index = metrics.findIndex(metric => metric.text === text)
  if (index >= 0) return index
  return text === 'name' ? 'name' : undefined
}

/** The order of subdimensions; by default the first metric, largest first. */
export function orderOf(fields: Fields, metrics: readonly Expression[]): Sort {
  return sortOf(fields, metrics) ?? DEFAULT_SORT
}

/** How the answer is written; by default JSON. */
export function formatOf(fields: Fields): Format {
  const text = textOf(fields, 'format') ?? 'json'
  if (text === 'json' || text === 'csv' || text === 'rows') return text
  throw fieldError('format', `'${text}' is none; it is json, csv or rows`)
}
