/** The table below a graph: each line's look, name, share, value and change. Pure. */
import type { Change } from '../change.js'
import type { Drawing } from '../drawing.js'
import type { Line } from '../lines.js'
import { element, type Svg, textElement, together } from './element.js'
import { changeColour, type Part } from './head.js'
import { type Colour, fill, stroke } from './sheet.js'
import { cutTo, type Font, isolated, lineOf, widthOf } from './text.js'
import type { Row, View } from './view.js'

export const ROW_HEIGHT = 32
export const HEADER_HEIGHT = 28

const NAME: Font = { size: 14 }
const BOLD: Font = { size: 14, bold: true }
const HEADER: Font = { size: 12.5 }
/** Space at the sides of a row; where names begin, and the room that they have in any case. */
const EDGE = 8
const NAME_LEFT = 40
const LEAST_NAME = 72
const COLUMN_GAP = 20
const SWATCH = { left: EDGE, width: 16 }
const SHARE_WIDTH = 46
/** The bars of shares need this much width of the whole table. */
const WIDE_ENOUGH_FOR_BARS = 440
const BAR_PART = 0.3

/** The columns of the table, in pixels from its left side; null for what there is no room for, or nothing to say. */
interface Columns {
  readonly width: number
  readonly nameWidth: number
  readonly bar: { readonly left: number; readonly width: number } | null
  readonly shareRight: number | null
  readonly valueRight: number
  readonly changeRight: number | null
}

/** The table at (`left`, `top`) with the first `shown` rows, and a last one that says how many there are besides. */
export function legendOf(
  view: View,
  drawing: Drawing,
  { left, top, width, shown }: { left: number; top: number; width: number; shown: number },
): Part {
  const columns = columnsOf(view, width)
  const rows = view.rows.slice(0, shown)
  const pieces = rows.map((row, i) => rowOf(row, drawing, columns, HEADER_HEIGHT + i * ROW_HEIGHT))
  const hidden = view.rows.length - rows.length
  if (hidden > 0) pieces.push(moreRow(hidden, columns, HEADER_HEIGHT + rows.length * ROW_HEIGHT))
  const svg = element('g', { transform: `translate(${left} ${top})` }, headerOf(columns), ...pieces)
  return { svg, height: HEADER_HEIGHT + pieces.length * ROW_HEIGHT }
}

/** Names have room first, then values, changes, shares, and last the bars of shares. */
function columnsOf({ rows }: View, width: number): Columns {
  const right = width - EDGE
  const values = widest(
    rows.map(row => row.value),
    BOLD,
  )
  const changes = widest(
    rows.map(row => row.change?.text ?? ''),
    NAME,
  )
  const hasShares = rows.some(row => row.share !== '')
  const room = right - NAME_LEFT - LEAST_NAME - Math.max(values, widthOf('Total', HEADER)) - COLUMN_GAP
  const changeWidth = changes > 0 && changes + COLUMN_GAP <= room ? changes + COLUMN_GAP : 0
  const shareWidth =
    hasShares && SHARE_WIDTH + COLUMN_GAP <= room - changeWidth ? SHARE_WIDTH + COLUMN_GAP : 0
  const valueRight = right - changeWidth
  const shareRight = valueRight - Math.max(values, widthOf('Total', HEADER)) - COLUMN_GAP
  const barWidth = shareWidth > 0 && width >= WIDE_ENOUGH_FOR_BARS ? Math.round(width * BAR_PART) : 0
  const nameEnd = shareRight - shareWidth - barWidth
  return {
    ...{ width, nameWidth: Math.max(0, nameEnd - NAME_LEFT), valueRight },
    bar: barWidth === 0 ? null : { left: shareRight - SHARE_WIDTH - barWidth, width: barWidth },
    shareRight: shareWidth === 0 ? null : shareRight,
    changeRight: changeWidth === 0 ? null : right,
  }
}

function widest(texts: readonly string[], font: Font): number {
  return Math.max(...texts.map(text => widthOf(text, font)))
}

