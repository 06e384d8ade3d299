/**
 * What changed between two answers of one graph, for `/stream`: usually a few values of the last bucket, or a window that has
 * moved on by a bucket. `applyChange(previous, changeBetween(previous, next))` is `next`, always. Plain data in and out; no
 * imports at run time, so that the page in the browser applies changes with this same file.
 */
import type { GraphAnswer, GraphOther, GraphSeries } from './graph.js'
import type { ColumnChange, GraphChange, OtherChange, SeriesChange, ValuesChange } from './graph-change.js'
import type { SeriesValues } from './values.js'

/** How a window moved on: `shift` buckets went, `length` are there now. */
interface Move {
  readonly shift: number
  readonly length: number
}

/** What changed between two answers to the same question, or null where nothing did. */
export function changeBetween(previous: GraphAnswer, next: GraphAnswer): GraphChange | null {
  const move = moveBetween(previous, next)
  if (move === null) return { whole: next }
  const overall = valuesChange(previous.overall, next.overall, move)
  const series = seriesChange(previous.series, next.series, move)
  const other = otherChange(previous.other, next.other, move)
  const unattributed = lineChange(previous.unattributed, next.unattributed, move)
  const added = next.times.slice(previous.times.length - move.shift)
  const change: GraphChange = {
    ...(move.shift > 0 && { shift: move.shift }),
    ...(added.length > 0 && { times: added }),
    ...(previous.from !== next.from && { from: next.from }),
    ...(previous.to !== next.to && { to: next.to }),
    ...(overall !== null && { overall }),
    ...(series !== null && { series }),
    ...(other !== undefined && { other }),
    ...(unattributed !== undefined && { unattributed }),
    ...(previous.children !== next.children && { children: next.children }),
  }
  return Object.keys(change).length === 0 ? null : change
}

/** The answer after a change. `previous` is left as it is; what did not change is shared with it. */
export function applyChange(previous: GraphAnswer, change: GraphChange): GraphAnswer {
  if (change.whole !== undefined) return change.whole
  const times = [...previous.times.slice(change.shift ?? 0), ...(change.times ?? [])]
  const move = { shift: change.shift ?? 0, length: times.length }
  return {
    ...previous,
    times,
    from: change.from ?? previous.from,
    to: change.to ?? previous.to,
    overall: { ...previous.overall, ...changedValues(previous.overall, change.overall ?? {}, move) },
    series: changedSeries(previous.series, change.series, move),
    other: changedOther(previous.other, change.other, move),
    unattributed: changedLine(previous.unattributed, change.unattributed, move),
    children: change.children ?? previous.children,
  }
}

/** How the window moved on, or null where the answers have too little in common. */
function moveBetween(previous: GraphAnswer, next: GraphAnswer): Move | null {
  const same =
    sameTexts(previous.key, next.key) &&
    sameTexts(previous.dimension, next.dimension) &&
    sameTexts(previous.metrics, next.metrics) &&
    previous.interval === next.interval &&
    previous.tz === next.tz
  const shift = previous.times.indexOf(next.times[0] ?? Number.NaN)
  const kept = previous.times.length - shift
  if (!same || shift < 0 || kept > next.times.length) return null
  for (let i = 0; i < kept; i++) if (previous.times[shift + i] !== next.times[i]) return null
  return { shift, length: next.times.length }
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i])
}

function valuesChange(previous: SeriesValues, next: SeriesValues, move: Move): ValuesChange | null {
  const totals = Object.entries(next.total).filter(([metric, total]) => previous.total[metric] !== total)
  const columns = Object.entries(next.points).flatMap(([metric, column]) => {
    const change = columnChange(previous.points[metric]!, column, move)
    return change === null ? [] : [[metric, change] as const]
  })
  if (totals.length === 0 && columns.length === 0) return null
  return {
    ...(totals.length > 0 && { totals: Object.fromEntries(totals) }),
    ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
  }
}

