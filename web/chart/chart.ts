/** The drawing of a graph, in the colours, the language and the zone of its host: the picture, and the cursor over it. */
import { Canvas } from './canvas.js'
import { Cursor } from './cursor.js'
import { followPointer } from './pointer.js'
import type { ChartEvents, ChartView } from './view.js'
import { type Watch, watch } from './watch.js'

export type { ChartType } from '../../src/picture/chart-type.js'
export { chartStyles } from './styles.js'
export type { ChartEvents, ChartView } from './view.js'

/** A chart that fills its host, whose style gives the colours. It draws only what can be seen, and catches up when it is. */
export class Chart {
  readonly #box = document.createElement('div')
  readonly #canvas: Canvas
  readonly #cursor: Cursor
  readonly #watch: Watch
  readonly #abort = new AbortController()
  #view: ChartView | null = null
  /** The view is not drawn yet. */
  #waits = false

  constructor(host: HTMLElement, events: ChartEvents) {
    this.#box.className = 'chart-box'
    host.append(this.#box)
    this.#canvas = new Canvas(this.#box, () => this.#cursor.follow())
    this.#cursor = new Cursor(host, this.#box, this.#canvas, events)
    this.#watch = watch(this.#box, () => this.#catchUp())
    followPointer(this.#box, this.#cursor, this.#abort.signal)
  }

  /** Draws a view, now or as soon as the chart can be seen. Cheap where only numbers and times differ from the last. */
  draw(view: ChartView): void {
    this.#view = view
    this.#waits = true
    if (this.#watch.inSight) this.#catchUp()
  }

  /** Moves the cursor to a bucket, or (null) takes it away. Doesn't call `events.cursor`: who calls this knows. */
  point(index: number | null): void {
    this.#cursor.pointAt(index)
  }

  /** Takes the colours from the host's style again. */
  recolour(): void {
    this.#canvas.recolour()
  }

  /** Leaves the host as it was. */
  destroy(): void {
    this.#abort.abort()
    this.#watch.stop()
    this.#canvas.destroy()
    this.#view = null
    this.#box.remove()
  }

  #catchUp(): void {
    if (this.#view === null || (!this.#waits && this.#canvas.fits)) return
    this.#canvas.draw(this.#view)
    this.#waits = this.#canvas.frame?.view !== this.#view
  }
}
