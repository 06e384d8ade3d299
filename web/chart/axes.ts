/** The two axes: times in the reader's zone and language below, values at the left of quiet lines. */
import type uPlot from 'uplot'
import type { TimeTick } from '../../src/picture/ticks.js'
import { type Frame, type Surroundings, TIME_AXIS_HEIGHT } from './frame.js'

/** Pixels: between the plotted part and its labels; between ticks of the time, at least; right of the plotted part, at least. */
const VALUE_GAP = 10
const TIME_GAP = 9
const TIME_SPACE = 96
const RIGHT_AIR = 14

/** The axis of times. */
export function timeAxis(around: Surroundings): uPlot.Axis {
  return {
    ...axis(around),
    grid: { show: false },
    size: TIME_AXIS_HEIGHT,
    gap: TIME_GAP,
    splits: plot => ticksOf(plot, around).map(tick => tick.ms),
    values: plot => ticksOf(plot, around).map(tick => tick.text),
  }
}

/** The axis of values, as wide as its labels are. */
export function valueAxis(around: Surroundings): uPlot.Axis {
  const { frame, widthOf, colours } = around
  return {
    ...axis(around),
    grid: { stroke: () => colours()('grid'), width: 1 },
    gap: VALUE_GAP,
    splits: () => {
      const { from, until, ticks } = frame().values
      return ticks.map(tick => (tick - from) / (until - from))
    },
    values: () => labelsOf(frame()),
    size: (plot, labels) => {
      if (labels === null) return VALUE_GAP
      return Math.max(Math.max(0, ...labels.map(label => widthOf(label))) + VALUE_GAP, overhang(plot, around))
    },
  }
}

/** What the last label of the time needs right of the plotted part. `cycle` is uPlot's: nothing is known yet in 0. */
export function rightAir(plot: uPlot, around: Surroundings, cycle: number): number {
  return cycle === 0 ? RIGHT_AIR : Math.max(RIGHT_AIR, overhang(plot, around) + 1)
}

function axis({ colours, font }: Surroundings): uPlot.Axis {
  // The ticks are found here: uPlot is told of one step so wide that it asks no further.
  return { stroke: () => colours()('soft'), font, ticks: { show: false }, incrs: () => [1e9], space: 1e-9 }
}

function ticksOf(plot: uPlot, { ticks }: Surroundings): readonly TimeTick[] {
  return ticks(Math.max(1, plot.bbox.width / devicePixelRatio / TIME_SPACE))
}

/** Half of the widest time: what it needs beyond a tick at the very edge. */
function overhang(plot: uPlot, around: Surroundings): number {
  return Math.ceil(Math.max(0, ...ticksOf(plot, around).map(({ text }) => around.widthOf(text))) / 2)
}

function labelsOf({ view, values }: Frame): string[] {
  if (view.type !== 'share') return view.format.axis(values.ticks)
  const percent = new Intl.NumberFormat(view.locale, { style: 'percent', maximumFractionDigits: 0 })
  return values.ticks.map(value => percent.format(value))
}
