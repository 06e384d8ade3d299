/** The box beside the cursor: the time of the bucket, and the value of each line. */
import { placeBeside } from './place.js'

/** One line's row. All are texts: names come from data. */
export interface TooltipRow {
  readonly colour: string
  /** As in the line's style. */
  readonly dash: readonly number[]
  readonly name: string
  readonly value: string
  /** The value of the period before, or the share; '' without. */
  readonly beside: string
}

/** What a tooltip says. */
export interface TooltipText {
  readonly time: string
  readonly rows: readonly TooltipRow[]
}

/** More lines than this are only counted. */
const MOST_ROWS = 12
/** Pixels, as in styles.ts: of a row, and of all that isn't rows. */
const ROW_HEIGHT = 20
const FRAME_HEIGHT = 46

/** How many rows are shown in a chart of a height, where there are `lines`: one is left for "and 5 more". */
export function rowsShown(lines: number, height: number): number {
  const room = Math.max(1, Math.min(MOST_ROWS, Math.floor((height - FRAME_HEIGHT) / ROW_HEIGHT)))
  return lines <= room ? lines : Math.max(1, room - 1)
}

/** The box, which changes its texts in place, so that nothing flickers. */
export class Tooltip {
  readonly element = made('div', 'chart-tip')
  readonly #time = made('div', 'chart-tip-time')
  readonly #list = made('div', 'chart-tip-rows')
  readonly #more = made('div', 'chart-tip-more')
  readonly #rows: Row[] = []

  constructor() {
    this.element.setAttribute('aria-hidden', 'true')
    this.element.append(this.#time, this.#list, this.#more)
    this.hide()
  }

  hide(): void {
    this.element.hidden = true
  }

  /** Shows it beside a point of the box it is in. */
  show(
    { time, rows }: TooltipText,
    at: { left: number; top: number },
    box: { width: number; height: number },
  ): void {
    const shown = rowsShown(rows.length, box.height)
    this.element.hidden = false
    write(this.#time, time)
    while (this.#rows.length < shown) this.#rows.push(new Row())
    for (const [i, row] of this.#rows.entries()) {
      if (i >= shown) row.element.remove()
      else {
        row.write(rows[i]!)
        if (!row.element.isConnected) this.#list.append(row.element)
      }
    }
    const more = rows.length - shown
    this.#more.hidden = more === 0
    write(this.#more, `and ${more} more`)
    const { left, top } = placeBeside(
      at,
      { width: this.element.offsetWidth, height: this.element.offsetHeight },
      box,
    )
    this.element.style.transform = `translate(${left}px, ${top}px)`
  }
}

class Row {
  readonly element = made('div', 'chart-tip-row')
  readonly #swatch = made('span', 'chart-tip-swatch')
  readonly #name = made('bdi', 'chart-tip-name')
  readonly #value = made('span', 'chart-tip-value')
  readonly #beside = made('span', 'chart-tip-beside')

  constructor() {
    this.element.append(this.#swatch, this.#name, this.#value, this.#beside)
  }

  write({ colour, dash, name, value, beside }: TooltipRow): void {
    this.#swatch.style.background = swatchOf(colour, dash)
    write(this.#name, name)
    write(this.#value, value)
    write(this.#beside, beside)
  }
}

/** A line in small, with a line's dashes. */
function swatchOf(colour: string, dash: readonly number[]): string {
  const [on] = dash
  if (on === undefined) return colour
  const [part, whole] = on > 4 ? [5, 8] : [2, 4]
  return `repeating-linear-gradient(90deg, ${colour} 0 ${part}px, transparent ${part}px ${whole}px)`
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

function made(tag: string, name: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = name
  return element
}
