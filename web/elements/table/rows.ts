/** The rows of a table of children: from an answer of `/graph`, or of `/totals` where that knows better. Pure. */
import { compareUtf8, OVERFLOW_NAME } from '../../../src/model/path.js'
import { othersName, withoutName } from '../../../src/picture/names.js'
import type { GraphAnswer } from '../../../src/query/graph.js'
import type { TotalRow } from '../../../src/query/rows.js'
import type { SeriesValues } from '../../../src/query/values.js'

/** A row: a child, or what stands below the children. */
export interface TableRow {
  /** Tells rows of one table apart, and is the same from answer to answer. */
  readonly id: string
  readonly kind: 'child' | 'other' | 'unattributed' | 'overall'
  readonly name: string
  /** The path of a child; of the others, nothing. */
  readonly dimension: readonly string[]
  /** One for each metric; null where that isn't known. */
  readonly totals: readonly number[] | null
  /** The first metric's course; empty where that isn't known. */
  readonly points: readonly number[]
}

/** The children shown, and what stands below them. */
export interface TableRows {
  readonly children: readonly TableRow[]
  readonly foot: readonly TableRow[]
  /** Children that are not shown. */
  readonly hidden: number
}

/** By which column children are ordered: by name, or by the metric at that place. */
export interface TableSort {
  readonly by: 'name' | number
  readonly descending: boolean
}

/** Largest first, by the first metric: the order in which a graph chooses children. */
export const DEFAULT_SORT: TableSort = { by: 0, descending: true }

/** The next order after a click on a column: the other way round, or that column's own way, numbers largest first. */
export function sortAfter(sort: TableSort, by: TableSort['by']): TableSort {
  return sort.by === by ? { by, descending: !sort.descending } : { by, descending: by !== 'name' }
}

/** The order as the server's `sort` has it. */
export function sortText({ by, descending }: TableSort, metrics: readonly string[]): string {
  return `${descending ? '-' : ''}${by === 'name' ? by : metrics[by]}`
}

/** The other way round; null for a text that is none of these. `name` is a metric's where one is called so. */
export function sortOf(text: string, metrics: readonly string[]): TableSort | null {
  const order = (column: string, descending: boolean): TableSort | null => {
    const by = metrics.indexOf(column)
    if (by >= 0) return { by, descending }
    return column === 'name' ? { by: 'name', descending } : null
  }
  return order(text, false) ?? (text.startsWith('-') ? order(text.slice(1), true) : null)
}

/**
 * Whether the children of an answer are the first ones of an order: where all are there, and where it is the order that a graph
 * chooses by, the largest sums first. Of ratios it chooses those with the most behind them.
 */
export function isChosenBy(graph: GraphAnswer, { by, descending }: TableSort): boolean {
  if (graph.other === null) return true
  if (by !== 0 || !descending) return false
  const metric = graph.metrics[0] ?? ''
  const sums = graph.series.map(({ share, total }) => ({ share, total: total[metric] ?? 0 }))
  const most = sums.reduce((most, sum) => (sum.total > most.total ? sum : most), { share: 0, total: 0 })
  return sums.every(({ share, total }) => {
    return total >= 0 && Math.abs(share * most.total - most.share * total) <= 1e-9 * most.total
  })
}

/** All rows of a graph's answer, in order. */
export function rowsOf(graph: GraphAnswer, sort: TableSort): TableRows {
  const children = graph.series.map(series => ({
    ...{ id: `${series.overflow ? 'overflow' : 'child'} ${series.name}`, kind: 'child' as const },
    ...{ name: series.name, dimension: series.dimension },
    ...valuesOf(graph, series),
  }))
  return { children: inOrder(children, sort), foot: footOf(graph), hidden: graph.other?.children ?? 0 }
}

/**
 * The rows of a graph's answer with other children: those that `/totals` has chosen, in its order. `points` are those of
 * each child by the label of its path. What the remaining children add up to isn't known then.
 */
export function rowsWith(
  graph: GraphAnswer,
  totals: readonly TotalRow[],
  points: ReadonlyMap<string, readonly number[]>,
): TableRows {
  const labels = [...new Set(totals.map(({ dimension }) => dimension))]
  const values = new Map(totals.map(row => [`${row.metric} ${row.dimension}`, row.value]))
  const children = labels.map(label => {
    const dimension = pathOf(label)
    const name = dimension.at(-1) ?? ''
    return {
      ...{
        id: `${name === OVERFLOW_NAME ? 'overflow' : 'child'} ${name}`,
        kind: 'child' as const,
        name,
        dimension,
      },
      totals: graph.metrics.map(metric => values.get(`${metric} ${label}`) ?? 0),
      points: points.get(label) ?? [],
    }
  })
  const hidden = Math.max(0, graph.children - children.length)
  const foot = footOf(graph).flatMap((row): TableRow[] => {
    if (row.kind !== 'other') return [row]
    return hidden === 0 ? [] : [{ ...row, name: othersName(hidden), totals: null, points: [] }]
  })
  return { children, foot, hidden }
}

/** Children in order; equal ones by name. */
export function inOrder(rows: readonly TableRow[], { by, descending }: TableSort): TableRow[] {
  const sign = descending ? -1 : 1
  const byName = (a: TableRow, b: TableRow) => compareUtf8(a.name, b.name)
  if (by === 'name') return [...rows].sort((a, b) => sign * byName(a, b))
  return [...rows].sort((a, b) => sign * (a.totals![by]! - b.totals![by]!) || byName(a, b))
}

/** How long the bars of the first metric are, 0 to 1: beside the whole, or the largest child where that is more. */
export function barsOf({ children, foot }: TableRows): (row: TableRow) => number {
  const sizeOf = (row: TableRow) => Math.abs(row.totals?.[0] ?? 0)
  const overall = foot.filter(({ kind }) => kind === 'overall')
  const largest = Math.max(0, ...[...children, ...overall].map(sizeOf))
  return row => (largest === 0 ? 0 : Math.min(1, sizeOf(row) / largest))
}

function footOf(graph: GraphAnswer): TableRow[] {
  const { other, unattributed, overall, dimension } = graph
  const row = (kind: TableRow['kind'], name: string, values: SeriesValues): TableRow => {
    return { id: kind, kind, name, dimension: [], ...valuesOf(graph, values) }
  }
  return [
    ...(other ? [row('other', othersName(other.children), other)] : []),
    ...(unattributed ? [row('unattributed', withoutName(dimension), unattributed)] : []),
    row('overall', 'Overall', overall),
  ]
}

function valuesOf(
  { metrics }: GraphAnswer,
  { total, points }: SeriesValues,
): Pick<TableRow, 'totals' | 'points'> {
  return { totals: metrics.map(metric => total[metric] ?? 0), points: points[metrics[0] ?? ''] ?? [] }
}

/** The path that a label stands for; labels are those of `/plotpoints` and `/totals`. */
function pathOf(label: string): readonly string[] {
  if (label === '_') return []
  return label.startsWith('[') ? (JSON.parse(label) as string[]) : [label]
}
