/** The shapes of a graph as path data: lines, areas between two edges, bars. In pixels of the picture. Pure. */
import { BAR_PART, PART_GAP, WIDEST_BAR } from '../measures.js'
import { coordinate } from './element.js'
import { columnsOf, furthest, type Points, thinned } from './thin.js'

/** Where a time and a value are in the picture. */
export interface Place {
  readonly x: (ms: number) => number
  readonly y: (value: number) => number
}

/** A layer's two edges, bucket by bucket. */
export interface Edges {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** A tenth of a pixel is finer than anybody sees, also in a picture of four times the size. */
const c = (value: number) => coordinate(Math.round(value * 10) / 10)

/** Bars in cells narrower than this are drawn pixel by pixel. */
const NARROWEST_CELL = 2

/** A line from point to point. A single point is a line of no length: with round ends it is a dot. */
export function linePath(times: readonly number[], values: readonly number[], { x, y }: Place): string {
  const points = thinned({ x: times.map(x), y: values.map(y) })
  return points.x.length === 1 ? `${traced(points)}h0` : traced(points)
}

/** The ground between a line and zero. */
export function groundPath(times: readonly number[], values: readonly number[], place: Place): string {
  if (times.length < 2) return ''
  const points = thinned({ x: times.map(place.x), y: values.map(place.y) })
  const zero = c(place.y(0))
  return `${traced(points)}L${c(points.x.at(-1)!)} ${zero}H${c(points.x[0]!)}Z`
}

/** The ground between the edges of a layer, and its outer edge. */
export function areaPaths(
  times: readonly number[],
  { from, to }: Edges,
  { x, y }: Place,
): { ground: string; edge: string } {
  const across = times.map(x)
  const columns = columnsOf(across)
  const isDense = columns.length < times.length
  const at = isDense ? columns.map(([start]) => Math.floor(across[start]!) + 0.5) : across
  const heights = (values: readonly number[]) => (isDense ? furthest(values, columns) : values).map(y)
  const edge = traced({ x: at, y: heights(to) })
  const back = traced({ x: at.toReversed(), y: heights(from).reverse() })
  return { ground: `${edge}L${back.slice(1)}Z`, edge }
}

/** A bar for each bucket in the middle of its cell; `edges` are those of the cells. */
export function barsPath(edges: readonly number[], layer: Edges, { x, y }: Place): string {
  const across = edges.map(x)
  const isDense = (across.at(-1)! - across[0]!) / layer.to.length < NARROWEST_CELL
  if (isDense) return denseBars(across, layer, y)
  const boxes = layer.to.map((to, i) => {
    const [left, width] = barAt(across[i]!, across[i + 1]!)
    return box(left, width, y(layer.from[i]!), y(to))
  })
  return boxes.join('')
}

/** Pixel by pixel, how far the bars in it get above zero and below. */
function denseBars(across: readonly number[], { from, to }: Edges, y: Place['y']): string {
  const columns = columnsOf(across.slice(0, -1))
  const side = (isThere: (part: number) => boolean) => {
    const only = (values: readonly number[]) =>
      values.map((value, i) => (isThere(to[i]! - from[i]!) ? value : 0))
    const [near, far] = [furthest(only(from), columns), furthest(only(to), columns)]
    return columns.map(([start, end], i) =>
      box(across[start]!, across[end]! - across[start]!, y(near[i]!), y(far[i]!)),
    )
  }
  return [...side(part => part > 0), ...side(part => part < 0)].join('')
}

function barAt(start: number, end: number): [left: number, width: number] {
  const width = Math.max(1, Math.min((end - start) * BAR_PART, WIDEST_BAR))
  return [(start + end - width) / 2, width]
}

/** A part of a bar, '' where it has no height; a gap shorter at its far side unless that would leave nothing to see. */
function box(left: number, width: number, near: number, far: number): string {
  const height = Math.abs(near - far)
  if (height === 0) return ''
  const shown = height - Math.min(PART_GAP, height / 2)
  return `M${c(left)} ${c(near)}h${c(width)}v${c(far < near ? -shown : shown)}h${c(-width)}Z`
}

function traced({ x, y }: Points): string {
  let path = ''
  for (const [i, left] of x.entries()) path += `${i === 0 ? 'M' : 'L'}${c(left)} ${c(y[i]!)}`
  return path
}