function columnChange(previous: readonly number[], next: readonly number[], move: Move): ColumnChange | null {
  const set: number[] = []
  for (let i = 0; i < next.length; i++) {
    if ((previous[i + move.shift] ?? 0) !== next[i]) set.push(i, next[i]!)
  }
  if (set.length === 0) return null
  return set.length < next.length ? { set } : { all: next }
}

function changedValues(previous: SeriesValues, change: ValuesChange, move: Move): SeriesValues {
  const points = Object.entries(previous.points).map(([metric, column]) => [
    metric,
    changedColumn(column, ownValue(change.columns, metric), move),
  ])
  return {
    total: change.totals === undefined ? previous.total : { ...previous.total, ...change.totals },
    points: Object.fromEntries(points),
  }
}

/** A metric may be called `constructor`. */
function ownValue<T>(values: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined
}

function changedColumn(
  previous: readonly number[],
  change: ColumnChange | undefined,
  move: Move,
): readonly number[] {
  if (change !== undefined && 'all' in change) return change.all
  const unmoved = move.shift === 0 && move.length === previous.length
  if (change === undefined && unmoved) return previous
  const column = previous.slice(move.shift)
  while (column.length < move.length) column.push(0)
  const set = change?.set ?? []
  for (let i = 0; i < set.length; i += 2) column[set[i]!] = set[i + 1]!
  return column
}

function seriesChange(
  previous: readonly GraphSeries[],
  next: readonly GraphSeries[],
  move: Move,
): readonly (SeriesChange | GraphSeries)[] | null {
  const places = new Map(previous.map((series, place) => [identity(series), place]))
  let changed = previous.length !== next.length
  const changes = next.map((series, place) => {
    const was = places.get(identity(series))
    if (was === undefined) {
      changed = true
      return series
    }
    const before = previous[was]!
    const values = valuesChange(before, series, move)
    changed ||= was !== place || values !== null || before.share !== series.share
    return { was, ...(before.share !== series.share && { share: series.share }), ...values }
  })
  return changed ? changes : null
}

/** A child is the same one where its name is, and whether it is the overflow child. */
function identity(series: GraphSeries): string {
  return `${series.overflow ? '+' : '-'}${series.name}`
}

function changedSeries(
  previous: readonly GraphSeries[],
  changes: GraphChange['series'],
  move: Move,
): readonly GraphSeries[] {
  const all = changes ?? previous.map((_, was): SeriesChange => ({ was }))
  return all.map(change => {
    if (!('was' in change)) return change
    const before = previous[change.was]!
    return { ...before, share: change.share ?? before.share, ...changedValues(before, change, move) }
  })
}

function lineChange(
  previous: SeriesValues | null,
  next: SeriesValues | null,
  move: Move,
): ValuesChange | SeriesValues | null | undefined {
  if (previous === null || next === null) return previous === next ? undefined : next
  return valuesChange(previous, next, move) ?? undefined
}

function changedLine(
  previous: SeriesValues | null,
  change: ValuesChange | SeriesValues | null | undefined,
  move: Move,
): SeriesValues | null {
  if (change === null) return null
  if (change !== undefined && 'points' in change) return change
  return previous && changedValues(previous, change ?? {}, move)
}

function otherChange(
  previous: GraphOther | null,
  next: GraphOther | null,
  move: Move,
): OtherChange | GraphOther | null | undefined {
  if (previous === null || next === null) return previous === next ? undefined : next
  const values = valuesChange(previous, next, move)
  if (previous.children === next.children) return values ?? undefined
  return { children: next.children, ...values }
}

function changedOther(
  previous: GraphOther | null,
  change: OtherChange | GraphOther | null | undefined,
  move: Move,
): GraphOther | null {
  if (change === null) return null
  if (change !== undefined && 'points' in change) return change
  return (
    previous && {
      children: change?.children ?? previous.children,
      ...changedValues(previous, change ?? {}, move),
    }
  )
}
