import { describe, expect, test } from 'vitest'
import type { Panel } from '../../../src/boards/panel.js'
import { exported, imported, nameFor, withoutPanel, withPanel, withPanelAt, withPanelMoved } from './board.js'

const panel = (key: string, width = 2): Panel => ({ element: 'graph', attributes: { key }, width })
const [A, B, C] = [panel('a'), panel('b'), panel('c')]
const BOARD = { title: 'T', panels: [A, B, C] }
const keys = ({ panels }: { panels: readonly Panel[] }) => panels.map(each => each.attributes.key).join('')

describe('panels', () => {
  test('are added, replaced, removed', () => {
    expect(keys(withPanel(BOARD, panel('d')))).toBe('abcd')
    expect(keys(withPanel(BOARD, panel('d'), 1))).toBe('adbc')
    expect(keys(withPanelAt(BOARD, 1, panel('d')))).toBe('adc')
    expect(keys(withoutPanel(BOARD, 1))).toBe('ac')
    expect(keys(BOARD)).toBe('abc')
  })

  test.each([
    [0, 2, 'bca'],
    [2, 0, 'cab'],
    [1, 1, 'abc'],
    [0, -1, 'abc'],
    [1, 9, 'acb'],
  ])('from %d to %d: %s', (from, to, moved) => {
    expect(keys(withPanelMoved(BOARD, from, to))).toBe(moved)
  })
})

test.each([
  ['The shop, today!', [], 'the-shop-today'],
  ['  Übersicht №1 ', [], 'ubersicht-no1'],
  ['東京 🐳', [], '東京'],
  ['🐳', [], 'board'],
  ['Shop', ['shop', 'shop-2'], 'shop-3'],
  ['x'.repeat(90), [], 'x'.repeat(40)],
])('the name for %s beside %o: %s', (title, taken, name) => {
  expect(nameFor(title, taken)).toBe(name)
})

describe('a board as a file', () => {
  test('is read back as it was written', () => {
    const text = exported({ name: 'shop', ...BOARD, changed: 5 })
    expect(imported(text)).toEqual({ name: 'shop', ...BOARD })
  })

  test.each([
    ['no JSON', /^That is no board: /],
    ['[]', /“panels” is wanted/],
    ['{"panels":[{"element":"graph"},{"element":"pie"}]}', /^Panel 2 is none: its element is one of graph, /],
    [
      '{"panels":[{"element":"graph","attributes":{"onclick":"x"}}]}',
      /^Panel 1 has an attribute .*: onclick\.$/,
    ],
  ])('%s', (text, message) => {
    expect(() => imported(text)).toThrow(message)
  })
})
