/** Why there is no picture, as a picture: what an `<img>` shows instead of a broken one. Pure. */
import { cardSvg, paddingOf } from './card.js'
import { textElement } from './element.js'
import { fill, type Theme } from './sheet.js'
import { brokenTo, type Font, isolated } from './text.js'

/** A refusal. */
export interface ProblemPicture {
  readonly status: number
  readonly title: string
  readonly detail: string
  /** Pixels. */
  readonly width: number
  readonly theme: Theme
}

const TITLE: Font = { size: 15, bold: true }
const DETAIL: Font = { size: 14 }
const LINE_HEIGHT = 21
/** Lines of a detail; it may quote what was sent. */
const MOST_LINES = 12

/** The problem as SVG. */
export function problemSvg({ status, title, detail, width, theme }: ProblemPicture): {
  svg: string
  width: number
  height: number
} {
  const left = paddingOf(width)
  const room = width - 2 * left
  const heading = brokenTo(room, 2, `${status} · ${title}`, TITLE)
  const words = brokenTo(room, MOST_LINES, detail, DETAIL)
  const lines = [
    ...heading.map(text => ({ text, class: fill('bad'), 'font-size': TITLE.size, 'font-weight': 600 })),
    ...words.map(text => ({ text, class: fill('ink'), 'font-size': DETAIL.size, 'font-weight': undefined })),
  ]
  const height = 2 * left + lines.length * LINE_HEIGHT
  const texts = lines.map(({ text, ...look }, i) =>
    textElement('text', { ...look, x: left, y: left + (i + 0.75) * LINE_HEIGHT }, isolated(text)),
  )
  return {
    svg: cardSvg({ width, height, theme, title, description: detail }, ...texts),
    width,
    height,
  }
}
