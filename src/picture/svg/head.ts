/** The top of a picture: where it is, the figure, by how much it changed, and what it is of. Pure. */
import type { Change } from '../change.js'
import { isNarrow } from './card.js'
import { element, type Svg, textElement, together } from './element.js'
import { type Colour, fill } from './sheet.js'
import { cutTo, type Font, isolated, lineOf, widthOf } from './text.js'
import type { View } from './view.js'

/** A part of a picture that has been laid out, and how high it is. */
export interface Part {
  readonly svg: Svg
  readonly height: number
}

const CRUMB_GAP = ' › '
const WORDS: Font = { size: 14 }
const CRUMB: Font = { size: 14 }
const HERE: Font = { size: 14, bold: true }
/** Pixels between the figure and what stands beside it. */
const GAP = 12

/** The top of the picture at (`left`, `top`), `width` pixels wide. `small`: there is little height for it. */
export function headOf(
  view: View,
  { left, top, width, small }: { left: number; top: number; width: number; small: boolean },
): Part {
  const size = small ? 24 : isNarrow(view.picture.width) ? 32 : 40
  const base = top + 22 + size
  const crumbs = crumbsText(view.crumbs, left, top + 14, width)
  const { svg, rest } = figureText(view, { left, base, width, size })
  const height = 22 + Math.round(size * 1.2)
  if (rest === '') return { svg: together(crumbs, svg), height }
  const below = textElement(
    'text',
    { class: fill('soft'), x: left, y: base + 24, 'font-size': WORDS.size },
    isolated(cutTo(width, rest, WORDS)),
  )
  return { svg: together(crumbs, svg, below), height: height + 22 }
}

/** The steps that there is room for, the last one in any case. */
function crumbsText(steps: readonly string[], x: number, y: number, width: number): Svg {
  const here = steps.map(lineOf).at(-1) ?? ''
  const before = stepsBefore(steps, width - Math.min(widthOf(here, HERE), width / 2))
  const room = width - widthOf(before, CRUMB)
  return element(
    'text',
    { x, y, 'font-size': CRUMB.size },
    ...(before === '' ? [] : [textElement('tspan', { class: fill('soft') }, before)]),
    textElement('tspan', { class: fill('ink'), 'font-weight': 600 }, isolated(cutTo(room, here, HERE))),
  )
}

/** `store › sales › `, with an ellipsis for the first steps where there are too many for the width; '' where none fits. */
function stepsBefore(steps: readonly string[], width: number): string {
  const names = steps.slice(0, -1).map(name => isolated(lineOf(name)) + CRUMB_GAP)
  for (let left = 0; left < names.length; left++) {
    const text = (left === 0 ? '' : `…${CRUMB_GAP}`) + names.slice(left).join('')
    if (widthOf(text, CRUMB) <= width) return text
  }
  return ''
}

interface FigurePlace {
  readonly left: number
  readonly base: number
  readonly width: number
  readonly size: number
}

/** The figure, its change, and its words as far as they fit beside it; `rest`: the words, where they don't. */
function figureText(view: View, { left, base, width, size }: FigurePlace): { svg: Svg; rest: string } {
  const change = view.change?.text ?? ''
  const changeWidth = change === '' ? 0 : GAP + widthOf(change, WORDS)
  const font: Font = { size: fittingSize(view.figure, size, width - changeWidth), bold: true }
  const used = widthOf(view.figure, font) + changeWidth
  const [beside, rest] = splitWords(view, width - used - GAP, width)
  const svg = element(
    'text',
    { x: left, y: base, 'font-size': WORDS.size },
    textElement('tspan', { class: fill('ink'), 'font-size': font.size, 'font-weight': 600 }, view.figure),
    ...(change === '' ? [] : [span(change, changeColour(view.change))]),
    ...(beside === '' ? [] : [span(isolated(beside), 'soft')]),
  )
  return { svg, rest }
}

function span(text: string, colour: Colour): Svg {
  return textElement('tspan', { class: fill(colour), dx: GAP }, text)
}

/** The words in full, or without what is compared: beside the figure if they fit there in any way, or else below it. */
function splitWords(
  { words, comparedWords }: View,
  room: number,
  width: number,
): [beside: string, below: string] {
  const short = lineOf(words)
  const long = comparedWords === '' ? short : `${short}, compared with ${comparedWords}`
  const fitting = (space: number) => [long, short].find(text => widthOf(text, WORDS) <= space)
  const beside = fitting(room)
  return beside === undefined ? ['', fitting(width) ?? short] : [beside, '']
}

/** A figure that is too wide for the picture is written smaller. */
function fittingSize(figure: string, size: number, width: number): number {
  const wide = widthOf(figure, { size, bold: true })
  return wide <= width ? size : Math.max(10, Math.floor((size * width) / wide))
}

/** More is good, as on the page. */
export function changeColour(change: Change | null): Colour {
  return change?.way === 'up' ? 'good' : change?.way === 'down' ? 'bad' : 'soft'
}
