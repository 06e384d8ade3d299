/** Comparing with the time before: which length that is, and the question that asks for both. Pure. */
import { instantMs, isLength, periodLength, stretchLength } from '../../../src/picture/periods.js'
import { metricList } from '../base/metrics.js'

/** The parameters of a question, as texts. */
type Fields = Readonly<Record<string, string>>

/**
 * How far back the compared time lies; null: nothing is compared. `compare` is the attribute: null for none, a length, or
 * anything else for the length of the period. `period` counts also while a part of it is looked at.
 */
export function compareLength(
  compare: string | null,
  period: string | null,
  fields: Fields,
  nowMs: number,
): string | null {
  if (compare === null || compare === 'none' || compare === 'false') return null
  if (isLength(compare.trim())) return compare.trim()
  const asked = fields.period ?? period
  if (asked) return periodLength(asked)
  const fromMs = instantMs(fields.from, nowMs)
  const untilMs = instantMs(fields.to, nowMs)
  return fromMs === null || untilMs === null ? null : stretchLength(fromMs, untilMs)
}

/** What a metric was before. */
export function beforeMetric(metric: string, length: string): string {
  return `previous(${metric}, ${length})`
}

/** The question with what was before beside each metric; as it is where a metric looks back already. */
export function withBefore(fields: Fields, length: string): Fields {
  const metrics = metricList(fields.metrics ?? 'hits')
  const before = metrics.filter(canLookBack).map(metric => beforeMetric(metric, length))
  return before.length === 0 ? fields : { ...fields, metrics: JSON.stringify([...metrics, ...before]) }
}

/** How far back the compared time of an answer lies, read from its metrics; null where it has none. */
export function comparedLength(metrics: readonly string[]): string | null {
  const [, metric, length] = /^previous\((.*), (\w+)\)$/su.exec(metrics.at(-1) ?? '') ?? []
  return metric !== undefined && length !== undefined && metrics.includes(metric) ? length : null
}

/** `previous` can't stand inside another one. */
function canLookBack(metric: string): boolean {
  return metric !== '' && !/previous\s*\(/.test(metric)
}
