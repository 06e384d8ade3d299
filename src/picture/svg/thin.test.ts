import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, furthest, thinned } from './thin.js'

const POINTS = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: -1000, max: 1000 })), {
    minLength: 1,
    maxLength: 400,
  })
  .map(steps => {
    let at = 0
    return {
      x: steps.map(([step]) => {
        at += step / 1000
        return at
      }),
      y: steps.map(([, y]) => y),
    }
  })

/** What a line covers in each pixel: where it comes in, goes out, and how far it gets. */
function covered({ x, y }: { x: readonly number[]; y: readonly number[] }): Map<number, number[]> {
  const pixels = new Map<number, number[]>()
  for (const [i, left] of x.entries()) {
    const pixel = Math.floor(left)
    const known = pixels.get(pixel) ?? [y[i]!, y[i]!, y[i]!, y[i]!]
    pixels.set(pixel, [known[0]!, y[i]!, Math.min(known[2]!, y[i]!), Math.max(known[3]!, y[i]!)])
  }
  return pixels
}

describe('a thinned line', () => {
  test('covers the same in every pixel, with at most four points in each', () => {
    fc.assert(
      fc.property(POINTS, points => {
        const thin = thinned(points)
        expect(covered(thin)).toEqual(covered(points))
        expect(thin.x.length).toBeLessThanOrEqual(covered(points).size * 4)
        expect(thin.x).toEqual([...thin.x].sort((a, b) => a - b))
      }),
    )
  })

  test('has only points that were there, and all of them where there is room', () => {
    const sparse = { x: [0, 10, 20], y: [1, 2, 3] }
    expect(thinned(sparse)).toEqual(sparse)
    const dense = { x: [0, 0.1, 0.2, 0.3, 0.4, 0.5], y: [5, 6, 9, -3, 7, 6] }
    expect(thinned(dense)).toEqual({ x: [0, 0.2, 0.3, 0.5], y: [5, 9, -3, 6] })
  })
})

test('columns are the runs of one pixel', () => {
  expect(columnsOf([0, 0.4, 1, 2.2, 2.9])).toEqual([
    [0, 2],
    [2, 3],
    [3, 5],
  ])
  expect(columnsOf([])).toEqual([])
})

test('the furthest from zero of each', () => {
  expect(
    furthest(
      [1, -5, 2, 7, 3],
      [
        [0, 3],
        [3, 5],
      ],
    ),
  ).toEqual([-5, 7])
})
