import { describe, expect, test } from 'vitest'
import type { GraphAnswer } from '../../../src/query/graph.js'
import {
  barsOf,
  DEFAULT_SORT,
  inOrder,
  isChosenBy,
  rowsOf,
  rowsWith,
  sortAfter,
  sortOf,
  sortText,
  type TableRow,
} from './rows.js'

const METRICS = ['dollars', 'hits', 'dollars/hits'] as const

function values(dollars: number, hits: number) {
  const total = { dollars, hits, 'dollars/hits': dollars / hits }
  return { total, points: { dollars: [0, dollars], hits: [0, hits], 'dollars/hits': [0, dollars / hits] } }
}

const child = (name: string, dollars: number, hits: number) => {
  return { dimension: ['product', name], name, share: 0.5, ...values(dollars, hits) }
}

const GRAPH: GraphAnswer = {
  ...{ key: ['shop'], dimension: ['product'], from: 0, to: 120_000, interval: '1m', tz: 'UTC' },
  ...{ metrics: METRICS, times: [0, 60_000], overall: values(1000, 100) },
  series: [child('mug', 400, 80), child('10', -300, 3), child('lamp', 250, 4)],
  other: { children: 7, ...values(150, 10) },
  unattributed: values(500, 3),
  children: 10,
}

const names = (rows: readonly TableRow[]) => rows.map(({ name }) => name)

describe('the rows of a graph', () => {
  test('the children in order, then what they don’t have, then all', () => {
    const { children, foot, hidden } = rowsOf(GRAPH, DEFAULT_SORT)
    expect(names(children)).toEqual(['mug', 'lamp', '10'])
    expect(children[0]).toEqual({
      ...{ id: 'child mug', kind: 'child', name: 'mug', dimension: ['product', 'mug'] },
      ...{ totals: [400, 80, 5], points: [0, 400] },
    })
    expect(names(foot)).toEqual(['7 others', 'without product', 'Overall'])
    expect(foot.map(({ totals }) => totals)).toEqual([
      [150, 10, 15],
      [500, 3, 500 / 3],
      [1000, 100, 10],
    ])
    expect(hidden).toBe(7)
  })

  test('nothing remains where all are shown', () => {
    const graph = { ...GRAPH, dimension: [], other: null, unattributed: null }
    expect(rowsOf(graph, DEFAULT_SORT)).toMatchObject({ hidden: 0, foot: [{ kind: 'overall' }] })
    expect(names(rowsOf({ ...graph, unattributed: values(1, 1) }, DEFAULT_SORT).foot)[0]).toBe(
      'without any dimension',
    )
    expect(names(rowsOf({ ...graph, other: { children: 1, ...values(1, 1) } }, DEFAULT_SORT).foot)[0]).toBe(
      '1 other',
    )
  })

  test('the child called … and the overflow child are two', () => {
    const series = [child('…', 2, 1), { ...child('…', 1, 1), overflow: true as const }]
    const { children } = rowsOf({ ...GRAPH, series }, DEFAULT_SORT)
    expect(children.map(({ id }) => id)).toEqual(['child …', 'overflow …'])
  })
})

describe('order', () => {
  test.each([
    [{ by: 0, descending: false }, ['10', 'lamp', 'mug']],
    [{ by: 2, descending: true }, ['lamp', 'mug', '10']],
    [{ by: 'name', descending: false }, ['10', 'lamp', 'mug']],
    [{ by: 'name', descending: true }, ['mug', 'lamp', '10']],
  ] as const)('%j', (sort, expected) => {
    expect(names(rowsOf(GRAPH, sort).children)).toEqual(expected)
  })

  test('equal ones by name, as the server has them', () => {
    const rows = ['z', '\u{1f40b}', '\uff5e', 'a'].map(name => ({
      ...rowsOf(GRAPH, DEFAULT_SORT).children[0]!,
      name,
    }))
    expect(names(inOrder(rows, DEFAULT_SORT))).toEqual(['a', 'z', '\uff5e', '\u{1f40b}'])
  })

  test('a click turns a column round, or begins with its own way', () => {
    expect(sortAfter(DEFAULT_SORT, 0)).toEqual({ by: 0, descending: false })
    expect(sortAfter(DEFAULT_SORT, 1)).toEqual({ by: 1, descending: true })
    expect(sortAfter(DEFAULT_SORT, 'name')).toEqual({ by: 'name', descending: false })
    expect(sortAfter({ by: 'name', descending: false }, 'name')).toEqual({ by: 'name', descending: true })
  })

  test('in the words of the server', () => {
    expect(sortText({ by: 2, descending: true }, METRICS)).toBe('-dollars/hits')
    expect(sortText({ by: 'name', descending: false }, METRICS)).toBe('name')
  })
})

