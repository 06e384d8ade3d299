/** The questions that pictures ask: those of `/graph`, of one metric, and the same as it was before where that is compared. */
import { parseDuration } from '../model/duration.js'
import { fieldError } from '../model/errors.js'
import { type Expression, parseExpression, previousShiftsOf } from '../model/expression/expression.js'
import type { Limits } from '../model/limits.js'
import type { TimeRange } from '../model/period.js'
import { isLength, periodLength } from '../picture/periods.js'
import { dimensionOf, type Fields, keyOf, metricsOf, textOf, timeOf, zoneOf } from '../query/fields.js'
import type { NumberQuestion } from '../query/number.js'
import { graphQuestion } from '../query/parameters.js'
import type { GraphQuestion } from '../query/question.js'
import type { AskedTime } from '../query/time.js'

/** Lines of a picture: with more nobody could tell one from another. */
const MOST_LINES = 100

/** A question of pictures, and the names of its metric now and before. */
export interface Compared<Question> {
  readonly question: Question
  readonly metric: string
  readonly compared: { readonly metric: string; readonly length: string } | undefined
}

/** The question of a graph. `rangeOf` says which buckets its time has. */
export function graphPictureQuestion(
  fields: Fields,
  limits: Limits,
  rangeOf: (question: GraphQuestion) => TimeRange,
): Compared<GraphQuestion> {
  const asked = graphQuestion(new Map([...fields, ...(textOf(fields, 'depth') === '0' ? ALONE : [])]), limits)
  if (asked.limit > MOST_LINES) throw fieldError('limit', `a picture has at most ${MOST_LINES} lines`)
  return withBefore(fields, asked, rangeOf)
}

const ALONE = [['limit', '0']] as const

/** The question of a badge. */
export function numberQuestion(
  fields: Fields,
  limits: Limits,
  rangeOf: (question: NumberQuestion) => TimeRange,
): Compared<NumberQuestion> {
  const asked: NumberQuestion = {
    key: keyOf(fields, limits),
    format: 'json',
    metrics: metricsOf(fields, limits),
    zone: zoneOf(fields),
    dimension: dimensionOf(fields, limits),
    time: timeOf(fields),
  }
  return withBefore(fields, asked, rangeOf)
}

/** The question with its metric as it was before beside it, where that is asked for. */
function withBefore<Question extends { metrics: readonly Expression[]; time: AskedTime }>(
  fields: Fields,
  question: Question,
  rangeOf: (question: Question) => TimeRange,
): Compared<Question> {
  const [expression, another] = question.metrics
  if (another !== undefined) throw fieldError('metrics', 'a picture shows one metric or expression')
  const metric = expression!.text
  const length = lengthOf(fields, question, rangeOf)
  if (length === undefined) return { question, metric, compared: undefined }
  if (previousShiftsOf(expression!).length > 0) {
    throw fieldError('compare', `can't be had with an expression that has a previous in it, ${metric}`)
  }
  const before = parseExpression(`previous(${metric}, ${length})`)
  const metrics = [...question.metrics, before]
  return { question: { ...question, metrics }, metric, compared: { metric: before.text, length } }
}

/** How much earlier the time lies that is compared with: a period's own length, that of the buckets from `from` to `to`, or the one that was asked for. */
function lengthOf<Question extends { time: AskedTime }>(
  fields: Fields,
  question: Question,
  rangeOf: (question: Question) => TimeRange,
): string | undefined {
  const text = textOf(fields, 'compare') ?? 'false'
  if (text === 'false') return undefined
  if (isLength(text)) {
    parseDuration(text, 'compare')
    return text
  }
  if (text !== 'true') {
    throw fieldError(
      'compare',
      `'${text}' is neither true, for the period before, nor a length of time, as 1w`,
    )
  }
  const { time } = question
  const own = time.kind === 'period' ? periodLength(time.period.text) : null
  if (own !== null) return own
  const { interval, edgesMs } = rangeOf(question)
  const [, amount, unit] = /^(\d+)(\w+)$/.exec(interval)!
  return `${Number(amount) * (edgesMs.length - 1)}${unit}`
}
