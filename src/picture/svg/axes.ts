/** The axes of a graph: the grid, and what is written at its values and times. Pure. */
import { widthOf as bucketWidth } from '../cells.js'
import { type TimeTick, timeTicks } from '../ticks.js'
import { coordinate, element, type Svg, textElement } from './element.js'
import type { Box, Field } from './field.js'
import { fill, stroke } from './sheet.js'
import { type Font, widthOf } from './text.js'
import type { View } from './view.js'

/** How labels are set, and how far they stand from the graph. */
export const LABEL: Font = { size: 12 }
export const LABEL_GAP = 10
/** Pixels between times, at least. */
const TIME_SPACE = 84

/** A line at each value that is written. */
export function grid({ left, width, place, scale }: Field): Svg {
  const lines = scale.ticks.map(tick => `M${coordinate(left)} ${crisp(place.y(tick))}h${coordinate(width)}`)
  return element('path', { class: stroke('grid'), d: lines.join('') })
}

/** The line of zero, a little stronger than the grid: what grows, grows from there. */
export function zeroLine({ left, width, place }: Field): Svg {
  return element('path', {
    class: stroke('edge'),
    d: `M${coordinate(left)} ${crisp(place.y(0))}h${coordinate(width)}`,
  })
}

/** The values, to the left of the graph. */
export function valueTexts({ left, place, scale }: Field, labels: readonly string[]): Svg {
  const texts = labels.map((label, i) =>
    textElement('text', { x: left - LABEL_GAP, y: crisp(place.y(scale.ticks[i]!)) + 4 }, label),
  )
  const look = { class: fill('soft'), 'font-size': LABEL.size, 'text-anchor': 'end' }
  return element('g', look, ...texts)
}

/** The times, below the graph. */
export function timeTexts({ picture: { graph, locale } }: View, field: Field, box: Box): Svg {
  const most = Math.max(1, field.width / TIME_SPACE)
  const find = timeTicks(graph.tz, locale)
  const ticks = find(field.fromMs, field.untilMs, most, bucketWidth(graph.times, graph.to, 0))
  const y = field.top + field.height + 21
  const texts = withRoom(ticks, field, box).map(({ x, text }) => textElement('text', { x, y }, text))
  const look = { class: fill('soft'), 'font-size': LABEL.size, 'text-anchor': 'middle' }
  return element('g', look, ...texts)
}

/** Each text below its tick, or as near as it can be without leaving the box; none that would touch the one before. */
function withRoom(ticks: readonly TimeTick[], { place }: Field, box: Box): { x: number; text: string }[] {
  let free = box.left
  return ticks.flatMap(({ ms, text }) => {
    const half = widthOf(text, LABEL) / 2
    const x = Math.max(box.left + half, Math.min(box.left + box.width - half, place.x(ms)))
    if (x - half < free) return []
    free = x + half + LABEL_GAP
    return [{ x, text }]
  })
}

/** A line of one pixel that is drawn on exactly one row of them. */
function crisp(y: number): number {
  return Math.round(y) + 0.5
}
