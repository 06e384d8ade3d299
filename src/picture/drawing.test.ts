import { expect, test } from 'vitest'
import type { ChartType } from './chart-type.js'
import { drawingOf, type Layer } from './drawing.js'
import type { Line, LineStyle } from './lines.js'

const INK: LineStyle = { colour: 'ink', dash: [], width: 2 }

function line(id: string, points: number[], kind: Line['kind'] = 'series', style?: LineStyle): Line {
  const own = style ?? (kind === 'overall' ? INK : { colour: 0, dash: [], width: 2 })
  return { id, kind, name: id, total: 0, share: null, points, style: own }
}

function drawn(type: ChartType, lines: Line[], before: Record<string, number[]> = {}) {
  const times = Array.from({ length: Math.max(0, ...lines.map(({ points }) => points.length)) }, (_, i) => i)
  return drawingOf({ times, lines, type, before: new Map(Object.entries(before)) })
}

const short = ({ id, shape, stroke, fill, to }: Layer) => [id, shape, stroke, fill, to]
const LINES = [line('overall', [5, 7], 'overall'), line('a', [3, 4]), line('b', [2, 3])]

test('lines: grounds below everything, overall on top', () => {
  expect(drawn('line', LINES).layers.map(short)).toEqual([
    ['overall', 'line', null, 'band', [5, 7]],
    ['b', 'line', 1, null, [2, 3]],
    ['a', 'line', 1, null, [3, 4]],
    ['overall', 'line', 1, null, [5, 7]],
  ])
})

test('area: each child has a ground of its own colour, overall the quiet one; alone its own', () => {
  const grounds = drawn('area', LINES).layers.filter(layer => layer.stroke === null)
  expect(grounds.map(({ id, fill }) => [id, fill])).toEqual([
    ['overall', 'band'],
    ['a', 'soft'],
    ['b', 'soft'],
  ])
  expect(drawn('area', [LINES[0]!]).layers[0]!.fill).toBe('soft')
})

test('stacked: the first part at the bottom, no layer for overall, dots at the edges', () => {
  const { layers, dots, min, max } = drawn('stacked', LINES)
  expect(layers.map(({ id, from, to }) => [id, from, to])).toEqual([
    ['a', [0, 0], [3, 4]],
    ['b', [3, 4], [5, 7]],
  ])
  expect([...dots]).toEqual([
    ['a', [3, 4]],
    ['b', [5, 7]],
  ])
  expect([min, max]).toEqual([0, 7])
})

test('share: every bucket comes to 1', () => {
  const { layers, max } = drawn('share', LINES)
  expect(layers.at(-1)!.to).toEqual([1, 1])
  expect(max).toBe(1)
})

test('bars: the same, bucket by bucket; overall alone is bars as well', () => {
  expect(drawn('bars', LINES).layers.map(({ id, shape }) => [id, shape])).toEqual([
    ['a', 'bars'],
    ['b', 'bars'],
  ])
  expect(drawn('bars', [LINES[0]!]).layers.map(({ id, shape }) => [id, shape])).toEqual([['overall', 'bars']])
})

test('over a stack with something below zero, overall shows what it comes to', () => {
  const lines = [line('overall', [1, 1], 'overall'), line('a', [3, 4]), line('b', [-2, -3])]
  for (const type of ['stacked', 'bars'] as const) {
    const { layers, dots, min } = drawn(type, lines)
    expect(layers.slice(-2).map(({ id, stroke }) => [id, stroke])).toEqual([
      ['overall', 'gap'],
      ['overall', 1],
    ])
    expect(dots.get('overall')).toEqual([1, 1])
    expect(min).toBe(-3)
  }
  expect(drawn('share', lines).layers.some(({ id }) => id === 'overall')).toBe(false)
})

test('a stacked type of one bucket is bars: an area would have no width', () => {
  for (const type of ['stacked', 'share', 'bars'] as const) {
    const { layers } = drawn(type, [line('overall', [5], 'overall'), line('a', [3]), line('b', [2])])
    expect(layers.map(({ shape }) => shape)).toEqual(['bars', 'bars'])
  }
  expect(drawn('stacked', [line('overall', [5], 'overall')]).layers.map(({ shape }) => shape)).toEqual([
    'bars',
  ])
})

test('overall alone is an area, of its own share all of it', () => {
  expect(drawn('stacked', [LINES[0]!]).layers.map(short)).toEqual([
    ['overall', 'line', null, 'soft', [5, 7]],
    ['overall', 'line', 1, null, [5, 7]],
  ])
  expect(drawn('share', [LINES[0]!]).layers.at(-1)!.to).toEqual([1, 1])
})

test('the period before: thin and dashed in the same colour, below the lines; of overall alone where parts are stacked', () => {
  const before = { overall: [9, 9], a: [1, 1], gone: [8, 8] }
  const { layers, max } = drawn('line', LINES, before)
  expect(layers.map(({ id }) => id)).toEqual(['overall', 'a before', 'overall before', 'b', 'a', 'overall'])
  const [, faint] = layers
  expect(faint!.style).toEqual({ colour: 0, dash: [3, 3], width: 1 })
  expect(max).toBe(9)
  expect(drawn('stacked', LINES, before).layers.map(({ id }) => id)).toEqual(['a', 'b', 'overall before'])
  expect(drawn('share', LINES, before).layers.map(({ id }) => id)).toEqual(['a', 'b'])
})

test('colours that come again have a weaker ground', () => {
  const dashes = [[], [7, 4], [2, 4]]
  const lines = dashes.map((dash, i) => line(`${i}`, [1, 1], 'series', { colour: 0, dash, width: 2 }))
  const fills = drawn('stacked', lines).layers.map(({ fill }) => fill as number)
  expect(fills[0]).toBeGreaterThan(fills[1]!)
  expect(fills[1]).toBeGreaterThan(fills[2]!)
})

test('what is no number, or missing, is 0', () => {
  const lines = [line('a', [Number.NaN, 2]), line('b', [Number.POSITIVE_INFINITY]), line('c', [1, 2, 3])]
  const { layers, max } = drawingOf({ times: [0, 1], lines, type: 'line', before: new Map() })
  expect(layers.map(({ to }) => to)).toEqual([
    [1, 2],
    [0, 0],
    [0, 2],
  ])
  expect(max).toBe(2)
})

test('whole numbers are noticed, nothing is drawn of nothing', () => {
  expect(drawn('line', LINES).whole).toBe(true)
  expect(drawn('line', [line('a', [0.5])]).whole).toBe(false)
  for (const type of ['line', 'area', 'stacked', 'share', 'bars'] as const)
    expect(drawn(type, [])).toEqual({ layers: [], dots: new Map(), min: 0, max: 0, whole: true })
})
