/** Measures drawing, in the page: updates one by one, and many charts that go on by themselves. Not part of what is shipped. */
import { Canvas } from '../canvas.js'
import { Chart, type ChartView } from '../chart.js'
import { type Sample, sampleView } from './sample.js'

/** What is drawn again and again. */
export interface Updates {
  readonly sample: Sample
  readonly count: number
  /** `update`: as charts do it; `anew`: a new plot each time, with the same options. */
  readonly how: 'update' | 'anew'
  /** Waits also until the pixels are there, by reading one back. */
  readonly flush: boolean
}

/** So often does a bucket end, and the time moves on. */
const SHIFT_EACH = 6
const NO_EVENTS = { cursor: () => {}, zoom: () => {}, unzoom: () => {} }

/** Draws views that differ as answers of a live graph do; answers the milliseconds of each, from `draw()` until it is drawn. */
export async function measureUpdates(
  host: HTMLElement,
  { sample, count, how, flush }: Updates,
): Promise<number[]> {
  const base = sampleView(sample)
  const views = Array.from({ length: count + 2 }, (_, i) => later(base, i))
  const drawer = how === 'update' ? drawerOf(new Chart(host, NO_EVENTS)) : anewIn(host)
  // A chart waits until it is seen.
  drawer.draw(views[0]!)
  while (host.querySelector('canvas') === null) await nextFrame()
  const times: number[] = []
  for (const view of views) {
    await nextFrame()
    const start = performance.now()
    drawer.draw(view)
    // uPlot draws in a microtask that is before this one.
    await Promise.resolve()
    if (flush) host.querySelector('canvas')!.getContext('2d')!.getImageData(0, 0, 1, 1)
    times.push(performance.now() - start)
  }
  drawer.destroy()
  return times.slice(2)
}

/** Lets charts go on at a rate until they are stopped; each has answers of its own. */
export function goOn(charts: readonly Chart[], sample: Sample, perSecond: number): () => void {
  const bases = charts.map((_, i) => sampleView({ ...sample, seed: i + 1 }))
  let turn = 0
  const all = () => {
    turn++
    for (const [i, chart] of charts.entries()) chart.draw(later(bases[i]!, turn))
  }
  all()
  const timer = setInterval(all, 1000 / perSecond)
  return () => clearInterval(timer)
}

interface Drawer {
  draw(view: ChartView): void
  destroy(): void
}

function drawerOf(chart: Chart): Drawer {
  return chart
}

function anewIn(host: HTMLElement): Drawer {
  const box = document.createElement('div')
  box.className = 'chart-box'
  host.append(box)
  const canvas = new Canvas(box, () => {})
  return {
    draw: view => {
      canvas.destroy()
      canvas.draw(view)
    },
    destroy: () => {
      canvas.destroy()
      box.remove()
    },
  }
}

/** The same graph some updates later: the last bucket grows, then the next one begins. */
function later(view: ChartView, updates: number): ChartView {
  const shift = Math.floor(updates / SHIFT_EACH)
  const part = (updates % SHIFT_EACH) / SHIFT_EACH
  const widthMs = view.endMs - view.times.at(-1)!
  const points = (values: readonly number[]) => {
    const moved = [...values.slice(shift), ...values.slice(0, shift)]
    moved[moved.length - 1] = Math.round(moved.at(-1)! * part)
    return moved
  }
  return {
    ...view,
    times: view.times.map(ms => ms + shift * widthMs),
    endMs: view.endMs + shift * widthMs,
    lines: view.lines.map(line => ({ ...line, points: points(line.points) })),
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise(resolve => requestAnimationFrame(resolve))
}
