/**
 * Text for an SVG: names as people gave them, made safe to write and to draw, and cut to the room there is. Widths are those of
 * DejaVu Sans, which is wider than most fonts of a browser: what fits here fits there. Pure.
 */
import { advance } from './advances.js'

/** How a text is set. `size` in pixels. */
export interface Font {
  readonly size: number
  readonly bold?: boolean
}

const ELLIPSIS = '…'
/** Longer texts are cut before anything is measured. */
const MOST_CHARACTERS = 1000
/** Marks on one letter: some scripts need three; piles of them would leave the line. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu
/** What XML forbids, and what moves the rest of a line about without being seen. */
const FORBIDDEN = /[\0-\x1f\x7f-\x9f\ufffe\uffff]|\p{Surrogate}/gu
const STEERING = /[\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\u{e0000}-\u{e007f}]/gu
/** From Hebrew on a text may run from right to left. */
const MAY_BE_RTL = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
const ISOLATE = '\u2068'
const END_OF_ISOLATE = '\u2069'

const letters = (text: string) => new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)

/** A text that can be drawn on one line and neither breaks the XML nor turns what stands beside it around. */
export function lineOf(text: string): string {
  return text
    .slice(0, MOST_CHARACTERS)
    .replace(/[\t\n\r]+/g, ' ')
    .replace(FORBIDDEN, '\ufffd')
    .replace(STEERING, '')
    .replace(PILED_MARKS, '$1')
}

/** The same from the side of whatever is around it: a name from right to left stays one piece among others. */
export function isolated(line: string): string {
  return MAY_BE_RTL.test(line) ? ISOLATE + line + END_OF_ISOLATE : line
}

/** A text as XML, in an element or in a quoted attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
}

/** The width of a line in pixels. */
export function widthOf(line: string, { size, bold = false }: Font): number {
  let width = 0
  for (const sign of line.normalize('NFD')) width += advance(sign.codePointAt(0)!, bold)
  return width * size
}

/** A line as it is, or as much of it as fits into `width` pixels with an ellipsis behind it; '' where not even that fits. */
export function cutTo(width: number, line: string, font: Font): string {
  if (widthOf(line, font) <= width) return line
  const room = width - widthOf(ELLIPSIS, font)
  return room < 0 ? '' : line.slice(0, fittingEnd(room, line, font)).trimEnd() + ELLIPSIS
}

/** Several lines of at most `width` pixels, broken at spaces; the last of at most `most` is cut. */
export function brokenTo(width: number, most: number, text: string, font: Font): string[] {
  const lines: string[] = []
  let rest = lineOf(text).trim()
  while (rest !== '' && lines.length < most - 1 && widthOf(rest, font) > width) {
    const fitting = fittingEnd(width, rest, font)
    const space = rest.lastIndexOf(' ', fitting)
    const end = space > 0 ? space : Math.max(1, fitting)
    lines.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  return rest === '' ? lines : [...lines, cutTo(width, rest, font)]
}

/** Up to where a line fits, no letter cut in two. */
function fittingEnd(width: number, line: string, font: Font): number {
  let room = width
  let end = 0
  for (const { segment, index } of letters(line)) {
    room -= widthOf(segment, font)
    if (room < 0) break
    end = index + segment.length
  }
  return end
}
