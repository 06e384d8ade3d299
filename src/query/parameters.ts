/**
 * From parameters to questions: which parameters each endpoint knows, and the question that their texts ask. A `/stream` asks
 * several graphs at once, each an object of the same fields as `/graph` has in its URL.
 */
import { nearest } from '../intake/nearest.js'
import type { ParameterSpec } from '../intake/parameters.js'
import { parameterValue } from '../intake/value.js'
import { fieldError, HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { NAMED_PERIODS, parsePeriod } from '../model/period.js'
import {
  dimensionOf,
  dimensionsOf,
  type Fields,
  formatOf,
  keyOf,
  metricsOf,
  orderOf,
  rangeTime,
  sortOf,
  textOf,
  thresholdOf,
  timeOf,
  wholeOf,
  zoneOf,
} from './fields.js'
import {
  type AskedSeries,
  type AskedValues,
  type GraphQuestion,
  type ListingQuestion,
  type PlotpointsQuestion,
  periodTime,
  type RankQuestion,
  type TotalsQuestion,
} from './question.js'
import type { AskedTime } from './time.js'

/** Most lines of a graph, most entries of a ranking and of a page, most graphs of a stream, most periods of totals. */
const MOST_LINES = 1000
const MOST_ENTRIES = 10_000
const MOST_GRAPHS = 200
const MOST_PERIODS = 50

const KEY: ParameterSpec = { name: 'key', aliases: ['pk', 'category'] }
const DIMENSIONS: ParameterSpec = { name: 'dimensions', aliases: ['dimension'] }
const FORMAT: ParameterSpec = { name: 'format' }

const VALUE_PARAMETERS: readonly ParameterSpec[] = [
  KEY,
  DIMENSIONS,
  { name: 'by' },
  { name: 'metrics', aliases: ['metric'] },
  { name: 'period' },
  { name: 'from' },
  { name: 'to' },
  { name: 'interval' },
  { name: 'tz' },
  { name: 'tzoffset' },
  { name: 'depth' },
  { name: 'limit' },
  { name: 'sort' },
  FORMAT,
]

const PAGE_PARAMETERS: readonly ParameterSpec[] = [
  { name: 'prefix' },
  { name: 'after' },
  { name: 'limit' },
  FORMAT,
]

/** What each endpoint knows. */
export const PLOTPOINTS_PARAMETERS: readonly ParameterSpec[] = VALUE_PARAMETERS
export const TOTALS_PARAMETERS: readonly ParameterSpec[] = VALUE_PARAMETERS
export const GRAPH_PARAMETERS: readonly ParameterSpec[] = [...VALUE_PARAMETERS, { name: 'threshold' }]
export const RANK_PARAMETERS: readonly ParameterSpec[] = VALUE_PARAMETERS
export const STREAM_PARAMETERS: readonly ParameterSpec[] = [{ name: 'graphs' }, ...GRAPH_PARAMETERS]
export const KEYS_PARAMETERS: readonly ParameterSpec[] = [KEY, ...PAGE_PARAMETERS]
export const DIMENSIONS_PARAMETERS: readonly ParameterSpec[] = [KEY, DIMENSIONS, ...PAGE_PARAMETERS]
export const METRIC_NAMES_PARAMETERS: readonly ParameterSpec[] = [KEY, ...PAGE_PARAMETERS]

/** The question of `/plotpoints`. Like all of these, throws `invalid_parameter` that names the wrong field. */
export function plotpointsQuestion(fields: Fields, limits: Limits): PlotpointsQuestion {
  return { ...seriesQuestion(fields, limits), time: timeOf(fields) }
}

/** The question of `/totals`: `period` may list several, with commas between them. */
export function totalsQuestion(fields: Fields, limits: Limits): TotalsQuestion {
  const range = rangeTime(fields)
  const texts = (textOf(fields, 'period') ?? '').split(',').map(text => text.trim())
  const periods = [...new Set(texts.filter(text => text !== ''))]
  if (periods.length > MOST_PERIODS) throw fieldError('period', `more than ${MOST_PERIODS} at once`)
  const named = periods.length > 0 ? periods : NAMED_PERIODS
  const times: AskedTime[] = range ? [range] : named.map(text => periodTime(parsePeriod(text)))
  return {
    ...seriesQuestion(fields, limits),
    times,
    explicit: range !== undefined || periods.length > 0,
  }
}

/** The question of `/graph`: the children of the path that `dimensions` or `by` names. */
export function graphQuestion(fields: Fields, limits: Limits): GraphQuestion {
  const values = valuesQuestion(fields, limits)
  wholeOf(fields, 'depth', 0, 1, 1)
  return {
    ...values,
    dimension: dimensionOf(fields, limits),
    time: timeOf(fields),
    threshold: thresholdOf(fields),
    limit: wholeOf(fields, 'limit', 0, MOST_LINES, 10),
    sort: sortOf(fields, values.metrics),
  }
}

/** The question of `/rank`: all levels below the path, unless `depth` says how many. */
export function rankQuestion(fields: Fields, limits: Limits): RankQuestion {
  const values = valuesQuestion(fields, limits)
  if (values.metrics.length > 1) throw fieldError('metrics', 'a ranking is by one metric or ratio')
  return {
    ...values,
    dimension: dimensionOf(fields, limits),
    time: timeOf(fields),
    depth: wholeOf(fields, 'depth', 1, limits.depth, limits.depth),
    limit: wholeOf(fields, 'limit', 1, MOST_ENTRIES, 100),
    sort: sortOf(fields, values.metrics),
  }
}

/** The question of `/keys`: the keys below `key`, by default all at the top. */
export function keysQuestion(fields: Fields, limits: Limits): ListingQuestion {
  const question = listingQuestion(fields, limits)
  return textOf(fields, 'key') === undefined ? { ...question, key: [] } : question
}

/** The question of `/dimensions` and `/metric_names`. */
export function listingQuestion(fields: Fields, limits: Limits): ListingQuestion {
  const prefix = textOf(fields, 'prefix')
  const after = textOf(fields, 'after')
  return {
    key: keyOf(fields, limits),
    dimension: dimensionOf(fields, limits),
    limit: wholeOf(fields, 'limit', 1, MOST_ENTRIES, 100),
    format: formatOf(fields),
    ...(prefix !== undefined && { prefix: prefix.normalize('NFC') }),
    ...(after !== undefined && { after }),
  }
}

/**
 * The graphs of a `/stream` that a URL asks for: those of `graphs`, a JSON array, or else the one graph that its own parameters
 * ask for.
 */
export function streamQuestions(fields: Fields, limits: Limits): readonly GraphQuestion[] {
  const text = textOf(fields, 'graphs')
  if (text === undefined) return [graphQuestion(fields, limits)]
  const alone = [...fields].find(([name, value]) => name !== 'graphs' && value !== '')
  if (alone) throw fieldError(alone[0], 'goes inside the objects of graphs')
  return graphQuestions(parameterValue(text, 'graphs'), limits)
}

/**
 * Several graphs: an array of objects with the fields of `/graph`, values as texts like in a URL, or as JSON. Errors name the
 * graph, `graphs[1].period`, and all that is wrong.
 */
export function graphQuestions(graphs: unknown, limits: Limits): readonly GraphQuestion[] {
  if (!Array.isArray(graphs) || graphs.length === 0 || graphs.length > MOST_GRAPHS) {
    throw fieldError('graphs', `is a JSON array of 1 to ${MOST_GRAPHS} objects, as [{"metrics":"hits"}]`)
  }
  const wrong: HailWhaleError[] = []
  const questions: GraphQuestion[] = []
  for (const [index, graph] of graphs.entries()) {
    try {
      questions.push(graphQuestion(fieldsOf(graph, GRAPH_PARAMETERS), limits))
    } catch (error) {
      if (!(error instanceof HailWhaleError)) throw error
      wrong.push(errorWithin(`graphs[${index}]`, error))
    }
  }
  if (wrong.length > 0) throw errorOfAll(wrong.slice(0, limits.errorsNamed))
  return questions
}

/** The fields of an object: texts as they are, anything else as its JSON; `null` is as good as absent. */
export function fieldsOf(object: unknown, known: readonly ParameterSpec[]): Fields {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw fieldError('', 'is an object, as {"metrics":"hits"}')
  }
  const fields = new Map<string, string>()
  for (const [written, value] of Object.entries(object)) {
    const spec = known.find(({ name, aliases }) => name === written || aliases?.includes(written))
    if (spec === undefined) {
      const names = known.flatMap(({ name, aliases = [] }) => [name, ...aliases])
      throw fieldError(written, `there is no such field: did you mean ${nearest(written, names)}?`)
    }
    if (fields.has(spec.name)) throw fieldError(written, `says ${spec.name} twice`)
    if (value === null || value === undefined) continue
    fields.set(spec.name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return fields
}

/** An error with the place of its fields in front of their names. */
export function errorWithin(place: string, error: HailWhaleError): HailWhaleError {
  const told = error.errors.length > 0 ? error.errors : [{ field: '', message: error.message }]
  const errors = told.map(each => ({ ...each, field: each.field === '' ? place : `${place}.${each.field}` }))
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return new HailWhaleError(error.code, detail, { errors, cause: error })
}

/** Several errors as one, with the code of the first. */
function errorOfAll(all: readonly HailWhaleError[]): HailWhaleError {
  const [first] = all
  if (all.length === 1) return first!
  const detail = all.map(({ message }) => message).join('; ')
  return new HailWhaleError(first!.code, detail, {
    errors: all.flatMap(({ errors }) => errors),
    cause: first,
  })
}

function valuesQuestion(fields: Fields, limits: Limits): AskedValues {
  return {
    key: keyOf(fields, limits),
    metrics: metricsOf(fields, limits),
    zone: zoneOf(fields),
    format: formatOf(fields),
  }
}

function seriesQuestion(fields: Fields, limits: Limits): AskedSeries {
  const values = valuesQuestion(fields, limits)
  const { dimensions, childrenOnly } = dimensionsOf(fields, limits)
  return {
    ...values,
    dimensions,
    childrenOnly,
    depth: wholeOf(fields, 'depth', 0, limits.depth, childrenOnly ? 1 : 0),
    limit: wholeOf(fields, 'limit', 0, limits.pointsPerAnswer, null),
    sort: orderOf(fields, values.metrics),
  }
}
