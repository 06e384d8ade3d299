/** The cursor of a chart: which bucket is pointed at, by a pointer or by the host; what is dragged over; and what is shown of both. */
import { cellAt, spanOf } from '../../src/picture/cells.js'
import { barAt } from './bars.js'
import type { Canvas } from './canvas.js'
import { colourName } from './colours.js'
import { Crosshair, type Dot } from './crosshair.js'
import type { Gestures, PointerPlace } from './pointer.js'
import { readingAt } from './reading.js'
import { Tooltip } from './tooltip.js'
import type { ChartEvents } from './view.js'

/** Where the cursor is: under a pointer, which stays where it is when the time moves on, or at a time, which moves with it. */
type Place = PointerPlace | { readonly ms: number }

/** Puts its marks over a canvas, and tells what the reader does. */
export class Cursor implements Gestures {
  readonly #canvas: Canvas
  readonly #host: HTMLElement
  readonly #events: ChartEvents
  readonly #marks = new Crosshair()
  readonly #tooltip = new Tooltip()
  #place: Place | null = null
  #index: number | null = null
  /** Where the drag began (that time keeps its place when the time moves on), and where the pointer is. */
  #drag: { readonly fromMs: number; readonly toX: number } | null = null

  constructor(host: HTMLElement, box: HTMLElement, canvas: Canvas, events: ChartEvents) {
    this.#host = host
    this.#canvas = canvas
    this.#events = events
    box.append(this.#tooltip.element)
  }

  /** A pointer is there, or (null) nowhere. */
  point(place: Place | null): void {
    this.#place = place
    this.follow()
  }

  /** The same by the host, which knows: it isn't told. */
  pointAt(index: number | null): void {
    const ms = index === null ? undefined : this.#canvas.frame?.view.times[index]
    this.#place = ms === undefined ? null : { ms }
    this.#index = ms === undefined ? null : index
    this.#show()
  }

  drag(span: { readonly fromX: number; readonly toX: number } | null): void {
    const { frame } = this.#canvas
    if (span === null || frame === null) this.#drag = null
    else this.#drag = { fromMs: this.#drag?.fromMs ?? this.#canvas.msAt(span.fromX), toX: span.toX }
    this.#show()
  }

  drop(): void {
    const ends = this.#dragged()
    this.drag(null)
    if (ends !== null) this.#events.zoom(...spanOf(this.#canvas.frame!.cells, ...ends))
  }

  twice(): void {
    this.#events.unzoom()
  }

  /** Finds the bucket that the cursor is at by now, tells if it is another, and shows everything where it is. */
  follow(): void {
    const index = this.#find()
    const isOther = index !== this.#index
    this.#index = index
    this.#show()
    if (isOther) this.#events.cursor(index)
  }

  #show(): void {
    const { frame, over } = this.#canvas
    if (frame === null || over === null) return
    if (this.#marks.element.parentElement !== over) over.append(this.#marks.element)
    this.#showDrag()
    const index = this.#index
    const ms = index === null ? undefined : frame.view.times[index]
    if (index === null || ms === undefined) {
      this.#marks.show(null, null, [])
      this.#tooltip.hide()
      return
    }
    const left = this.#canvas.leftOf(ms)
    if (frame.view.type === 'bars') {
      const place = { x: (at: number) => this.#canvas.leftOf(at), ratio: 1 }
      const { left, width } = barAt(frame.cells.edges, index, place)
      this.#marks.show(null, { left, width: Math.max(1, width) }, [])
    } else this.#marks.show(left, null, this.#dots(index))
    this.#showTooltip(left, index)
  }

  #find(): number | null {
    const { frame } = this.#canvas
    const place = this.#place
    if (place === null || frame === null) return null
    if ('clientX' in place) return cellAt(frame.cells, this.#canvas.msAt(place.clientX))
    const gone = place.ms < (frame.view.times[0] ?? Number.POSITIVE_INFINITY)
    return gone ? null : cellAt(frame.cells, place.ms)
  }

  #dragged(): [number, number] | null {
    const { frame } = this.#canvas
    if (this.#drag === null || frame === null) return null
    const ends = [this.#drag.fromMs, this.#canvas.msAt(this.#drag.toX)].map(ms => cellAt(frame.cells, ms))
    return ends[0] === null || ends[1] === null ? null : [ends[0]!, ends[1]!]
  }

  #showDrag(): void {
    const ends = this.#dragged()
    if (ends === null) {
      this.#marks.select(null)
      return
    }
    const { edges } = this.#canvas.frame!.cells
    const left = this.#canvas.leftOf(edges[Math.min(...ends)]!)
    this.#marks.select({ left, width: this.#canvas.leftOf(edges[Math.max(...ends) + 1]!) - left })
  }

  #dots(index: number): Dot[] {
    const { drawing, view } = this.#canvas.frame!
    const dots = view.lines.flatMap(({ id, style }) => {
      const value = drawing.dots.get(id)?.[index]
      if (value === undefined) return []
      return [{ top: this.#canvas.topOf(value), colour: this.#canvas.colours(colourName(style)) }]
    })
    // The last one is on top: overall.
    return dots.reverse()
  }

  /** Beside a pointer, or where the host has the focus: cursors that follow another chart's have none. */
  #showTooltip(left: number, index: number): void {
    const place = this.#place
    const pointer = place !== null && 'clientX' in place ? place : null
    if (pointer === null && !this.#host.matches(':focus, :focus-within')) {
      this.#tooltip.hide()
      return
    }
    const { frame, colours, size, inset } = this.#canvas
    const top = pointer === null ? size.height / 3 : this.#heightOf(pointer)
    this.#tooltip.show(readingAt(frame!.view, index, colours), { left: left + inset, top }, size)
  }

  /** How far down a pointer is; a page may show the chart larger than it is laid out. */
  #heightOf({ clientY }: PointerPlace): number {
    const { top, height } = this.#canvas.over!.getBoundingClientRect()
    return ((clientY - top) / height) * this.#canvas.over!.clientHeight
  }
}
