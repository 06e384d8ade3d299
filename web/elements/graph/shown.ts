/** What a graph shows right now: its lines and the numbers beside them, made from the answer and from what was chosen. Pure. */
import { type Change, changeOf } from '../../../src/picture/change.js'
import { type Line, type Looks, linesOf } from '../../../src/picture/lines.js'
import { formatShare, type NumberFormat } from '../../../src/picture/numbers.js'
import { periodWords } from '../../../src/picture/periods.js'
import { bucketFormat, rangeText } from '../../../src/picture/times.js'
import { partOver, totalUpToNow } from '../../../src/picture/up-to-now.js'
import { zonedFormat } from '../../../src/picture/zoned.js'
import type { GraphAnswer } from '../../../src/query/graph.js'
import { beforeMetric } from './compare.js'
import { inOrder, type Order } from './order.js'

/** What the reader has chosen. */
export interface Choice {
  /** Which of the metrics is drawn, from 0. */
  readonly metric: number
  /** Lines that are switched off, by their ids. */
  readonly off: ReadonlySet<string>
  /** The bucket whose values are shown; null: totals. */
  readonly cursor: number | null
  readonly order: Order | null
}

/** What it is made with. */
export interface Making {
  readonly formats: readonly NumberFormat[]
  readonly locale: string | undefined
  readonly looks: Looks
  /** Overall alone, without children. */
  readonly isAlone: boolean
  /** How far back the compared time lies; null: none. */
  readonly compared: string | null
  /** The period that was asked for; null: from and to. */
  readonly period: string | null
  readonly nowMs: number
}

/** A row of the legend. */
export interface Row {
  readonly line: Line
  readonly isOff: boolean
  readonly share: string | null
  readonly value: string
  readonly change: Change | null
}

/** A graph as it is shown. */
export interface Shown {
  readonly graph: GraphAnswer
  /** The metrics there are tabs for. */
  readonly metrics: readonly string[]
  readonly metric: string
  readonly format: NumberFormat
  readonly lines: readonly Line[]
  /** By line: its points in the time before. */
  readonly before: ReadonlyMap<string, readonly number[]>
  readonly rows: readonly Row[]
  readonly cursor: number | null
  readonly figure: string
  readonly change: Change | null
  /** `in the last hour`, `at Tue 5 Mar 14:05` */
  readonly when: string
  /** What shares are of: null where it is the metric drawn. */
  readonly shareOf: string | null
}

/** Puts it together. */
export function shownGraph(graph: GraphAnswer, choice: Choice, making: Making): Shown {
  const { compared, looks, locale } = making
  const before = (metric: string) => (compared === null ? null : beforeMetric(metric, compared))
  const asked = graph.metrics.filter(metric => !graph.metrics.some(other => before(other) === metric))
  const place = choice.metric < asked.length ? choice.metric : 0
  const metric = asked[place] ?? ''
  const drawn = (of: string) =>
    linesOf(graph, of, looks).filter(line => !making.isAlone || line.kind === 'overall')
  const lines = drawn(metric)
  const told = before(metric)
  const then = told !== null && graph.metrics.includes(told) ? drawn(told) : []
  const cursor = choice.cursor !== null && choice.cursor < graph.times.length ? choice.cursor : null
  const change = changes(graph, cursor, then, making)
  const value = (line: Line) => valueAt(line, cursor)
  const format = making.formats[place]!
  const column = format.column(lines.map(value))
  const overall = lines[0]!
  return {
    ...{ graph, metric, metrics: asked, lines, format, cursor },
    before: new Map(then.map(({ id, points }) => [id, points])),
    rows: inOrder(lines, choice.order, locale).map(line => ({
      line,
      isOff: choice.off.has(line.id),
      share: line.share === null ? null : formatShare(line.share, locale),
      value: column(value(line)),
      change: change(line),
    })),
    figure: format.full(value(overall)),
    change: change(overall),
    when: timeWords(graph, cursor, making),
    shareOf: place === 0 ? null : (asked[0] ?? null),
  }
}

/**
 * The change of each line against the time before. A total is compared up to the same moment; a bucket that is still being
 * counted is not compared at all.
 */
function changes(
  graph: GraphAnswer,
  cursor: number | null,
  before: readonly Line[],
  { nowMs, locale }: Making,
): (line: Line) => Change | null {
  const over = partOver(graph.times.at(-1) ?? graph.from, graph.to, nowMs)
  const then = new Map(before.map(line => [line.id, line]))
  return line => {
    const was = then.get(line.id)
    if (was === undefined || (over < 1 && cursor === graph.times.length - 1)) return null
    if (cursor !== null) return changeOf(valueAt(line, cursor), valueAt(was, cursor), locale)
    const sums = { total: { was: was.total }, points: { was: was.points } }
    return changeOf(line.total, totalUpToNow(sums, 'was', over), locale)
  }
}

function valueAt(line: Line, cursor: number | null): number {
  return cursor === null ? line.total : (line.points[cursor] ?? 0)
}

/** `in the last hour`, `at Tue 5 Mar 14:05`, `in 1 – 3 Mar`. */
export function timeWords(
  graph: GraphAnswer,
  cursor: number | null,
  { locale, period }: Pick<Making, 'locale' | 'period'>,
): string {
  if (cursor !== null) return `at ${bucketFormat(graph.tz, bucketMs(graph), locale)(graph.times[cursor]!)}`
  return period === null ? `in ${rangeText(graph, locale)}` : periodWords(period)
}

/** The time of a graph, as short as it is clear: `14:05 – 14:20` today, else with the dates. */
export function shortRange(graph: GraphAnswer, nowMs: number, locale: string | undefined): string {
  const { from, to, tz } = graph
  const day = zonedFormat(tz, 'en', { dateStyle: 'short' }).one
  if (day(from) !== day(nowMs) || day(to) !== day(nowMs)) return rangeText(graph, locale)
  const seconds = to - from < 600_000 ? ({ second: '2-digit' } as const) : {}
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...seconds } as const
  return zonedFormat(tz, locale, time).range(from, to)
}

/** The width of the last bucket, milliseconds. */
export function bucketMs(graph: GraphAnswer): number {
  return graph.to - (graph.times.at(-1) ?? graph.from)
}
