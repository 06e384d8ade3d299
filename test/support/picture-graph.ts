/** Answers of `/graph` to draw pictures of: made up, the same each time, with whatever names and values a test wants. */

import { numberFormat } from '../../src/picture/numbers.js'
import type { GraphPicture } from '../../src/picture/svg/graph.js'
import type { GraphAnswer } from '../../src/query/graph.js'
import type { SeriesValues } from '../../src/query/values.js'

const MINUTE_MS = 60_000
const START_MS = Date.UTC(2026, 2, 1, 8)

/** What a graph is made of. */
export interface MadeGraph {
  /** Points by the name of the child; all lists have the same length. */
  readonly series: Readonly<Record<string, readonly number[]>>
  readonly other?: readonly number[]
  readonly unattributed?: readonly number[]
  readonly fromMs?: number
  readonly widthMs?: number
  readonly tz?: string
  readonly key?: readonly string[]
  readonly dimension?: readonly string[]
  /** Adds the metric as it was before, so many times as large. */
  readonly beforeTimes?: number
}

/** The answer for points; overall is their sum. Its metric is `dollars`. */
export function madeGraph(made: MadeGraph): GraphAnswer {
  const { series, other, unattributed, fromMs = START_MS, widthMs = MINUTE_MS, tz = 'UTC' } = made
  const { key = ['demo'], dimension = ['channel'], beforeTimes } = made
  const lists = [
    ...Object.values(series),
    ...[other, unattributed].flatMap(points => (points ? [points] : [])),
  ]
  const length = lists[0]?.length ?? 60
  const overall = Array.from({ length }, (_, i) => lists.reduce((sum, points) => sum + points[i]!, 0))
  const values = (points: readonly number[]): SeriesValues => {
    const earlier =
      beforeTimes === undefined ? {} : { 'previous(dollars, 1h)': points.map(value => value * beforeTimes) }
    const columns = { dollars: points, ...earlier }
    const totals = Object.entries(columns).map(([metric, column]) => [
      metric,
      column.reduce((a, b) => a + b, 0),
    ])
    return { points: columns, total: Object.fromEntries(totals) }
  }
  const most = Math.max(
    1e-300,
    Math.abs(sum(overall)),
    ...Object.values(series).map(points => Math.abs(sum(points))),
  )
  return {
    ...{ key, dimension, tz, interval: '1m', from: fromMs, to: fromMs + length * widthMs },
    metrics: ['dollars', ...(beforeTimes === undefined ? [] : ['previous(dollars, 1h)'])],
    times: Array.from({ length }, (_, i) => fromMs + i * widthMs),
    overall: values(overall),
    series: Object.entries(series).map(([name, points]) => ({
      ...{ name, dimension: [...dimension, name], share: Math.abs(sum(points)) / most },
      ...values(points),
    })),
    other: other ? { children: 3, ...values(other) } : null,
    unattributed: unattributed ? values(unattributed) : null,
    children: Object.keys(series).length + (other ? 3 : 0),
  }
}

/** A picture of a graph with everything as usual. */
export function pictureOf(graph: GraphAnswer, options: Partial<GraphPicture> = {}): GraphPicture {
  return {
    ...{ graph, metric: 'dollars', type: 'line', width: 800, theme: 'light', locale: 'en', legend: true },
    ...{ format: numberFormat('', 'en'), period: '1m:1h', nowMs: graph.to },
    ...options,
  }
}

/** A wave of whole numbers: `count` points around `middle`. */
export function wave(count: number, middle: number, height = middle / 2): number[] {
  return Array.from({ length: count }, (_, i) =>
    Math.round(middle + height * Math.sin(i / 5) + ((i * 7919) % 13)),
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
