/** The chart of a graph, from when its place is there until the element leaves the page. Draws only what has changed. */
import type { ChartType } from '../../../src/picture/chart-type.js'
import { Chart, type ChartEvents } from '../../chart/chart.js'
import type { Shown } from './shown.js'

/** What decides how a graph is drawn. */
export interface PictureView {
  readonly shown: Shown
  readonly off: ReadonlySet<string>
  readonly type: ChartType
  readonly locale: string | undefined
}

/** Holds at most one chart. */
export class Picture {
  readonly #events: ChartEvents
  readonly #recolour = () => this.recolour()
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)')
  #chart: Chart | null = null
  #place: HTMLElement | null = null
  #drawn: readonly unknown[] = []

  constructor(events: ChartEvents) {
    this.#events = events
  }

  /** Draws into the place, if anything is different from what is drawn there. */
  draw(place: HTMLElement, { shown, off, type, locale }: PictureView): void {
    if (place !== this.#place) this.remove()
    const { graph, metric, format } = shown
    const drawn = [graph, metric, format, off, type, locale, graph.to > Date.now()]
    if (this.#chart !== null && drawn.every((each, index) => each === this.#drawn[index])) return
    this.#drawn = drawn
    this.#place = place
    this.#chart ??= this.#make(place)
    this.#chart.draw({
      ...{ times: graph.times, endMs: graph.to, tz: graph.tz, before: shown.before, type, locale, format },
      lines: shown.lines.filter(line => !off.has(line.id)),
      live: graph.to > Date.now(),
    })
  }

  /** Moves the cursor; null takes it away. */
  point(index: number | null): void {
    this.#chart?.point(index)
  }

  /** The colours are others now. */
  recolour(): void {
    this.#chart?.recolour()
  }

  /** Takes the chart away, if there is one. */
  remove(): void {
    if (this.#chart !== null) this.#scheme.removeEventListener('change', this.#recolour)
    this.#chart?.destroy()
    this.#chart = null
    this.#place = null
    this.#drawn = []
  }

  #make(place: HTMLElement): Chart {
    this.#scheme.addEventListener('change', this.#recolour)
    return new Chart(place, this.#events)
  }
}
