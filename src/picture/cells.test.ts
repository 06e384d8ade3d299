import { expect, test } from 'vitest'
import { axisEnds, cellAt, cellsOf, openStart, spanOf, widthOf } from './cells.js'

test('a cell reaches half a bucket to both sides of its start', () => {
  expect(cellsOf([100, 110, 130], 150).edges).toEqual([95, 105, 120, 140])
  expect(cellsOf([100], 110).edges).toEqual([95, 105])
  expect(cellsOf([], 0).edges).toEqual([])
})

test('a moment belongs to the nearest bucket; outside, to the one at that end', () => {
  const cells = cellsOf([100, 110, 130], 150)
  expect([0, 95, 104, 105, 119, 120, 139, 999].map(ms => cellAt(cells, ms))).toEqual([0, 0, 0, 1, 1, 2, 2, 2])
  expect(cellAt(cellsOf([], 0), 5)).toBeNull()
})

test('a span is of whole buckets, whichever end comes first', () => {
  const cells = cellsOf([100, 110, 130], 150)
  expect(spanOf(cells, 0, 1)).toEqual([100, 130])
  expect(spanOf(cells, 2, 1)).toEqual([110, 150])
  expect(spanOf(cells, 0, 0)).toEqual([100, 110])
})

test('the last bucket is as wide as its end says', () => {
  expect([0, 1, 2].map(index => widthOf([100, 110, 130], 150, index))).toEqual([10, 20, 20])
  expect(widthOf([100], 100, 0)).toBe(1)
})

test('lines go from point to point, bars and a lone point from edge to edge', () => {
  const cells = cellsOf([100, 110, 130], 150)
  expect(axisEnds(cells, 'line')).toEqual([100, 130])
  expect(axisEnds(cells, 'bars')).toEqual([95, 140])
  expect(axisEnds(cellsOf([100], 110), 'line')).toEqual([95, 105])
  expect(axisEnds(cellsOf([], 0), 'bars')).toEqual([undefined, undefined])
})

test('the last bucket begins with the last piece of a line, or the cell of a bar', () => {
  const cells = cellsOf([100, 110, 130], 150)
  expect(openStart(cells, 'area')).toBe(110)
  expect(openStart(cells, 'bars')).toBe(120)
  expect(openStart(cellsOf([100], 110), 'line')).toBe(95)
})
