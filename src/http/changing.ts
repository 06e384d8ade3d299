/** What the requests that change counts ask for, read from their fields: `/update_count_to` and `/reset`. */
import { writtenPaths } from '../intake/dimensions.js'
import { parseKey } from '../intake/key.js'
import { parseMetrics } from '../intake/metrics.js'
import { EVENT_PARAMETERS, type ParameterSpec, parseMetricsParameter } from '../intake/parameters.js'
import { parseTime } from '../intake/time.js'
import { kindOf, scalarText } from '../intake/value.js'
import { fieldError } from '../model/errors.js'
import { parseInstant } from '../model/instant.js'
import {
  INTERVALS,
  type Interval,
  isKeptInterval,
  KEPT_INTERVALS,
  type KeptInterval,
} from '../model/interval.js'
import type { Limits } from '../model/limits.js'
import { normalizeName } from '../model/name.js'
import type { Path } from '../model/path.js'
import { parsePeriod } from '../model/period.js'
import { utcZone } from '../model/timezone.js'
import type { FieldValues } from './fields.js'
import type { Reset, UpdateCountTo } from './service.js'

/** Key, dimensions and metrics, as events have them. */
const WHAT = EVENT_PARAMETERS.filter(({ name }) => name !== 'at' && name !== 'id')

/** The fields of `/update_count_to`. */
export const UPDATE_FIELDS: readonly ParameterSpec[] = [...WHAT, { name: 'period' }, { name: 'at' }]

/** The fields of `/reset`. */
export const RESET_FIELDS: readonly ParameterSpec[] = [...WHAT, { name: 'from' }, { name: 'to' }]

/** What `/update_count_to` asks for: one path, the values its bucket is brought to. Throws `invalid_parameter`. */
export function updateOf(fields: FieldValues, nowMs: number, limits: Limits): UpdateCountTo {
  const metrics = parseMetrics(fields.get('metrics'), limits)
  if (metrics.size === 0) throw fieldError('metrics', 'say what the count is: {"dollars":200}')
  const interval = bucketInterval(fields.get('period'))
  return {
    key: parseKey(fields.get('key'), limits),
    path: onePath(fields.get('dimensions'), limits),
    metrics,
    ...(interval && { interval }),
    atMs: parseTime(fields.get('at'), nowMs, limits),
  }
}

/** What `/reset` asks for. The root dimension is the whole key. Throws `invalid_parameter`. */
export function resetOf(fields: FieldValues, nowMs: number, limits: Limits): Reset {
  const path = onePath(fields.get('dimensions'), limits)
  const metrics = metricNames(fields.get('metrics'), limits)
  const fromMs = timeOf(fields, 'from', nowMs)
  const untilMs = timeOf(fields, 'to', nowMs)
  if (fromMs !== undefined && untilMs !== undefined && fromMs >= untilMs) {
    throw fieldError('to', 'is not after from')
  }
  return {
    key: parseKey(fields.get('key'), limits),
    ...(path.length > 0 && { path }),
    ...(metrics && { metrics }),
    ...(fromMs !== undefined && { fromMs }),
    ...(untilMs !== undefined && { untilMs }),
  }
}

function onePath(value: unknown, limits: Limits): Path {
  const paths = writtenPaths(value, limits)
  if (paths.length === 1) return paths[0]!
  throw fieldError('dimensions', 'one path is wanted here: a name, or an array of names')
}

/** The interval of a period, or an interval by itself; only kept ones have buckets of their own. */
function bucketInterval(value: unknown): KeptInterval | undefined {
  if (value === undefined) return undefined
  const text = scalarText(value, 'period') ?? ''
  const interval = INTERVALS.find(known => known === text) ?? (parsePeriod(text).interval as Interval)
  if (isKeptInterval(interval)) return interval
  throw fieldError('period', `${interval} has no buckets of its own: one of ${KEPT_INTERVALS.join(' ')} has`)
}

function metricNames(value: unknown, limits: Limits): string[] | undefined {
  if (value === undefined) return undefined
  const isText = typeof value === 'string'
  if (!isText && !Array.isArray(value))
    throw fieldError('metrics', `names are wanted here, not ${kindOf(value)}`)
  const names = parseMetricsParameter(isText ? value : JSON.stringify(value))
  return names.map(name => normalizeName(name, limits, 'metrics'))
}

function timeOf(fields: FieldValues, field: string, nowMs: number): number | undefined {
  const value = fields.get(field)
  if (value === undefined) return undefined
  const text = scalarText(value, field)
  if (text === undefined) throw fieldError(field, `a time is wanted, not ${kindOf(value)}`)
  return parseInstant(text, field, { nowMs, zone: utcZone() })
}
