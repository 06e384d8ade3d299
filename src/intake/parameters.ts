/**
 * Parameters: which ones a request has, and what their texts stand for, when counting and when asking.
 * An empty key, dimension, metric or time in a URL is as good as an absent one; an empty id is refused.
 */
import { fieldError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import { splitExpressions } from '../model/expression/expression.js'
import { DEFAULT_LIMITS, type Limits } from '../model/limits.js'
import type { Path } from '../model/path.js'
import { writtenPaths } from './dimensions.js'
import { EVENT_FIELDS, type Fields, type IntakeContext, toEvent } from './event.js'
import { parseKey } from './key.js'
import { type Parameter, type ParameterSpec, parametersOf } from './query-string.js'
import { kindOf, parameterValue } from './value.js'

export { type ParameterSpec, queryOf } from './query-string.js'

/** The parameters of an event. */
export const EVENT_PARAMETERS: readonly ParameterSpec[] = EVENT_FIELDS

/**
 * The parameters of a query string, by their names (aliases resolved) and as the texts they are.
 * Throws `unknown_parameter` (with the nearest known one) or `invalid_parameter`.
 */
export function readParameters(query: string, known: readonly ParameterSpec[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const { spec, value } of parametersOf(query, known)) values.set(spec.name, value)
  return values
}

/**
 * The event that a query string (or a form) spells. `alsoKnown`: parameters that are allowed beside the event's and not looked at.
 * Throws `unknown_parameter`, `invalid_parameter` or `invalid_event`.
 */
export function eventFromQuery(
  query: string,
  context: IntakeContext,
  alsoKnown: readonly ParameterSpec[] = [],
): CountEvent {
  const known = alsoKnown.length === 0 ? EVENT_PARAMETERS : [...EVENT_PARAMETERS, ...alsoKnown]
  return toEvent(eventFields(parametersOf(query, known)), context)
}

/** The key that a parameter's text stands for; empty: the default key. Throws about `field`. */
export function parseKeyParameter(text: string, limits: Limits = DEFAULT_LIMITS, field = 'key'): Path {
  return parseKey(parameterValue(text, field), limits, field)
}

/** One dimension path, in any spelling an event's could have; empty: the root. Throws about `field`, also for several. */
export function parsePathParameter(
  text: string,
  limits: Limits = DEFAULT_LIMITS,
  field = 'dimensions',
): Path {
  const paths = parsePathsParameter(text, limits, field)
  if (paths.length === 1) return paths[0]!
  throw fieldError(field, 'one path is wanted here: a name, or an array of names')
}

/** One dimension path or several (an array of arrays), in the order written; at least one. Throws about `field`. */
export function parsePathsParameter(
  text: string,
  limits: Limits = DEFAULT_LIMITS,
  field = 'dimensions',
): Path[] {
  return writtenPaths(parameterValue(text, field), limits, field, Number.POSITIVE_INFINITY)
}

/**
 * A list of metric names or expressions, trimmed: a text split at its top-level commas (not those in parentheses or
 * back-quotes), or a JSON array of strings, each one expression. Empty text: an empty list. Throws about `field`.
 */
export function parseMetricsParameter(text: string, field = 'metrics'): string[] {
  const value = parameterValue(text, field)
  if (value === '') return []
  const items = typeof value === 'string' ? splitExpressions(value) : value
  if (!Array.isArray(items)) throw fieldError(field, `metrics are names or expressions, not ${kindOf(value)}`)
  return items.map(item => {
    if (typeof item !== 'string')
      throw fieldError(field, `an array of metrics holds strings, not ${kindOf(item)}`)
    const metric = item.trim()
    if (metric === '') throw fieldError(field, 'a metric of the list is empty')
    return metric
  })
}

function eventFields(parameters: readonly Parameter[]): Fields {
  const fields: Record<string, unknown> = {}
  for (const { spec, written, value } of parameters) {
    if (!EVENT_PARAMETERS.includes(spec)) continue
    if (spec.name === 'id') fields[written] = idValue(value, written)
    else if (value !== '') fields[written] = parameterValue(value, written)
  }
  return fields
}

/** An id is text, even in braces or brackets; only one in quotes is JSON, so that it is the same id as in a body. */
function idValue(text: string, field: string): unknown {
  return text.startsWith('"') ? parameterValue(text, field) : text
}
