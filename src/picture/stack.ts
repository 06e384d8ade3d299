/**
 * Parts laid on one another, for the types `stacked`, `share` and `bars`. What is above zero is piled upwards from zero and what is
 * below zero downwards, each apart: so a refund never hides a sale. Pure.
 */
import type { Line } from './lines.js'

/** Where one part is, point by point: from the side of zero to the far side, so `to` is below `from` where a value is below zero. */
export interface Layer {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** A layer of an area, and which of the parts it belongs to. */
export interface AreaLayer extends Layer {
  readonly part: number
}

/** The lines that are laid on one another, first at the bottom: all parts, or overall alone where it has none. */
export function stackedLines(lines: readonly Line[]): Line[] {
  const parts = lines.filter(line => line.kind !== 'overall')
  return parts.length === 0 ? [...lines] : parts
}

/** One layer per list of points, the first next to zero; all lists have the same length. */
export function stackSums(points: readonly (readonly number[])[]): Layer[] {
  const length = points[0]?.length ?? 0
  const above = new Array<number>(length).fill(0)
  const below = new Array<number>(length).fill(0)
  return points.map(values => {
    const from = new Array<number>(length)
    const to = new Array<number>(length)
    for (let i = 0; i < length; i++) {
      const value = values[i]!
      const pile = value < 0 ? below : above
      from[i] = pile[i]!
      pile[i] = to[i] = pile[i]! + value
    }
    return { from, to }
  })
}

/** Each bucket's parts as shares of it: part / Σ|parts|, 0 where all are 0. So a bucket's shares reach over 1 in all. */
export function sharesOf(points: readonly (readonly number[])[]): number[][] {
  const length = points[0]?.length ?? 0
  const sizes = new Array<number>(length).fill(0)
  for (const values of points) {
    for (let i = 0; i < length; i++) sizes[i]! += Math.abs(values[i]!)
  }
  return points.map(values => values.map((value, i) => (sizes[i] === 0 ? 0 : value / sizes[i]!)))
}

/** The layers of a type, as bars have them: bucket by bucket. */
export function layersOf(
  type: 'stacked' | 'share' | 'bars',
  points: readonly (readonly number[])[],
): Layer[] {
  return stackSums(type === 'share' ? sharesOf(points) : points)
}

/**
 * The same for areas, whose edges run on from bucket to bucket: a part that is above zero in one and below zero in another is two
 * areas, each of which shrinks to nothing at zero. (As one, it would run slantwise through all others.)
 */
export function areasOf(type: 'stacked' | 'share', points: readonly (readonly number[])[]): AreaLayer[] {
  const values = type === 'share' ? sharesOf(points) : points
  if (!values.some(isBelowZero)) return withParts(stackSums(values))
  const above = stackSums(values.map(part => part.map(value => Math.max(0, value))))
  const below = stackSums(values.map(part => part.map(value => Math.min(0, value))))
  return [
    ...withParts(above).filter(({ part }) => values[part]!.some(value => value > 0)),
    ...withParts(below).filter(({ part }) => isBelowZero(values[part]!)),
  ]
}

function isBelowZero(values: readonly number[]): boolean {
  return values.some(value => value < 0)
}

function withParts(layers: readonly Layer[]): AreaLayer[] {
  return layers.map((layer, part) => ({ ...layer, part }))
}

/** The least and the greatest value the layers reach; both 0 where there are none. Zero is always within. */
export function layersRange(layers: readonly Layer[]): { readonly min: number; readonly max: number } {
  let min = 0
  let max = 0
  for (const { to } of layers) {
    for (const value of to) {
      if (value < min) min = value
      if (value > max) max = value
    }
  }
  return { min, max }
}
