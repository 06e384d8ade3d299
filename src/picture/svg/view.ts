/** What a picture of a graph shows: its lines and the words and numbers beside them, ready to be laid out. Pure. */
import type { GraphAnswer } from '../../query/graph.js'
import { type Change, changeOf } from '../change.js'
import type { ChartType } from '../chart-type.js'
import { type Line, Looks, linesOf } from '../lines.js'
import { keyName } from '../names.js'
import { isEmptyGraph } from '../nothing.js'
import { formatShare, type NumberFormat } from '../numbers.js'
import { lengthWords, periodWords } from '../periods.js'
import { rangeText } from '../times.js'
import { partOver, totalUpToNow } from '../up-to-now.js'
import type { Theme } from './sheet.js'

/** A graph that is to be a picture, and how. */
export interface GraphPicture {
  readonly graph: GraphAnswer
  readonly metric: string
  /** What the same metric was before, under which name the graph has it, and how much earlier that is. */
  readonly compared?: { readonly metric: string; readonly length: string } | undefined
  readonly type: ChartType
  /** Pixels. */
  readonly width: number
  /** Pixels; absent: as many as it needs. */
  readonly height?: number | undefined
  readonly theme: Theme
  /** Instead of the names of key and dimension. */
  readonly caption?: string | undefined
  readonly format: NumberFormat
  readonly locale: string
  readonly legend: boolean
  /** Overall alone is drawn. */
  readonly alone?: boolean
  /** The period as it was asked for; absent where `from` was. */
  readonly period?: string | undefined
  /** Epoch milliseconds. */
  readonly nowMs: number
}

/** A line of the table. */
export interface Row {
  readonly line: Line
  readonly share: string
  readonly value: string
  readonly change: Change | null
}

/** The words, numbers and lines of a picture. */
export interface View {
  readonly picture: GraphPicture
  readonly lines: readonly Line[]
  /** By a line's id: its points in the period before. */
  readonly before: ReadonlyMap<string, readonly number[]>
  readonly rows: readonly Row[]
  /** The way to what is shown, the last step being where it is; one step where there is a caption. */
  readonly crumbs: readonly string[]
  readonly figure: string
  readonly change: Change | null
  /** `dollars in the last hour` */
  readonly words: string
  /** `the hour before`; '' where nothing is compared. */
  readonly comparedWords: string
  readonly isEmpty: boolean
}

/** The view of a picture. */
export function viewOf(picture: GraphPicture): View {
  const { graph, metric, compared, locale, format, alone = false } = picture
  const looks = new Looks()
  const shown = (name: string) =>
    linesOf(graph, name, looks).filter(line => !alone || line.kind === 'overall')
  const lines = shown(metric)
  const then = new Map(compared === undefined ? [] : shown(compared.metric).map(line => [line.id, line]))
  const totals = lines.map(line => line.total)
  const write = format.column(totals)
  const changed = (line: Line) => changeSince(picture, line, then.get(line.id))
  return {
    picture,
    lines,
    before: new Map([...then].map(([id, line]) => [id, line.points])),
    rows: lines.map(line => ({
      line,
      share: line.share === null ? '' : formatShare(line.share, locale),
      value: write(line.total),
      change: changed(line),
    })),
    crumbs: picture.caption === undefined ? stepsTo(graph) : [picture.caption],
    figure: format.full(lines[0]!.total),
    change: changed(lines[0]!),
    words: `${metric} ${timeWords(picture)}`,
    comparedWords: compared === undefined ? '' : `the ${lengthWords(compared.length)} before`,
    isEmpty: isEmptyGraph(graph),
  }
}

function changeSince(picture: GraphPicture, line: Line, then: Line | undefined): Change | null {
  if (then === undefined) return null
  const { graph, locale, nowMs } = picture
  const over = partOver(graph.times.at(-1) ?? graph.from, graph.to, nowMs)
  const before = totalUpToNow({ total: { was: then.total }, points: { was: then.points } }, 'was', over)
  return changeOf(line.total, before, locale)
}

function timeWords({ graph, period, locale }: GraphPicture): string {
  return period === undefined ? `in ${rangeText(graph, locale)}` : periodWords(period)
}

/** From the key to the path that is broken down. */
function stepsTo({ key, dimension }: Pick<GraphAnswer, 'key' | 'dimension'>): string[] {
  return [keyName(key), ...dimension]
}
