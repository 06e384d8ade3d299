/** The graph itself, in its box: axes, the bucket that is still being counted, and what is drawn of the lines. Pure. */
import { axisEnds, cellsOf, openStart } from '../cells.js'
import { type Drawing, drawingOf } from '../drawing.js'
import { MOST_VALUE_STEPS, VALUE_SPACE } from '../measures.js'
import { formatShare } from '../numbers.js'
import { type ValueScale, valueScale } from '../scale.js'
import { grid, LABEL, LABEL_GAP, timeTexts, valueTexts, zeroLine } from './axes.js'
import { element, type Svg, textElement, together } from './element.js'
import type { Box, Field } from './field.js'
import { layerShapes } from './layers.js'
import type { Place } from './shapes.js'
import { fill } from './sheet.js'
import { cutTo, widthOf } from './text.js'
import type { View } from './view.js'

const AXIS_HEIGHT = 30
const TOP_AIR = 8
const RIGHT_AIR = 10
/** Pixels of a label, with a little air. */
const LABEL_HEIGHT = 16

/** What is drawn for a view. */
export function drawingFor({ picture, lines, before }: View): Drawing {
  return drawingOf({ times: picture.graph.times, lines, before, type: picture.type })
}

/** The graph in its box. */
export function plotOf(view: View, drawing: Drawing, box: Box): Svg {
  const scale = readable(scaleFor(view, drawing, box.height), box.height)
  const labels = valueLabels(view, scale)
  const gutter = Math.max(...labels.map(label => widthOf(label, LABEL))) + LABEL_GAP
  const field = fieldOf(view, scale, box, gutter)
  return together(
    liveShade(view, field),
    grid(field),
    valueTexts(field, labels),
    timeTexts(view, field, box),
    ...drawing.layers.map(layer => layerShapes(view, layer, field)),
    zeroLine(field),
    ...(view.isEmpty ? [emptyText(view, field)] : []),
  )
}

function scaleFor({ picture: { type } }: View, { min, max, whole }: Drawing, height: number): ValueScale {
  const room = (height - AXIS_HEIGHT - TOP_AIR) / VALUE_SPACE
  const steps = room < 0.8 ? 1 : Math.min(MOST_VALUE_STEPS, Math.max(2, Math.floor(room)))
  const scale = valueScale(within(min), within(max), steps, whole)
  return type === 'share' && max === 0 && min === 0 ? { ...scale, ticks: [0, 0.5, 1] } : scale
}

/** The scale without the ticks whose labels would touch others, zero being the last to go. */
function readable(scale: ValueScale, height: number): ValueScale {
  const { from, until, ticks } = scale
  const perPixel = (until / 2 - from / 2) / Math.max(1, height - TOP_AIR - AXIS_HEIGHT)
  const kept: number[] = []
  for (const tick of ticks.toSorted((a, b) => Math.abs(a) - Math.abs(b))) {
    if (kept.every(other => Math.abs(tick / 2 - other / 2) >= LABEL_HEIGHT * perPixel)) kept.push(tick)
  }
  return { ...scale, ticks: ticks.filter(tick => kept.includes(tick)) }
}

function valueLabels({ picture: { type, format, locale } }: View, { ticks }: ValueScale): string[] {
  return type === 'share' ? ticks.map(tick => formatShare(tick, locale)) : format.axis(ticks)
}

function fieldOf({ picture: { graph, type } }: View, scale: ValueScale, box: Box, gutter: number): Field {
  const [fromMs = graph.from, untilMs = graph.to] = axisEnds(cellsOf(graph.times, graph.to), type)
  const left = box.left + gutter
  const top = box.top + TOP_AIR
  const width = Math.max(1, box.width - gutter - RIGHT_AIR)
  const height = Math.max(1, box.height - TOP_AIR - AXIS_HEIGHT)
  const place: Place = {
    x: ms => left + ((ms - fromMs) / (untilMs - fromMs)) * width,
    // Halves, so that what lies between the largest doubles has a length.
    y: value =>
      top + height - ((within(value) / 2 - scale.from / 2) / (scale.until / 2 - scale.from / 2)) * height,
  }
  return { left, top, width, height, place, scale, fromMs, untilMs }
}

/** Sums of the largest doubles have none. */
function within(value: number): number {
  return Math.max(-Number.MAX_VALUE / 2, Math.min(Number.MAX_VALUE / 2, value))
}

/** The last bucket is still being counted: its part of the time is shaded, so that its dip is understood. */
function liveShade({ picture }: View, { left, top, width, height, place }: Field): Svg {
  const { graph, nowMs, type } = picture
  if (nowMs >= graph.to || graph.times.length === 0) return together()
  const x = Math.max(left, place.x(openStart(cellsOf(graph.times, graph.to), type)))
  return element('rect', { class: fill('band'), x, y: top, width: left + width - x, height })
}

function emptyText({ words }: View, { left, top, width, height }: Field): Svg {
  const text = cutTo(width, `No ${words}`, { size: 14 })
  const place = { x: left + width / 2, y: top + height / 2, 'text-anchor': 'middle' }
  return textElement('text', { ...place, class: fill('soft'), 'font-size': 14 }, text)
}
