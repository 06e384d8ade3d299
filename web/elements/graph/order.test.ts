import { expect, test } from 'vitest'
import type { Line } from '../../../src/picture/lines.js'
import { inOrder, nextOrder } from './order.js'

const line = (kind: Line['kind'], name: string, total: number, share: number | null = null): Line => ({
  ...{ id: `${kind} ${name}`, kind, name, total, share, points: [] },
  style: { colour: 0, dash: [], width: 2 },
})
const LINES = [
  line('overall', 'Overall', 10),
  line('series', 'item 10', 3, 0.5),
  line('series', 'Item 9', 5, 0.3),
  line('series', 'ärger', 2, 0.9),
  line('other', '2 others', 99),
  line('unattributed', 'without', 0),
]
const names = (lines: readonly Line[]) => lines.map(({ name }) => name)

test('children are sorted; overall stays first and what remains last', () => {
  expect(names(inOrder(LINES, null))).toEqual(names(LINES))
  expect(names(inOrder(LINES, { by: 'name', descending: false }, 'en'))).toEqual([
    ...['Overall', 'ärger', 'Item 9', 'item 10', '2 others', 'without'],
  ])
  expect(names(inOrder(LINES, { by: 'value', descending: true }))).toEqual([
    ...['Overall', 'Item 9', 'item 10', 'ärger', '2 others', 'without'],
  ])
  expect(names(inOrder(LINES, { by: 'share', descending: false }))).toEqual([
    ...['Overall', 'Item 9', 'item 10', 'ärger', '2 others', 'without'],
  ])
})

test('clicks on a head go round: the usual way, the other way, as the server had it', () => {
  const first = nextOrder(null, 'value')
  expect(first).toEqual({ by: 'value', descending: true })
  const second = nextOrder(first, 'value')
  expect(second).toEqual({ by: 'value', descending: false })
  expect(nextOrder(second, 'value')).toBeNull()
  expect(nextOrder(second, 'name')).toEqual({ by: 'name', descending: false })
})
