/** A number as a badge: what it is, what it comes to, and by how much that changed. For READMEs and status pages. Pure. */
import type { Change } from '../change.js'
import { pictureSvg } from './card.js'
import { element, type Svg, textElement } from './element.js'
import { type Colour, fill, type Theme } from './sheet.js'
import { cutTo, type Font, isolated, lineOf, widthOf } from './text.js'

/** A badge. */
export interface Badge {
  readonly label: string
  readonly value: string
  readonly change: Change | null
  /** Whether more is good news. */
  readonly good: 'up' | 'down'
  /** The ground of the value: one of the picture's colours, or `#rrggbb`. */
  readonly colour: Ground
  readonly theme: Theme
}

const HEIGHT = 24
const TEXT: Font = { size: 12 }
const BOLD: Font = { size: 12, bold: true }
const PADDING = 9
const CORNER = 6
/** Longer labels are cut, in pixels. */
const LONGEST_LABEL = 320
/** Fonts as wide as DejaVu Sans, by which the badge is measured. */
const FONTS = "Verdana, 'DejaVu Sans', sans-serif"

/** A piece of a badge: a text on its ground. */
interface Piece {
  readonly text: string
  readonly font: Font
  readonly ground: Ground
  readonly ink: Ground
}

/** A colour of the theme, or one that is the same in all of them: `#rrggbb`. */
type Ground = Colour | Rgb
type Rgb = `#${string}`

/** A badge as SVG. */
export function badgeSvg(badge: Badge): { svg: string; width: number; height: number } {
  const pieces = piecesOf(badge)
  const widths = pieces.map(({ text, font }) => Math.round(widthOf(text, font)) + 2 * PADDING)
  const width = widths.reduce((sum, each) => sum + each, 0)
  const drawn = pieces.map((piece, i) => {
    const left = widths.slice(0, i).reduce((sum, each) => sum + each, 0)
    return pieceSvg(piece, left, widths[i]!, i === 0, i === pieces.length - 1)
  })
  const said = [badge.label, badge.value, badge.change?.text ?? ''].filter(text => text !== '').join(' ')
  const card = { width, height: HEIGHT, theme: badge.theme, title: said, description: said }
  return { svg: pictureSvg(card, FONTS, ...drawn), width, height: HEIGHT }
}

function piecesOf({ label, value, change, good, colour }: Badge): Piece[] {
  const name = cutTo(LONGEST_LABEL, lineOf(label), TEXT)
  const pieces: Piece[] = [{ text: lineOf(value), font: BOLD, ground: colour, ink: inkOn(colour) }]
  if (name !== '') pieces.unshift({ text: isolated(name), font: TEXT, ground: 'faint', ink: 'ink' })
  if (change !== null) {
    const ink = change.way === 'same' ? 'soft' : change.way === good ? 'good' : 'bad'
    pieces.push({ text: change.text, font: BOLD, ground: 'faint', ink })
  }
  return pieces
}

function pieceSvg(
  { text, font, ground, ink }: Piece,
  left: number,
  width: number,
  first: boolean,
  last: boolean,
): Svg {
  const place = { x: left + width / 2, y: 16, 'text-anchor': 'middle', 'font-size': font.size }
  return element(
    'g',
    {},
    element('path', { ...filled(ground), d: boxPath(left, width, first ? CORNER : 0, last ? CORNER : 0) }),
    textElement('text', { ...filled(ink), ...place, 'font-weight': font.bold ? 600 : undefined }, text),
  )
}

/** A box with round corners on either side. */
function boxPath(left: number, width: number, before: number, behind: number): string {
  const corner = (radius: number, x: number, y: number) =>
    radius === 0 ? '' : `a${radius} ${radius} 0 0 1 ${x * radius} ${y * radius}`
  const top = `M${left + before} 0h${width - before - behind}${corner(behind, 1, 1)}`
  const bottom = `v${HEIGHT - 2 * behind}${corner(behind, -1, 1)}h${before + behind - width}`
  return `${top}${bottom}${corner(before, -1, -1)}v${2 * before - HEIGHT}${corner(before, 1, -1)}Z`
}

function filled(ground: Ground): { class: string } | { fill: string } {
  return isRgb(ground) ? { fill: ground } : { class: fill(ground) }
}

function isRgb(ground: Ground): ground is Rgb {
  return typeof ground === 'string' && ground.startsWith('#')
}

/** What can be read on a ground: the card's colour on those of the theme, which are made for that; else black or white. */
function inkOn(ground: Ground): Ground {
  if (!isRgb(ground)) return 'card'
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(i =>
    linear(Number.parseInt(ground.slice(i, i + 2), 16) / 255),
  )
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  // Where black and white have the same contrast (WCAG 2).
  return luminance > 0.179 ? '#000000' : '#ffffff'
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}
