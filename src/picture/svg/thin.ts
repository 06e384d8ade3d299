/**
 * Points thinned to what the pixels can show: many thousand points in a picture of 800 pixels are a large file and the same picture.
 * No peak is lost: what is highest and lowest in a pixel stays. Pure.
 */

/** Points of a line, in pixels from left to right. */
export interface Points {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** Up to so many points in a pixel are all drawn: the first, the lowest, the highest and the last. */
const KEPT = 4

/** The same line with at most four points in each pixel: where it comes in and goes out, and how far up and down it gets. */
export function thinned({ x, y }: Points): Points {
  const kept = columnsOf(x).flatMap(([start, end]) => extremes(y, start, end))
  return kept.length === x.length ? { x, y } : { x: kept.map(i => x[i]!), y: kept.map(i => y[i]!) }
}

/** The runs of points that fall into the same pixel: from the first, to before the next. */
export function columnsOf(x: readonly number[]): [start: number, end: number][] {
  const columns: [number, number][] = []
  for (let start = 0; start < x.length; ) {
    let end = start + 1
    while (end < x.length && Math.floor(x[end]!) === Math.floor(x[start]!)) end++
    columns.push([start, end])
    start = end
  }
  return columns
}

/** The value that is furthest from zero in each run. Of layers on one another each keeps what it stands on. */
export function furthest(
  values: readonly number[],
  columns: readonly (readonly [number, number])[],
): number[] {
  return columns.map(([start, end]) => {
    let far = values[start]!
    for (let i = start + 1; i < end; i++) if (Math.abs(values[i]!) > Math.abs(far)) far = values[i]!
    return far
  })
}

function extremes(y: readonly number[], start: number, end: number): number[] {
  if (end - start <= KEPT) return Array.from({ length: end - start }, (_, i) => start + i)
  let low = start
  let high = start
  for (let i = start; i < end; i++) {
    if (y[i]! < y[low]!) low = i
    if (y[i]! > y[high]!) high = i
  }
  return [...new Set([start, low, high, end - 1])].sort((a, b) => a - b)
}
