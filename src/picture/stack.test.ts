import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Line } from './lines.js'
import { areasOf, type Layer, layersOf, layersRange, sharesOf, stackedLines, stackSums } from './stack.js'

/** Whole numbers, so that sums are exact whatever they are added in. */
const parts = fc.integer({ min: 0, max: 6 }).chain(buckets =>
  fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: buckets, maxLength: buckets }), {
    minLength: 1,
    maxLength: 5,
  }),
)

/** By the definition: a value lies on all earlier ones of the same sign in its bucket. */
function plainStack(points: readonly (readonly number[])[]): Layer[] {
  return points.map((values, part) => {
    const from = values.map((value, i) =>
      points
        .slice(0, part)
        .map(other => other[i]!)
        .filter(other => (value < 0 ? other < 0 : other >= 0))
        .reduce((sum, other) => sum + other, 0),
    )
    return { from, to: values.map((value, i) => from[i]! + value) }
  })
}

test('what is above zero is piled upwards, what is below downwards, each apart', () => {
  expect(stackSums([[3], [-2], [4], [-1]])).toEqual([
    { from: [0], to: [3] },
    { from: [0], to: [-2] },
    { from: [3], to: [7] },
    { from: [-2], to: [-3] },
  ])
  fc.assert(
    fc.property(parts, points => {
      expect(stackSums(points)).toEqual(plainStack(points))
    }),
  )
})

test('bars of a bucket touch, never cover one another, and come to its sum', () => {
  fc.assert(
    fc.property(parts, points => {
      const layers = layersOf('bars', points)
      for (const i of points[0]!.keys()) {
        const ends = layers.map(({ from, to }) => [from[i]!, to[i]!].sort((a, b) => a - b))
        const covered = ends.reduce((sum, [low, high]) => sum + high! - low!, 0)
        expect(covered).toBe(Math.max(0, ...ends.flat()) - Math.min(0, ...ends.flat()))
        const sum = points.reduce((total, values) => total + values[i]!, 0)
        expect(layers.reduce((total, { from, to }) => total + to[i]! - from[i]!, 0)).toBe(sum)
      }
    }),
  )
})

test('shares are of the sizes of all parts, and 0 where there is nothing', () => {
  expect(
    sharesOf([
      [30, 0],
      [-10, 0],
    ]),
  ).toEqual([
    [0.75, 0],
    [-0.25, 0],
  ])
  fc.assert(
    fc.property(parts, points => {
      const shares = sharesOf(points)
      for (const i of points[0]!.keys()) {
        const size = points.reduce((sum, values) => sum + Math.abs(values[i]!), 0)
        const reach = shares.reduce((sum, values) => sum + Math.abs(values[i]!), 0)
        expect(reach).toBeCloseTo(size === 0 ? 0 : 1, 12)
        for (const [part, values] of shares.entries())
          expect(values[i]! * (size || 1)).toBeCloseTo(points[part]![i]!, 9)
      }
    }),
  )
})

test('areas are the bars where nothing is below zero', () => {
  const above = parts.map(points => points.map(values => values.map(Math.abs)))
  fc.assert(
    fc.property(above, points => {
      const bars = layersOf('stacked', points).map((layer, part) => ({ ...layer, part }))
      expect(areasOf('stacked', points)).toEqual(bars)
    }),
  )
})

test('an area never crosses zero, and both of a part come to its value', () => {
  fc.assert(
    fc.property(parts, points => {
      const areas = areasOf('stacked', points)
      for (const { from, to } of areas) {
        const all = [...from, ...to]
        expect(all.every(value => value >= 0) || all.every(value => value <= 0)).toBe(true)
      }
      for (const [part, values] of points.entries()) {
        const own = areas.filter(area => area.part === part)
        const sums = values.map((_, i) => own.reduce((sum, { from, to }) => sum + to[i]! - from[i]!, 0))
        expect(sums.map(sum => sum + 0)).toEqual(values.map(value => value + 0))
      }
    }),
  )
})

test('the range holds all layers and zero', () => {
  expect(layersRange([])).toEqual({ min: 0, max: 0 })
  expect(
    layersRange(
      stackSums([
        [3, 1],
        [2, -5],
      ]),
    ),
  ).toEqual({ min: -5, max: 5 })
})

test('overall is laid on nothing; alone it is the only layer', () => {
  const line = (kind: Line['kind']): Line => ({
    ...{ id: kind, kind, name: kind, total: 0, share: null, points: [] },
    style: { colour: 0, dash: [], width: 2 },
  })
  expect(stackedLines([line('overall'), line('series'), line('other')]).map(each => each.id)).toEqual([
    'series',
    'other',
  ])
  expect(stackedLines([line('overall')]).map(each => each.id)).toEqual(['overall'])
  expect(stackedLines([])).toEqual([])
})
