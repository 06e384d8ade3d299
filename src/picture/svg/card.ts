/** A whole picture: the card that everything stands on, its size, its colours, and what a screen reader says of it. Pure. */
import { element, type Svg, textElement, together } from './element.js'
import { fill, rootOf, sheetOf, stroke, type Theme } from './sheet.js'
import { lineOf } from './text.js'

/** What a card is made of. `width` and `height` in pixels. */
export interface Card {
  readonly width: number
  readonly height: number
  readonly theme: Theme
  readonly title: string
  readonly description: string
}

/** The fonts of the page; DejaVu Sans is the one that PNGs are drawn with. */
const FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"

/** The SVG of a card with something on it. */
export function cardSvg(card: Card, ...content: readonly Svg[]): string {
  const { width, height } = card
  const ground = element('rect', {
    ...{ class: `${fill('card')} ${stroke('faint')}`, x: 0.5, y: 0.5, rx: cornerOf(width) },
    ...{ width: width - 1, height: height - 1 },
  })
  return pictureSvg(card, FONTS, ground, ...content)
}

/** The SVG of a picture that brings its own ground. */
export function pictureSvg(card: Card, fonts: string, ...content: readonly Svg[]): string {
  const { width, height, theme, title, description } = card
  const body = together(...content)
  const size = { width, height, viewBox: `0 0 ${width} ${height}` }
  return element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', ...size, class: rootOf(theme) },
      ...{ role: 'img', 'font-family': fonts },
    },
    textElement('title', {}, lineOf(title)),
    textElement('desc', {}, lineOf(description)),
    // Our own classes and colours alone: nothing in it is anybody's text.
    `<style>${sheetOf(theme, body)}</style>` as Svg,
    body,
  )
}

/** Space between the edge of a card and what is on it. */
export function paddingOf(width: number): number {
  return isNarrow(width) ? 14 : 24
}

/** As wide as a telephone at most. */
export function isNarrow(width: number): boolean {
  return width <= 480
}

function cornerOf(width: number): number {
  return isNarrow(width) ? 14 : 16
}
