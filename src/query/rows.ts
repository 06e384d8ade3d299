/**
 * Answers as flat rows, one value each (`format=rows`): what Grafana's JSON sources and data frames take. Times are epoch
 * milliseconds; dimensions are labels, as in `/plotpoints`. The lines of `/graph` that are no children are
 * called `(other)` and `(unattributed)`.
 */
import { type Path, pathLabel } from '../model/path.js'
import type { GraphAnswer } from './graph.js'
import type { DimensionsAnswer, KeysAnswer, MetricNamesAnswer } from './listing.js'
import type { Plotpoints } from './plotpoints.js'
import type { Ranking } from './rank.js'
import type { PeriodTotals } from './totals.js'
import type { SeriesValues } from './values.js'

/** One value of one series at one time. */
export interface Row {
  /** Start of the bucket; of a total, start of its period. */
  readonly time: number
  readonly key: string
  readonly dimension: string
  readonly metric: string
  readonly value: number
}

/** A row of `/totals`: it says which period, too. */
export interface TotalRow extends Row {
  readonly period: string
}

/** The labels of the lines of a graph that are no children. */
export const OTHER_LABEL = '(other)'
export const UNATTRIBUTED_LABEL = '(unattributed)'

/**
 * How a key is called in rows: its bare name, a JSON array where it has several; as it can be typed for the parameter `key`.
 */
export function keyLabel(key: Path): string {
  const [name] = key
  return key.length === 1 && /^[^[{"]/.test(name!) ? name! : JSON.stringify(key)
}

/** A graph's lines under their labels: overall, the series, the others, the unattributed. */
export function linesOf(graph: GraphAnswer): { label: string; values: SeriesValues }[] {
  return [
    { label: pathLabel(graph.dimension), values: graph.overall },
    ...graph.series.map(series => ({ label: pathLabel(series.dimension), values: series })),
    ...(graph.other ? [{ label: OTHER_LABEL, values: graph.other }] : []),
    ...(graph.unattributed ? [{ label: UNATTRIBUTED_LABEL, values: graph.unattributed }] : []),
  ]
}

/** Rows of `/plotpoints`: series by series, metric by metric, ascending times. */
export function plotpointsRows({ key, metrics, times, series }: Plotpoints): Row[] {
  const label = keyLabel(key)
  return series.flatMap(({ path, points }) => pointRows(label, pathLabel(path), metrics, times, points))
}

/** Rows of `/graph`. */
export function graphRows(graph: GraphAnswer): Row[] {
  const { metrics, times } = graph
  const key = keyLabel(graph.key)
  return linesOf(graph).flatMap(({ label, values }) => pointRows(key, label, metrics, times, values.points))
}

function pointRows(
  key: string,
  dimension: string,
  metrics: readonly string[],
  times: readonly number[],
  points: SeriesValues['points'],
): Row[] {
  return metrics.flatMap(metric => {
    const values = points[metric]!
    return times.map((time, i) => ({ time, key, dimension, metric, value: values[i]! }))
  })
}

/** Rows of `/totals`. */
export function totalsRows({ key, metrics, periods }: PeriodTotals): TotalRow[] {
  const label = keyLabel(key)
  return periods.flatMap(({ period, fromMs, series }) =>
    series.flatMap(({ path, total }) =>
      metrics.map(metric => ({
        time: fromMs,
        key: label,
        dimension: pathLabel(path),
        metric,
        value: total[metric]!,
        period,
      })),
    ),
  )
}

/** Rows of `/rank`: the entries, flat. */
export function rankRows({ key, metric, fromMs, entries }: Ranking): (Row & Record<string, unknown>)[] {
  const label = keyLabel(key)
  return entries.map(({ dimension, ...scores }) => {
    return { time: fromMs, key: label, dimension: pathLabel(dimension), metric, ...scores }
  })
}

/** Rows of `/keys`. */
export function keysRows({ keys }: KeysAnswer): { key: string }[] {
  return keys.map(({ path }) => ({ key: keyLabel(path) }))
}

/** Rows of `/dimensions`. */
export function dimensionsRows({ key, children }: DimensionsAnswer): { key: string; dimension: string }[] {
  return children.map(({ path }) => ({ key: keyLabel(key), dimension: pathLabel(path) }))
}

/** Rows of `/metric_names`. */
export function metricNamesRows({ key, metrics }: MetricNamesAnswer): { key: string; metric: string }[] {
  return metrics.map(metric => ({ key: keyLabel(key), metric }))
}
