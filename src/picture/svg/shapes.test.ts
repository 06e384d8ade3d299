import { describe, expect, test } from 'vitest'
import { areaPaths, barsPath, groundPath, linePath } from './shapes.js'

/** A pixel a second, upside down. */
const PLACE = { x: (ms: number) => ms / 1000, y: (value: number) => 100 - value }
const seconds = (count: number) => Array.from({ length: count }, (_, i) => i * 1000)

test('a line goes from point to point', () => {
  expect(linePath([0, 10_000, 25_000], [0, 50, 12.34], PLACE)).toBe('M0 100L10 50L25 87.7')
})

test('a line of one point is a dot', () => {
  expect(linePath([5000], [20], PLACE)).toBe('M5 80h0')
})

test('the ground of a line is closed at zero', () => {
  expect(groundPath([0, 10_000], [30, 50], PLACE)).toBe('M0 70L10 50L10 100H0Z')
  expect(groundPath([0], [30], PLACE)).toBe('')
})

test('an area is between its edges', () => {
  const layer = { from: [0, 10], to: [30, 50] }
  expect(areaPaths([0, 10_000], layer, PLACE)).toEqual({
    ground: 'M0 70L10 50L10 90L0 100Z',
    edge: 'M0 70L10 50',
  })
})

describe('bars', () => {
  test('stand in the middle of their cells, with a gap at the far side', () => {
    expect(barsPath([0, 10_000, 20_000], { from: [0, 10], to: [30, 50] }, PLACE)).toBe(
      'M1.3 100h7.4v-29h-7.4ZM11.3 90h7.4v-39h-7.4Z',
    )
  })

  test('hang below zero', () => {
    expect(barsPath([0, 10_000], { from: [0], to: [-30] }, PLACE)).toBe('M1.3 100h7.4v29h-7.4Z')
  })

  test('are nothing where there is nothing, and never quite nothing where there is something', () => {
    expect(barsPath([0, 10_000], { from: [5], to: [5] }, PLACE)).toBe('')
    expect(barsPath([0, 10_000], { from: [0], to: [0.8] }, PLACE)).toBe('M1.3 100h7.4v-0.4h-7.4Z')
  })

  test('too many to stand apart reach as far in each pixel as the highest and the lowest of them', () => {
    const edges = Array.from({ length: 9 }, (_, i) => i * 500)
    const layer = { from: [0, 0, 0, 0, 0, 0, 0, 0], to: [1, 40, 2, -30, 0, 0, 5, 5] }
    const path = barsPath(edges, layer, PLACE)
    expect(path).toBe('M0 100h1v-39h-1ZM1 100h1v-1h-1ZM3 100h1v-4h-1ZM1 100h1v29h-1Z')
  })
})

test('many thousand points are as many as pixels can show', () => {
  const values = seconds(5000).map((_, i) => Math.sin(i) * 50)
  const narrow = { ...PLACE, x: (ms: number) => ms / 50_000 }
  expect(linePath(seconds(5000), values, narrow).split(/[ML]/).length).toBeLessThan(100 * 4 + 2)
  const { ground } = areaPaths(seconds(5000), { from: values.map(() => 0), to: values }, narrow)
  expect(ground.split(/[ML]/).length).toBeLessThan(100 * 2 + 4)
})