function headerOf({ bar, shareRight, valueRight }: Columns): Svg {
  const share = bar === null ? { x: shareRight ?? 0, 'text-anchor': 'end' } : { x: bar.left }
  return element(
    'g',
    { class: fill('soft'), 'font-size': HEADER.size },
    textElement('text', { x: EDGE, y: 17 }, 'Name'),
    ...(shareRight === null ? [] : [textElement('text', { ...share, y: 17 }, 'Share')]),
    textElement('text', { x: valueRight, y: 17, 'text-anchor': 'end' }, 'Total'),
  )
}

function rowOf(row: Row, drawing: Drawing, columns: Columns, top: number): Svg {
  const { line, value, change } = row
  const isOverall = line.kind === 'overall'
  const look = { class: fill(isQuiet(line) ? 'soft' : 'ink'), 'font-weight': isOverall ? 600 : undefined }
  const base = top + 21
  return together(
    rule(columns, top),
    swatchOf(line, drawing, top + ROW_HEIGHT / 2),
    element(
      'g',
      { ...look, 'font-size': NAME.size },
      nameText(line, columns, top),
      textElement('text', { x: columns.valueRight, y: base, 'text-anchor': 'end' }, value),
    ),
    shareOf(row, columns, top),
    changeText(change, columns, base),
  )
}

function isQuiet({ kind }: Line): boolean {
  return kind === 'other' || kind === 'unattributed'
}

/** The name in a box of its own: whatever letters it is made of, it stays in its column. */
function nameText(line: Line, { nameWidth }: Columns, top: number): Svg {
  if (nameWidth < 1) return together()
  const font = line.kind === 'overall' ? BOLD : NAME
  const box = { x: NAME_LEFT, y: top, width: nameWidth, height: ROW_HEIGHT }
  const name = isolated(cutTo(nameWidth, lineOf(line.name), font))
  return element('svg', box, textElement('text', { y: 21 }, name))
}

function shareOf({ line, share }: Row, { bar, shareRight }: Columns, top: number): Svg {
  if (shareRight === null || share === '') return together()
  const text = endText(share, 'soft', shareRight, top + 21)
  if (bar === null) return text
  const box = { x: bar.left, y: top + 13, height: 6, rx: 3 }
  const width = bar.width * Math.max(0, Math.min(1, line.share ?? 0))
  return together(
    element('rect', { class: fill('faint'), ...box, width: bar.width }),
    ...(width < 0.5 ? [] : [element('rect', { class: fill(line.style.colour), ...box, width })]),
    text,
  )
}

function changeText(change: Change | null, { changeRight }: Columns, y: number): Svg {
  if (change === null || changeRight === null) return together()
  return endText(change.text, changeColour(change), changeRight, y)
}

function endText(text: string, colour: Colour, x: number, y: number): Svg {
  return textElement(
    'text',
    { class: fill(colour), x, y, 'font-size': NAME.size, 'text-anchor': 'end' },
    text,
  )
}

/** A short piece of the line as it is drawn, or a square of its ground; nothing for a line that isn't drawn. */
function swatchOf({ id, style }: Line, { layers }: Drawing, middle: number): Svg {
  const layer = layers.find(each => each.id === id && (each.shape !== 'line' || each.stroke === 1))
  const { left, width } = SWATCH
  if (layer === undefined) return together()
  if (layer.shape !== 'line') {
    const box = { x: left + 1, y: middle - 6, width: 12, height: 12, rx: 3 }
    const strength = typeof layer.fill === 'number' ? layer.fill : undefined
    return element('rect', { class: fill(style.colour), ...box, 'fill-opacity': strength })
  }
  return element('path', {
    ...{ class: stroke(style.colour), d: `M${left} ${middle}h${width}`, 'stroke-width': 3 },
    ...{ 'stroke-linecap': 'round', 'stroke-dasharray': swatchDash(style.dash) },
  })
}

function swatchDash(dash: readonly number[]): string | undefined {
  if (dash.length === 0) return undefined
  return dash[0] === 7 ? '5 5' : '0.1 5'
}

function moreRow(count: number, columns: Columns, top: number): Svg {
  const place = { x: NAME_LEFT, y: top + 21, 'font-size': NAME.size }
  return together(
    rule(columns, top),
    textElement('text', { class: fill('soft'), ...place }, `and ${count} more`),
  )
}

function rule({ width }: Columns, top: number): Svg {
  return element('path', { class: stroke('faint'), d: `M0 ${top + 0.5}h${width}` })
}
