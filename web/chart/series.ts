/** How uPlot is told to draw one layer: its shape, its colours, its dots. */
import type uPlot from 'uplot'
import type { Ink, Layer } from '../../src/picture/drawing.js'
import { DOT_SIZE, DOT_SPACE, SOFT_FAR, SOFT_NEAR } from '../../src/picture/measures.js'
import type { Bar } from './bars.js'
import { type Colours, colourName } from './colours.js'
import { type Frame, placeIn, type Surroundings } from './frame.js'
import { areaPath, barsPath, dotsPath, linePath, type Place } from './paths.js'

/** Pixels. */
const LONE_DOT_SIZE = 8
/** Pixels for each bucket: with less, lines and the gaps between areas are thinner. */
const DENSE_SPACE = 3
const DENSE_WIDTH = 1.25
const AREA_GAP = 1
const DENSE_AREA_GAP = 0.5

/** The series of the layer at an index. `bars` finds the bars of the frame. */
export function seriesOf(
  layer: Layer,
  index: number,
  around: Surroundings,
  bars: (place: Place) => readonly Bar[],
): uPlot.Series {
  const { shape, style, stroke, fill } = layer
  const { frame, colours, size } = around
  const now = () => frame().drawing.layers[index]!
  const dots = dotSize(layer, frame(), size.width)
  return {
    stroke: () => inkOf(stroke, style, colours()),
    width: strokeWidth(layer, isDense(frame(), size.width)),
    dash: stroke === 'gap' ? [] : style.dash.map(length => length * devicePixelRatio),
    ...(fill !== null && {
      fill: plot =>
        fill === 'soft'
          ? softInk(plot.ctx, now(), placeIn(plot, frame()), colours())
          : inkOf(fill, style, colours()),
    }),
    pxAlign: 0,
    paths: plot => {
      const place = placeIn(plot, frame())
      if (shape === 'bars') return barsPath(bars(place), now(), place)
      return (shape === 'area' ? areaPath : linePath)(frame().view.times, now(), place)
    },
    points: {
      show: dots > 0,
      width: 0,
      fill: () => inkOf(stroke, style, colours()),
      paths: plot => dotsPath(frame().view.times, now(), placeIn(plot, frame()), dots),
    },
  }
}

/** What of a layer's look depends on how many buckets share the width: another one needs another plot. */
export function densityOf(frame: Frame, width: number): string {
  const { length } = frame.view.times
  return `${isDense(frame, width)} ${hasDots(length, width)} ${length === 1}`
}

function isDense({ view }: Frame, width: number): boolean {
  return width / view.times.length < DENSE_SPACE
}

function hasDots(buckets: number, width: number): boolean {
  return width / buckets >= DOT_SPACE
}

function dotSize({ shape, stroke }: Layer, { view }: Frame, width: number): number {
  if (shape !== 'line' || typeof stroke !== 'number') return 0
  if (view.times.length === 1) return LONE_DOT_SIZE
  return hasDots(view.times.length, width) ? DOT_SIZE : 0
}

function strokeWidth({ shape, stroke, style }: Layer, dense: boolean): number {
  if (stroke === null) return 0
  if (shape === 'area') return dense ? DENSE_AREA_GAP : AREA_GAP
  return dense && style.width === 2 ? DENSE_WIDTH : style.width
}

function inkOf(ink: Ink, style: Layer['style'], colours: Colours): string {
  if (ink === null) return 'transparent'
  if (ink === 'band') return colours('band')
  if (ink === 'gap') return colours('card')
  return colours(colourName(style), ink === 'soft' ? 1 : ink)
}

/** The colour of a line, which fades from where the line is furthest from zero to zero itself. */
function softInk(
  context: CanvasRenderingContext2D,
  { style, min, max }: Layer,
  { y }: Place,
  colours: Colours,
): CanvasGradient | string {
  const far = colours(colourName(style), SOFT_FAR)
  if (min === max) return far
  const gradient = context.createLinearGradient(0, y(max), 0, y(min))
  if (max > 0) gradient.addColorStop(0, far)
  gradient.addColorStop(max / (max - min), colours(colourName(style), SOFT_NEAR))
  if (min < 0) gradient.addColorStop(1, far)
  return gradient
}
