/**
 * Answers as CSV (`format=csv`), the way a spreadsheet or a pivot table wants them: a header, then a line per time and
 * dimension with a column per metric. Times are ISO 8601 in UTC. Lines end with CR LF (RFC 4180).
 *
 * Whoever may count chooses the names, and a spreadsheet runs a cell that starts like a formula: such texts get an apostrophe
 * in front. Numbers stay numbers.
 */
import { stringify } from 'csv-stringify/sync'
import { pathLabel } from '../model/path.js'
import type { GraphAnswer } from './graph.js'
import type { DimensionsAnswer, KeysAnswer, MetricNamesAnswer } from './listing.js'
import type { Plotpoints } from './plotpoints.js'
import type { Ranking } from './rank.js'
import { keyLabel, linesOf } from './rows.js'
import type { PeriodTotals } from './totals.js'
import type { Columns } from './values.js'

type Cell = string | number | boolean

/** What a spreadsheet takes for the start of a formula, or skips before one. */
const FORMULA_START = /^[=+\-@\t\r\n]/

/** CSV of `/plotpoints`: time, key, dimension, then the metrics. */
export function plotpointsCsv({ key, metrics, times, series }: Plotpoints): string {
  const lines = series.map(({ path, points }) => ({ label: pathLabel(path), points }))
  return pointsCsv(keyLabel(key), metrics, times, lines)
}

/** CSV of `/graph`, as of `/plotpoints`. */
export function graphCsv(graph: GraphAnswer): string {
  const lines = linesOf(graph).map(({ label, values }) => ({ label, points: values.points }))
  return pointsCsv(keyLabel(graph.key), graph.metrics, graph.times, lines)
}

function pointsCsv(
  key: string,
  metrics: readonly string[],
  times: readonly number[],
  lines: readonly { readonly label: string; readonly points: Columns }[],
): string {
  const isoTimes = times.map(iso)
  const cells = lines.flatMap(({ label, points }) => {
    const columns = metrics.map(metric => points[metric]!)
    return isoTimes.map((time, i) => [time, key, label, ...columns.map(column => column[i]!)])
  })
  return table(['time', 'key', 'dimension', ...metrics], cells)
}

/** CSV of `/totals`: period, the start of that period, key, dimension, then the metrics. */
export function totalsCsv({ key, metrics, periods }: PeriodTotals): string {
  const cells = periods.flatMap(({ period, fromMs, series }) =>
    series.map(({ path, total }) => [
      period,
      iso(fromMs),
      keyLabel(key),
      pathLabel(path),
      ...metrics.map(metric => total[metric]!),
    ]),
  )
  return table(['period', 'time', 'key', 'dimension', ...metrics], cells)
}

/** CSV of `/rank`. */
export function rankCsv({ key, metric, entries }: Ranking): string {
  const columns = ['value', 'count', 'score', 'difference', 'effect', 'important'] as const
  const cells = entries.map(entry => [
    keyLabel(key),
    pathLabel(entry.dimension),
    metric,
    ...columns.map(column => entry[column]),
  ])
  return table(['key', 'dimension', 'metric', ...columns], cells)
}

/** CSV of `/keys`. */
export function keysCsv({ keys }: KeysAnswer): string {
  return table(
    ['key'],
    keys.map(({ path }) => [keyLabel(path)]),
  )
}

/** CSV of `/dimensions`. */
export function dimensionsCsv({ key, children }: DimensionsAnswer): string {
  return table(
    ['key', 'dimension'],
    children.map(({ path }) => [keyLabel(key), pathLabel(path)]),
  )
}

/** CSV of `/metric_names`. */
export function metricNamesCsv({ key, metrics }: MetricNamesAnswer): string {
  return table(
    ['key', 'metric'],
    metrics.map(metric => [keyLabel(key), metric]),
  )
}

function table(header: readonly string[], lines: readonly (readonly Cell[])[]): string {
  return stringify(
    [header, ...lines].map(line => line.map(harmless)),
    { record_delimiter: 'windows', cast: { boolean: String } },
  )
}

function harmless(cell: Cell): Cell {
  return typeof cell === 'string' && FORMULA_START.test(cell) ? `'${cell}` : cell
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
