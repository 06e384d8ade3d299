/**
 * A graph as an SVG: a card with its figure, the graph and the table of its lines, as on the page. A pure function of an answer of
 * `/graph` and how it is to be drawn.
 */
import { cardSvg, paddingOf } from './card.js'
import { headOf } from './head.js'
import { HEADER_HEIGHT, legendOf, ROW_HEIGHT } from './legend.js'
import { drawingFor, plotOf } from './plot.js'
import { type GraphPicture, type View, viewOf } from './view.js'

export type { GraphPicture } from './view.js'

/** The graph alone, with its axes, is never lower than this if it can be helped. */
const LEAST_PLOT = 110
const GAP = 10
/** The highest picture, in pixels. Lines that there is no room for are counted below the table. */
export const MOST_HEIGHT = 4000

/** A picture as SVG, `width` wide and `height` high. */
export function graphSvg(picture: GraphPicture): { svg: string; width: number; height: number } {
  const { width } = picture
  const view = viewOf(picture)
  const drawing = drawingFor(view)
  const padding = paddingOf(width)
  const inner = { left: padding, width: width - 2 * padding }
  const small = picture.height !== undefined && picture.height < 260
  const head = headOf(view, { ...inner, top: padding - 2, small })
  const plotTop = padding + head.height + GAP
  const heights = heightsOf(view, plotTop, padding)
  const plot = plotOf(view, drawing, { ...inner, top: plotTop, height: heights.plot })
  const parts = [head.svg, plot]
  if (heights.rows > 0) {
    const top = plotTop + heights.plot + GAP
    parts.push(legendOf(view, drawing, { ...inner, top, shown: heights.rows }).svg)
  }
  const { height } = heights
  const card = { width, height, theme: picture.theme, title: titleOf(view), description: descriptionOf(view) }
  return { svg: cardSvg(card, ...parts), width, height }
}

interface Heights {
  readonly height: number
  readonly plot: number
  /** Rows of the table, without the one that counts the others; 0: no table. */
  readonly rows: number
}

/** Shares the height out: where it is given, the table gets what the graph can spare. */
function heightsOf({ picture, rows, isEmpty }: View, plotTop: number, padding: number): Heights {
  const wanted = picture.legend && rows.length > 1 && !isEmpty ? rows.length : 0
  const given = picture.height
  const plot = given === undefined ? defaultPlot(picture.width) : LEAST_PLOT
  const room = (given ?? MOST_HEIGHT) - plotTop - padding - plot - GAP
  const fitting = Math.floor((room - HEADER_HEIGHT) / ROW_HEIGHT)
  // One of the rows that fit says how many don't.
  const shown = wanted <= fitting ? wanted : Math.max(0, fitting - 1)
  const table = shown === 0 ? 0 : GAP + HEADER_HEIGHT + (shown + (shown < wanted ? 1 : 0)) * ROW_HEIGHT
  const end = shown === 0 ? padding : padding - 10
  const height = given ?? plotTop + plot + table + end
  return { height, plot: Math.max(1, height - plotTop - table - end), rows: shown }
}

function defaultPlot(width: number): number {
  return Math.round(Math.max(170, Math.min(360, width * 0.36)))
}

function titleOf({ crumbs, figure, words }: View): string {
  return `${crumbs.join(' › ')}: ${figure} ${words}`
}

/** The table in words, for who can't see it. */
function descriptionOf({ rows, change, comparedWords }: View): string {
  const compared = change === null ? '' : `${change.text} compared with ${comparedWords}. `
  const lines = rows.map(
    ({ line, value, share }) => `${line.name} ${value}${share === '' ? '' : ` (${share})`}`,
  )
  return `${compared}${lines.join(', ')}`
}
