/** One picture, worked out before anything is drawn: what is drawn, and from where to where its two axes go. */
import type uPlot from 'uplot'
import { axisEnds, type Cells, cellsOf } from '../../src/picture/cells.js'
import { type Drawing, drawingOf } from '../../src/picture/drawing.js'
import { MOST_VALUE_STEPS, VALUE_SPACE } from '../../src/picture/measures.js'
import { type ValueScale, valueScale } from '../../src/picture/scale.js'
import type { TimeTick } from '../../src/picture/ticks.js'
import type { Colours } from './colours.js'
import type { Place } from './paths.js'
import type { ChartView } from './view.js'

/** Everything that a picture is drawn from. */
export interface Frame {
  readonly view: ChartView
  readonly drawing: Drawing
  readonly cells: Cells
  readonly values: ValueScale
  /** The time axis goes from here to there. */
  readonly fromMs: number
  readonly untilMs: number
}

/** Around the frames: what stays when the next one comes. */
export interface Surroundings {
  readonly frame: () => Frame
  readonly colours: () => Colours
  /** Ticks of the time axis, at most so many. */
  readonly ticks: (most: number) => readonly TimeTick[]
  /** Width of a text, in pixels. */
  readonly widthOf: (text: string) => number
  /** To be called after each drawing. */
  readonly drawn: () => void
  readonly font: string
  readonly size: { readonly width: number; readonly height: number }
}

/** Pixels: above the plotted part, and below it for the times. */
export const TOP_AIR = 10
export const TIME_AXIS_HEIGHT = 30

/** The frame of a view, in a chart of a height. */
export function frameOf(view: ChartView, height: number): Frame {
  const { times, type } = view
  const drawing = drawingOf(view)
  const cells = cellsOf(times, view.endMs)
  const [fromMs = 0, untilMs = 1] = axisEnds(cells, type)
  const values = valueScale(drawing.min, drawing.max, valueSteps(height), drawing.whole)
  return { view, drawing, cells, values, fromMs, untilMs }
}

/** How many steps the axis of values has at most. */
function valueSteps(height: number): number {
  const steps = Math.floor((height - TIME_AXIS_HEIGHT - TOP_AIR) / VALUE_SPACE)
  return Math.min(MOST_VALUE_STEPS, Math.max(2, steps))
}

/**
 * Where times and values are on a plot's canvas. uPlot itself knows the plot's height as 0 to 1 and nothing of values: so it is asked
 * once, not for each of many thousand points, and values may be as large as numbers get.
 */
export function placeIn(plot: uPlot, { values, fromMs, untilMs }: Frame): Place {
  const { left, top, width, height } = plot.bbox
  const perMs = width / (untilMs - fromMs)
  const size = values.until - values.from
  return {
    x: ms => left + (ms - fromMs) * perMs,
    y: value => top + ((values.until - value) / size) * height,
    ratio: devicePixelRatio,
  }
}
