/** A small line without axes: the course of a number at a glance, as the path data of its picture. Pure. */

/** What is drawn, as path data within `WIDTH` × `HEIGHT`. */
export interface Sparkline {
  /** The buckets that are over. */
  readonly line: string
  /** From the last of those into the bucket that is still being counted; empty where there is none. */
  readonly open: string
  /** Between the whole line and zero. */
  readonly area: string
  /** Where the line ends. */
  readonly end: string
}

/** The picture's own units; it is stretched to the box that it stands in. */
export const WIDTH = 100
export const HEIGHT = 32

/** Room above and below for half of the line's width, and the point at its end. */
const MARGIN = 3

/** More points than this can't be told apart in so small a picture. */
const MOST_POINTS = 96

/** The paths of values in the order of time. Zero is always within. `open`: the last value is still being counted. */
export function sparkline(values: readonly number[], open = false): Sparkline {
  if (values.length === 0) return { line: '', open: '', area: '', end: '' }
  const points = thinned(values)
  const largest = Math.max(0, ...points)
  const range = largest - Math.min(0, ...points)
  const yOf = (value: number) =>
    rounded(MARGIN + (range === 0 ? 1 : (largest - value) / range) * (HEIGHT - 2 * MARGIN))
  const xOf = (index: number) => rounded(points.length === 1 ? WIDTH : (index / (points.length - 1)) * WIDTH)
  const at = points.map((value, index) => `${xOf(index)} ${yOf(value)}`)
  const all = at.length === 1 ? [`0 ${yOf(points[0]!)}`, at[0]!] : at
  const split = open && all.length > 1 ? all.length - 1 : all.length
  const end = all.at(-1)!
  return {
    line: split > 1 ? `M${all.slice(0, split).join('L')}` : '',
    open: split < all.length ? `M${all[split - 1]}L${end}` : '',
    area: `M0 ${yOf(0)}L${all.join('L')}L${WIDTH} ${yOf(0)}Z`,
    end: `M${end}h0`,
  }
}

/** As many digits as can be seen. */
function rounded(place: number): number {
  return Math.round(place * 100) / 100
}

/** The means of neighbouring values, where there are too many. */
function thinned(values: readonly number[]): readonly number[] {
  if (values.length <= MOST_POINTS) return values
  return Array.from({ length: MOST_POINTS }, (_, i) => {
    const from = Math.floor((i * values.length) / MOST_POINTS)
    const group = values.slice(from, Math.floor(((i + 1) * values.length) / MOST_POINTS))
    return group.reduce((sum, value) => sum + value, 0) / group.length
  })
}
