/** The drawing: uPlot with the page's colours, the reader's time zone, and a cursor that keys can move as well. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Line } from '../../src/picture/lines.js'
import { numberFormat } from '../../src/picture/numbers.js'
import { tickFormat } from '../../src/picture/times.js'
import { colourName } from './elements.js'

/** A chart in an element. Calls back with the index of the bucket under the cursor, or null. */
export class Chart {
  readonly #element: HTMLElement
  readonly #tz: string
  readonly #onCursor: (index: number | null) => void
  #plot: uPlot | null = null
  #shape = ''
  #times: readonly number[] = []
  #endMs = 0

  constructor(element: HTMLElement, tz: string, onCursor: (index: number | null) => void) {
    this.#element = element
    this.#tz = tz
    this.#onCursor = onCursor
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(element)
    element.addEventListener('keydown', event => this.#onKey(event))
    element.addEventListener('blur', () => this.#point(null))
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', () => {
      this.#shape = ''
    })
  }

  /** Draws the lines; those in `off` are left out. `endMs` is where the last bucket ends. */
  draw(times: readonly number[], endMs: number, lines: readonly Line[], off: ReadonlySet<string>): void {
    this.#times = times
    this.#endMs = endMs
    // Overall goes on top of the others.
    const drawn = lines.filter(line => !off.has(line.id)).reverse()
    const scheme = matchMedia('(prefers-color-scheme: dark)').matches
    const shape = JSON.stringify([drawn.map(line => [line.id, line.style]), scheme])
    const data: uPlot.AlignedData = [[...times], ...drawn.map(line => [...line.points])]
    if (this.#plot !== null && shape === this.#shape) {
      this.#plot.setData(data)
      return
    }
    this.#plot?.destroy()
    this.#plot = new uPlot(this.#options(drawn), data, this.#element)
    this.#shape = shape
  }

  #size(): { width: number; height: number } {
    return { width: this.#element.clientWidth, height: this.#element.clientHeight }
  }

  #options(lines: readonly Line[]): uPlot.Options {
    const colour = colours()
    const font = `12px ${getComputedStyle(document.body).fontFamily}`
    const tick = tickFormat(this.#tz)
    const axis = { stroke: colour('--soft'), font, ticks: { show: false } }
    const grid = { stroke: colour('--grid'), width: 1 }
    return {
      ...this.#size(),
      ms: 1,
      tzDate: ms => uPlot.tzDate(new Date(ms), this.#tz),
      padding: [10, 22, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { setScale: false, x: false }, points: { size: 7 } },
      scales: { y: { range: (_, low, high) => yRange(low, high) } },
      series: [{}, ...lines.map(line => lineOptions(line, colour))],
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 72,
          size: 34,
          values: (_, ticks, __, ___, step) => ticks.map(ms => tick(ms, step / 1000)),
        },
        { ...axis, grid, size: ySize, values: (_, ticks) => numberFormat('').axis(ticks), gap: 8 },
      ],
      hooks: {
        drawClear: [plot => this.#shadeNow(plot, colour('--band'))],
        setCursor: [plot => this.#onCursor(plot.cursor.idx ?? null)],
      },
    }
  }

  /** The last bucket is still being counted: its part of the time is shaded, so that its dip is understood. */
  #shadeNow(plot: uPlot, fill: string): void {
    const before = this.#times.at(-2)
    const last = this.#times.at(-1)
    if (before === undefined || last === undefined || Date.now() >= this.#endMs) return
    const { left, top, width, height } = plot.bbox
    const fromX = plot.valToPos(before, 'x', true)
    plot.ctx.save()
    plot.ctx.fillStyle = fill
    plot.ctx.fillRect(Math.max(fromX, left), top, left + width - Math.max(fromX, left), height)
    plot.ctx.restore()
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.#times.length - 1
    const at = this.#plot?.cursor.idx ?? last + 1
    const moves: Record<string, number | null> = {
      ArrowLeft: Math.max(0, at - 1),
      ArrowRight: Math.min(last, at + 1),
      Home: 0,
      End: last,
      Escape: null,
    }
    const index = moves[event.key]
    if (index === undefined) return
    event.preventDefault()
    this.#point(index)
  }

  #point(index: number | null): void {
    const left = index === null ? -10 : (this.#plot?.valToPos(this.#times[index] ?? 0, 'x') ?? -10)
    this.#plot?.setCursor({ left, top: index === null ? -10 : 10 })
  }
}

function lineOptions(line: Line, colour: (name: string) => string): uPlot.Series {
  const stroke = colour(colourName(line.style))
  return {
    stroke,
    width: line.style.width,
    dash: [...line.style.dash],
    points: { show: false },
    ...(line.kind === 'overall' && { fill: colour('--band') }),
  }
}

/** From zero (or below, where there is something below) to a little above the highest point. */
function yRange(low: number | null, high: number | null): [number, number] {
  const bottom = Math.min(0, low ?? 0)
  const top = Math.max(0, high ?? 0)
  if (bottom === 0 && top === 0) return [0, 1]
  const air = (top - bottom) * 0.06
  return [bottom === 0 ? 0 : bottom - air, top === 0 ? 0 : top + air]
}

function ySize(_plot: uPlot, labels: string[] | null): number {
  const longest = Math.max(2, ...(labels ?? []).map(label => label.length))
  return Math.ceil(longest * 7) + 16
}

/** Looks colours up in the style sheet, as they are in the scheme of now. */
function colours(): (name: string) => string {
  const style = getComputedStyle(document.documentElement)
  return name => style.getPropertyValue(name).trim()
}
