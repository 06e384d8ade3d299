/** Where the bars of a chart stand: in the middle of their cells, on whole pixels, never over one another. Pure. */
import type { Layer } from '../../src/picture/drawing.js'
import { BAR_PART, PART_GAP, WIDEST_BAR } from '../../src/picture/measures.js'

/** A bar, in the pixels that it was asked for in. */
export interface Bar {
  /** Of its bucket. */
  readonly index: number
  readonly left: number
  readonly width: number
  /** Between the parts of it that lie on one another. */
  readonly gap: number
}

/** How to find a place: of a time, and how many of these pixels are one of the page. */
interface Pixels {
  readonly x: (ms: number) => number
  readonly ratio: number
}

/** In so small a cell (in pixels of the page) its bar takes everything. */
const FULL_CELL = 4

/** The bar of a bucket, whose cell has the edges `index` and `index + 1`. Without a width where it has no pixel of its own. */
export function barAt(edges: readonly number[], index: number, { x, ratio }: Pixels): Bar {
  const [start, end] = [x(edges[index]!), x(edges[index + 1]!)]
  if (end - start < FULL_CELL * ratio) {
    const left = Math.round(start)
    return { index, left, width: Math.round(end) - left, gap: 0 }
  }
  // All of the same width, though their cells begin at different parts of a pixel.
  const width = Math.round(Math.min((end - start) * BAR_PART, WIDEST_BAR * ratio))
  return { index, left: Math.round((start + end - width) / 2), width, gap: PART_GAP * ratio }
}

/** All bars that are drawn. Where several buckets share a pixel, the one that reaches furthest is: no peak is lost. */
export function barsOf(edges: readonly number[], layers: readonly Layer[], pixels: Pixels): Bar[] {
  const bars: Bar[] = []
  let waiting: Bar | null = null
  for (let index = 0; index + 1 < edges.length; index++) {
    const bar = barAt(edges, index, pixels)
    const best: Bar = waiting === null ? bar : further(waiting, bar)
    waiting = bar.width === 0 ? best : null
    if (bar.width > 0) bars.push({ ...bar, index: best.index })
  }
  // What is left is behind the last pixel that was taken.
  const last = bars.pop()
  if (last === undefined) return waiting === null ? [] : [{ ...waiting, width: 1 }]
  return [...bars, waiting === null ? last : { ...last, index: further(last, waiting).index }]

  function further(one: Bar, other: Bar): Bar {
    return reach(layers, one.index) < reach(layers, other.index) ? other : one
  }
}

/** How far from zero a bucket's parts reach. */
function reach(layers: readonly Layer[], index: number): number {
  let far = 0
  for (const { to } of layers) far = Math.max(far, Math.abs(to[index]!))
  return far
}
