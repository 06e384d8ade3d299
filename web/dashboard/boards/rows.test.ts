import { expect, test } from 'vitest'
import type { Panel, PanelElement } from '../../../src/boards/panel.js'
import { rowsOf, wallLayout } from './rows.js'

const panels = (...spec: readonly (readonly [PanelElement, number])[]): Panel[] =>
  spec.map(([element, width]) => ({ element, attributes: {}, width }))

test('panels stand in rows of four columns, none before another', () => {
  const rows = rowsOf(
    panels(['number', 1], ['graph', 4], ['graph', 3], ['table', 1], ['graph', 2], ['rank', 3]),
  )
  expect(rows.map(row => row.map(({ width }) => width))).toEqual([[1], [4], [3, 1], [2], [3]])
  expect(rowsOf([])).toEqual([])
})

test('a wall: a row of numbers is lower, and all is as large as the screen allows', () => {
  const board = panels(['number', 2], ['number', 2], ['graph', 4])
  expect(wallLayout(board, 1920, 1080)).toEqual({ rows: 'minmax(0, 235fr) minmax(0, 300fr)', zoom: 1.6 })
  expect(wallLayout(board, 1920, 800).zoom).toBeCloseTo(688 / 535, 2)
  expect(wallLayout(board, 390, 844).zoom).toBe(1)
  expect(wallLayout(board, 9999, 9999).zoom).toBe(3)
})
