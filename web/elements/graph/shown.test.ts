import { describe, expect, test } from 'vitest'
import { Looks } from '../../../src/picture/lines.js'
import { numberFormats } from '../../../src/picture/numbers.js'
import type { GraphAnswer } from '../../../src/query/graph.js'
import { type Choice, type Making, shortRange, shownGraph } from './shown.js'

const MINUTE_MS = 60_000
const FROM_MS = Date.UTC(2026, 2, 1, 14, 5)
const BEFORE = 'previous(dollars, 1h)'

const values = (dollars: number[], before: number[], ratio = 0) => ({
  total: {
    ...{ dollars: dollars.reduce((a, b) => a + b), 'dollars/hits': ratio },
    [BEFORE]: before.reduce((a, b) => a + b),
  },
  points: { dollars, 'dollars/hits': dollars.map(() => ratio), [BEFORE]: before },
})

const GRAPH: GraphAnswer = {
  ...{ key: ['store'], dimension: ['sales'], interval: '1m', tz: 'UTC' },
  from: FROM_MS,
  to: FROM_MS + 3 * MINUTE_MS,
  metrics: ['dollars', 'dollars/hits', BEFORE],
  times: [0, 1, 2].map(i => FROM_MS + i * MINUTE_MS),
  overall: values([10, 20, 6], [10, 10, 10], 1.5),
  series: [
    { dimension: ['sales', 'p1'], name: 'p1', share: 0.75, ...values([10, 11, 6], [0, 0, 0]) },
    { dimension: ['sales', 'p2'], name: 'p2', share: 0.25, ...values([0, 9, 0], [20, 0, 0]) },
  ],
  ...{ other: null, unattributed: null, children: 2 },
}
const CHOICE: Choice = { metric: 0, off: new Set(['series p2']), cursor: null, order: null }

function shown(choice: Partial<Choice> = {}, making: Partial<Making> = {}) {
  return shownGraph(
    GRAPH,
    { ...CHOICE, ...choice },
    {
      ...{
        formats: numberFormats('EUR,number:1', 3, 'en'),
        locale: 'en',
        looks: new Looks(),
        isAlone: false,
      },
      ...{ compared: '1h', period: '1m:1h', nowMs: GRAPH.to, ...making },
    },
  )
}

describe('totals', () => {
  test('stand in the figure and the rows, each with its change', () => {
    const { figure, change, rows, when, metrics } = shown()
    expect({ figure, change: change?.text, when }).toEqual({
      ...{ figure: '€36', change: '+20%', when: 'in the last hour' },
    })
    expect(metrics).toEqual(['dollars', 'dollars/hits'])
    expect(rows.map(row => [row.line.name, row.share, row.value, row.change?.text, row.isOff])).toEqual([
      ['Overall', null, '€36', '+20%', false],
      ['p1', '75%', '€27', 'new', false],
      ['p2', '25%', '€9', '-55%', true],
    ])
  })

  test('are compared up to the same moment while the last bucket is being counted', () => {
    expect(shown({}, { nowMs: GRAPH.to - MINUTE_MS / 2 }).change?.text).toBe('+44%')
  })

  test('of a graph that compares nothing have no change, and what was asked for is a tab of its own', () => {
    const { change, metrics, before } = shown({}, { compared: null })
    expect(change).toBeNull()
    expect(before.size).toBe(0)
    expect(metrics).toEqual(GRAPH.metrics)
  })
})

describe('the bucket at the cursor', () => {
  test('gives all numbers', () => {
    const { figure, when, change, rows } = shown({ cursor: 1 })
    expect([figure, change?.text]).toEqual(['€20', '+100%'])
    expect(when).toMatch(/^at .*14:06$/)
    expect(rows.map(row => row.value)).toEqual(['€20', '€11', '€9'])
  })

  test('is not compared while it is being counted', () => {
    expect(shown({ cursor: 2 }).change?.text).toBe('-40%')
    expect(shown({ cursor: 2 }, { nowMs: GRAPH.to - 1 }).change).toBeNull()
  })

  test('is forgotten where there are fewer buckets now', () => {
    expect(shown({ cursor: 3 }).cursor).toBeNull()
  })
})

test('another metric has its own format, and says what the shares are of', () => {
  const { metric, figure, shareOf, change } = shown({ metric: 1 })
  expect({ metric, figure, shareOf, change }).toEqual({
    ...{ metric: 'dollars/hits', figure: '1.5', shareOf: 'dollars', change: null },
  })
  expect(shown({ metric: 7 }).metric).toBe('dollars')
})

test('alone, overall has no children beside it', () => {
  expect(shown({}, { isAlone: true }).rows.map(row => row.line.name)).toEqual(['Overall'])
})

test('a range of today is told without dates', () => {
  expect(shortRange(GRAPH, GRAPH.to, 'en')).toMatch(/^14:05:00\s–\s14:08:00$/)
  expect(shortRange(GRAPH, GRAPH.to + 86_400_000, 'en')).toContain('Mar 1')
  expect(shortRange({ ...GRAPH, tz: '+05:30' }, GRAPH.to, 'en')).toMatch(/^19:35:00/)
})