describe('the order as the server has it', () => {
  test.each([
    ['-dollars/hits', { by: 2, descending: true }],
    ['hits', { by: 1, descending: false }],
    ['-name', { by: 'name', descending: true }],
    ['dollar', null],
    ['', null],
  ])('%s', (text, sort) => {
    expect(sortOf(text, METRICS)).toEqual(sort)
  })

  test('metrics that look like something else', () => {
    expect(sortOf('-a', ['-a', 'a'])).toEqual({ by: 0, descending: false })
    expect(sortOf('--a', ['-a'])).toEqual({ by: 0, descending: true })
    expect(sortOf('name', ['hits', 'name'])).toEqual({ by: 1, descending: false })
  })
})

describe('whether the children shown are the first ones', () => {
  const of = (rows: readonly [share: number, dollars: number][]): GraphAnswer => {
    return {
      ...GRAPH,
      series: rows.map(([share, dollars]) => ({ ...child(`${dollars}`, dollars, 5), share })),
    }
  }

  test('of the largest sums, yes', () => {
    expect(
      isChosenBy(
        of([
          [0.4, 400],
          [0.1, 100],
          [0, 0],
        ]),
        DEFAULT_SORT,
      ),
    ).toBe(true)
  })

  test('of another column or the other way round, no, unless all are there', () => {
    expect(isChosenBy(of([[0.4, 400]]), { by: 0, descending: false })).toBe(false)
    expect(isChosenBy(of([[0.4, 400]]), { by: 1, descending: true })).toBe(false)
    expect(isChosenBy({ ...of([[0.4, 400]]), other: null }, { by: 1, descending: true })).toBe(true)
  })

  test('of ratios, whose shares are those of what they are divided by, no', () => {
    expect(
      isChosenBy(
        of([
          [0.4, 3],
          [0.3, 7],
        ]),
        DEFAULT_SORT,
      ),
    ).toBe(false)
  })

  test('whatever order they came in', () => {
    expect(
      isChosenBy(
        of([
          [0, 0],
          [0.1, 100],
          [0.4, 400],
        ]),
        DEFAULT_SORT,
      ),
    ).toBe(true)
    expect(
      isChosenBy(
        of([
          [0.4, 0],
          [0.3, 7],
        ]),
        DEFAULT_SORT,
      ),
    ).toBe(false)
  })

  test('with sums below zero, no: a small sum that isn’t shown comes before them', () => {
    expect(
      isChosenBy(
        of([
          [0.4, 400],
          [0.3, -300],
        ]),
        DEFAULT_SORT,
      ),
    ).toBe(false)
    expect(isChosenBy(of([[0.4, -400]]), DEFAULT_SORT)).toBe(false)
  })
})

describe('rows that /totals has chosen', () => {
  const total = (dimension: string, metric: string, value: number) => {
    return { time: 0, key: 'shop', period: '1m:2m', dimension, metric, value }
  }

  test('stay in its order; what remains is counted, not added up', () => {
    const label = '["product","<b>"]'
    const rows = rowsWith(
      GRAPH,
      [
        total(label, 'dollars', 5),
        total(label, 'hits', 1),
        total(label, 'dollars/hits', 5),
        total('7', 'hits', 2),
      ],
      new Map([[label, [2, 3]]]),
    )
    expect(rows.children).toEqual([
      {
        ...{ id: 'child <b>', kind: 'child', name: '<b>', dimension: ['product', '<b>'] },
        ...{ totals: [5, 1, 5], points: [2, 3] },
      },
      { id: 'child 7', kind: 'child', name: '7', dimension: ['7'], totals: [0, 2, 0], points: [] },
    ])
    expect(rows.hidden).toBe(8)
    expect(rows.foot[0]).toMatchObject({ name: '8 others', totals: null })
    expect(rows.foot.at(-1)).toMatchObject({ kind: 'overall', totals: [1000, 100, 10] })
  })

  test('no row for the others where none remain', () => {
    const rows = rowsWith({ ...GRAPH, children: 1 }, [total('a', 'hits', 1)], new Map())
    expect(rows.hidden).toBe(0)
    expect(names(rows.foot)).toEqual(['without product', 'Overall'])
  })
})

test('bars are measured by the whole, or by the largest where that is more', () => {
  const rows = rowsOf(GRAPH, DEFAULT_SORT)
  expect(rows.children.map(barsOf(rows))).toEqual([0.4, 0.25, 0.3])
  const small = rowsOf({ ...GRAPH, overall: values(200, 9) }, DEFAULT_SORT)
  expect(small.children.map(barsOf(small))).toEqual([1, 0.625, 0.75])
  const nothing = { ...rows, children: [], foot: [{ ...rows.foot[0]!, totals: [0] }] }
  expect(nothing.foot.map(barsOf(nothing))).toEqual([0])
})
