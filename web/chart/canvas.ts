/** The picture itself: one uPlot at a time, made anew only where a frame doesn't fit into it, and where things are in it. */
import uPlot from 'uplot'
import { widthOf } from '../../src/picture/cells.js'
import { type TimeTick, timeTicks } from '../../src/picture/ticks.js'
import { type Colours, coloursOf } from './colours.js'
import { type Frame, frameOf } from './frame.js'
import { columnsOf, plotOptions, plotShape } from './plot.js'
import type { ChartView } from './view.js'

/** Pixels. */
interface Size {
  readonly width: number
  readonly height: number
}

/** Draws into a box. All places it answers are in pixels of the page, from the left and the upper edge of the plotted part. */
export class Canvas {
  readonly #box: HTMLElement
  readonly #drawn: () => void
  readonly #measure = document.createElement('canvas').getContext('2d')!
  #frame: Frame | null = null
  #plot: uPlot | null = null
  #shape = ''
  #ratio = 0
  #colours: Colours
  #ticks = ticksFinder()

  /** `drawn` is called after each drawing, when all places are as they are on the screen. */
  constructor(box: HTMLElement, drawn: () => void) {
    this.#box = box
    this.#drawn = drawn
    this.#colours = coloursOf(box)
  }

  /** What is drawn; null before anything is. */
  get frame(): Frame | null {
    return this.#frame
  }

  get colours(): Colours {
    return this.#colours
  }

  /** Of the box. */
  get size(): Size {
    return { width: this.#box.clientWidth, height: this.#box.clientHeight }
  }

  /** The element over the plotted part, for marks; null before anything is drawn. */
  get over(): HTMLElement | null {
    return this.#plot?.over ?? null
  }

  /** Whether what is drawn has the size and the pixels that there are now. */
  get fits(): boolean {
    const { width, height } = this.size
    return this.#plot?.width === width && this.#plot.height === height && this.#ratio === devicePixelRatio
  }

  /** Draws a view; does nothing in a box without size. */
  draw(view: ChartView): void {
    const { size } = this
    if (size.width === 0 || size.height === 0) return
    this.#frame = frameOf(view, size.height)
    const shape = plotShape(this.#frame, size.width)
    const columns = columnsOf(this.#frame)
    const fitsShape = shape === this.#shape && this.#ratio === devicePixelRatio
    if (this.#plot === null || !fitsShape) {
      this.#shape = shape
      this.#remake(size, columns)
      return
    }
    if (!this.fits) this.#plot.setSize(size)
    this.#plot.setData(columns)
    // Also the axes: uPlot can't see that values, zone or format have changed.
    this.#plot.redraw(false, true)
  }

  /** Takes the colours from the box's style again. */
  recolour(): void {
    this.#colours = coloursOf(this.#box)
    this.#plot?.redraw(false)
  }

  destroy(): void {
    this.#plot?.destroy()
    this.#plot = null
    this.#frame = null
  }

  /** Kept within the plotted part. */
  leftOf(ms: number): number {
    const { fromMs, untilMs } = this.#frame!
    const part = (ms - fromMs) / (untilMs - fromMs)
    return (Math.max(0, Math.min(1, part)) * this.#plot!.bbox.width) / this.#ratio
  }

  topOf(value: number): number {
    const { from, until } = this.#frame!.values
    return (((until - value) / (until - from)) * this.#plot!.bbox.height) / this.#ratio
  }

  /** How far the plotted part is from the left edge of the box. */
  get inset(): number {
    return this.#plot!.bbox.left / this.#ratio
  }

  /** The time that a pointer is at; within the plotted part. */
  msAt(clientX: number): number {
    const { fromMs, untilMs } = this.#frame!
    const { left, width } = this.#plot!.over.getBoundingClientRect()
    return fromMs + Math.max(0, Math.min(1, (clientX - left) / width)) * (untilMs - fromMs)
  }

  #remake(size: Size, columns: uPlot.AlignedData): void {
    this.#plot?.destroy()
    this.#ratio = devicePixelRatio
    const font = `12px ${getComputedStyle(this.#box).fontFamily}`
    this.#measure.font = font
    const options = plotOptions({
      frame: () => this.#frame!,
      colours: () => this.#colours,
      ticks: most => this.#ticks(this.#frame!, most),
      widthOf: text => this.#measure.measureText(text).width,
      drawn: this.#drawn,
      font,
      size,
    })
    this.#plot = new uPlot(options, columns)
    // In front of it is what shows the cursor.
    this.#box.prepend(this.#plot.root)
  }
}

/** Finds the ticks of a frame's time. They are asked for several times a drawing, and are mostly those of the one before. */
function ticksFinder(): (frame: Frame, most: number) => readonly TimeTick[] {
  let zone = { of: '', find: timeTicks('UTC') }
  let found = { of: '', ticks: [] as readonly TimeTick[] }
  return ({ view, fromMs, untilMs }, most) => {
    const { times, endMs, tz, locale } = view
    if (times.length === 0) return []
    if (zone.of !== `${tz} ${locale}`) zone = { of: `${tz} ${locale}`, find: timeTicks(tz, locale) }
    const leastMs = widthOf(times, endMs, 0)
    const of = [zone.of, fromMs, untilMs, Math.floor(most), leastMs, times.length].join()
    if (found.of !== of) found = { of, ticks: zone.find(fromMs, untilMs, most, leastMs, times) }
    return found.ticks
  }
}
