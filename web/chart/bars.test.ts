import { expect, test } from 'vitest'
import type { Layer } from '../../src/picture/drawing.js'
import { barAt, barsOf } from './bars.js'

const layer = (to: number[]): Layer => ({
  ...{ id: 'a', shape: 'bars', style: { colour: 0, dash: [], width: 2 }, stroke: null, fill: 1 },
  ...{ to, from: to.map(() => 0), min: 0, max: 0 },
})
/** `perCell` pixels for each bucket. */
const pixels = (perCell: number, ratio = 1) => ({ x: (ms: number) => ms * perCell, ratio })
const edges = (cells: number) => Array.from({ length: cells + 1 }, (_, i) => i)

test('a bar stands in the middle of its cell, on whole pixels, with air around it', () => {
  expect(barAt(edges(3), 1, pixels(20))).toEqual({ index: 1, left: 23, width: 15, gap: 1 })
  expect(barAt(edges(3), 1, pixels(40, 2))).toEqual({ index: 1, left: 45, width: 30, gap: 2 })
})

test('it is never wider than looks well', () => {
  const { left, width } = barAt(edges(3), 1, pixels(400))
  expect([left, width]).toEqual([572, 56])
})

test('in small cells bars touch one another and never overlap', () => {
  for (const perCell of [0.3, 0.77, 1, 1.4, 2.6, 3.9]) {
    const cells = 500
    const bars = barsOf(edges(cells), [layer(Array.from({ length: cells }, () => 1))], pixels(perCell))
    for (const [i, bar] of bars.entries()) {
      expect(bar.width).toBeGreaterThan(0)
      expect(bar.left).toBe(i === 0 ? 0 : bars[i - 1]!.left + bars[i - 1]!.width)
    }
    expect(bars.at(-1)!.left + bars.at(-1)!.width).toBe(Math.round(cells * perCell))
  }
})

test('where buckets share a pixel the one that reaches furthest is drawn, above or below zero', () => {
  const values = Array.from({ length: 400 }, () => 1)
  values[101] = 90
  values[203] = -80
  values[399] = 70
  for (const perCell of [0.3, 0.4, 0.5, 0.9]) {
    const drawn = barsOf(edges(400), [layer(values)], pixels(perCell)).map(bar => values[bar.index])
    expect(drawn).toContain(90)
    expect(drawn).toContain(-80)
    expect(drawn).toContain(70)
  }
})

test('no buckets, and all of them in one pixel', () => {
  expect(barsOf([], [], pixels(1))).toEqual([])
  expect(barsOf(edges(3), [layer([1, 3, 2])], pixels(0.1))).toEqual([{ index: 1, left: 0, width: 1, gap: 0 }])
})
