/** The shapes of layers as canvas paths: lines, areas between two edges, bars. In canvas pixels. */
import type uPlot from 'uplot'
import type { Layer } from '../../src/picture/drawing.js'
import type { Bar } from './bars.js'

/** Where a time and a value are on the canvas, and how many canvas pixels a pixel of the page is. */
export interface Place {
  readonly x: (ms: number) => number
  readonly y: (value: number) => number
  readonly ratio: number
}

/** The line from point to point; or, of a layer that is a ground only, what lies between it and zero. */
export function linePath(times: readonly number[], { to, stroke }: Layer, place: Place): uPlot.Series.Paths {
  const path = new Path2D()
  trace(path, times, to, place)
  if (stroke !== null) return { stroke: path }
  if (times.length > 0) {
    path.lineTo(place.x(times.at(-1)!), place.y(0))
    path.lineTo(place.x(times[0]!), place.y(0))
  }
  return { fill: path }
}

/** The ground between a layer's two edges, and its outer edge. */
export function areaPath(times: readonly number[], { from, to }: Layer, place: Place): uPlot.Series.Paths {
  const stroke = new Path2D()
  trace(stroke, times, to, place)
  const fill = new Path2D(stroke)
  const { x, y } = place
  for (let i = times.length - 1; i >= 0; i--) fill.lineTo(x(times[i]!), y(from![i]!))
  return { stroke, fill }
}

/** A layer's part of each bar. */
export function barsPath(bars: readonly Bar[], { from, to }: Layer, { y }: Place): uPlot.Series.Paths {
  const fill = new Path2D()
  for (const { index, left, width, gap } of bars) {
    const [near, far] = [y(from![index]!), y(to[index]!)]
    const height = Math.abs(far - near)
    if (height === 0) continue
    // The gap is taken from the far side, unless it would leave nothing to see.
    const shown = height - Math.min(gap, height / 2)
    fill.rect(left, far < near ? near - shown : near, width, shown)
  }
  return { fill }
}

/** A dot at each point of a line. */
export function dotsPath(
  times: readonly number[],
  { to }: Layer,
  { x, y, ratio }: Place,
  size: number,
): uPlot.Series.Points.Paths {
  const fill = new Path2D()
  const radius = (size / 2) * ratio
  for (const [i, ms] of times.entries()) {
    const [left, top] = [x(ms), y(to[i]!)]
    fill.moveTo(left + radius, top)
    fill.arc(left, top, radius, 0, 2 * Math.PI)
  }
  return { fill }
}

function trace(
  path: Path2D,
  times: readonly number[],
  values: readonly number[],
  { x, y }: Pick<Place, 'x' | 'y'>,
): void {
  for (let i = 0; i < times.length; i++) path.lineTo(x(times[i]!), y(values[i]!))
}
