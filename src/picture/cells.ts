/** The part of the time axis that belongs to each bucket: where a pointer means it. Pure. */

import type { ChartType } from './chart-type.js'

/** Buckets on a time axis. A bucket's point, or its bar, is at its start, so its cell reaches half a bucket to both sides. */
export interface Cells {
  readonly times: readonly number[]
  /** The edges of the cells, one more than there are buckets. */
  readonly edges: readonly number[]
  /** The end of the last bucket. */
  readonly endMs: number
}

/** The cells of buckets; `endMs` is where the last one ends. */
export function cellsOf(times: readonly number[], endMs: number): Cells {
  const last = times.length - 1
  const edges = times.map((ms, i) => (i === 0 ? ms - widthOf(times, endMs, 0) / 2 : (times[i - 1]! + ms) / 2))
  if (last >= 0) edges.push(times[last]! + widthOf(times, endMs, last) / 2)
  return { times, edges, endMs }
}

/** The bucket whose cell holds a moment; the first or the last for one that is before or behind them all. Null without buckets. */
export function cellAt({ times, edges }: Cells, ms: number): number | null {
  if (times.length === 0) return null
  let low = 0
  let high = times.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (edges[middle]! <= ms) low = middle
    else high = middle - 1
  }
  return low
}

/** The time of the buckets between two, both of them included: from the start of the first to the end of the last. */
export function spanOf(
  { times, endMs }: Cells,
  one: number,
  other: number,
): [fromMs: number, untilMs: number] {
  const last = Math.max(one, other)
  return [times[Math.min(one, other)]!, times[last + 1] ?? endMs]
}

/**
 * From where to where the time axis goes; undefined without buckets. Bars, and a point that is alone, stand in the middle of their
 * cells; lines go from point to point.
 */
export function axisEnds(
  { times, edges }: Cells,
  type: ChartType,
): [fromMs: number | undefined, untilMs: number | undefined] {
  const ends = type === 'bars' || times.length === 1 ? edges : times
  return [ends[0], ends.at(-1)]
}

/** Where on the axis the last bucket begins, of which not all is counted yet: with the last piece of a line, or the cell of a bar. */
export function openStart({ times, edges }: Cells, type: ChartType): number {
  return type === 'bars' ? edges.at(-2)! : (times.at(-2) ?? edges[0]!)
}

/** How long a bucket is. */
export function widthOf(times: readonly number[], endMs: number, index: number): number {
  return Math.max(1, (times[index + 1] ?? endMs) - times[index]!)
}
