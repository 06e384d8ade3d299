/** How uPlot is told to draw frames: scales, axes, series, and what lies below them. */
import type uPlot from 'uplot'
import { openStart } from '../../src/picture/cells.js'
import { rightAir, timeAxis, valueAxis } from './axes.js'
import { type Bar, barsOf } from './bars.js'
import { type Frame, placeIn, type Surroundings, TOP_AIR } from './frame.js'
import type { Place } from './paths.js'
import { densityOf, seriesOf } from './series.js'

/** The columns that uPlot keeps: the times, and each layer's outer edge. */
export function columnsOf({ view, drawing }: Frame): uPlot.AlignedData {
  // uPlot only reads them.
  return [view.times as number[], ...drawing.layers.map(layer => layer.to as number[])]
}

/** What two frames must have in common for one plot to draw both. */
export function plotShape(frame: Frame, width: number): string {
  const layers = frame.drawing.layers.map(layer => {
    const { id, shape, style, stroke, fill } = layer
    return [id, shape, style, stroke, fill]
  })
  return JSON.stringify([layers, densityOf(frame, width)])
}

/** The options of a plot, which reads each frame when it draws it. */
export function plotOptions(around: Surroundings): uPlot.Options {
  const { frame, size, drawn } = around
  const bars = barsFinder(frame)
  return {
    ...size,
    ms: 1,
    padding: [TOP_AIR, (plot, _side, _axes, cycle) => rightAir(plot, around, cycle), 0, 0],
    legend: { show: false, live: false },
    cursor: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      x: { time: false, range: () => [frame().fromMs, frame().untilMs] },
      y: { auto: false, range: () => [0, 1] },
    },
    series: [{}, ...frame().drawing.layers.map((layer, i) => seriesOf(layer, i, around, bars))],
    axes: [timeAxis(around), valueAxis(around)],
    hooks: {
      draw: [drawn],
      drawClear: [plot => shadeLive(plot, around)],
      drawAxes: [plot => drawZero(plot, around)],
    },
  }
}

/** Finds the bars of the frame that there is, once for all layers. */
function barsFinder(frame: () => Frame): (place: Place) => readonly Bar[] {
  let found: { readonly of: Frame; readonly from: number; readonly bars: readonly Bar[] } | null = null
  return place => {
    const now = frame()
    const from = place.x(now.fromMs)
    if (found?.of !== now || found.from !== from)
      found = { of: now, from, bars: barsOf(now.cells.edges, now.drawing.layers, place) }
    return found.bars
  }
}

/** The last bucket is still being counted: its part of the time is shaded, so that its dip is understood. */
function shadeLive(plot: uPlot, { frame, colours }: Surroundings): void {
  const { view, cells } = frame()
  if (!view.live || view.times.length === 0) return
  const { left, top, width, height } = plot.bbox
  const start = Math.max(left, placeIn(plot, frame()).x(openStart(cells, view.type)))
  fill(plot, colours()('band'), start, top, left + width - start, height)
}

/** The line of zero, a little stronger than the grid: what grows, grows from there. */
function drawZero(plot: uPlot, { frame, colours }: Surroundings): void {
  if (frame().view.times.length === 0) return
  const { left, width } = plot.bbox
  const { y, ratio } = placeIn(plot, frame())
  fill(plot, colours()('edge'), left, Math.round(y(0)), width, Math.max(1, Math.round(ratio)))
}

function fill(
  { ctx }: uPlot,
  colour: string,
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  // uPlot remembers what it set: it must find it again.
  ctx.save()
  ctx.fillStyle = colour
  ctx.fillRect(left, top, width, height)
  ctx.restore()
}
