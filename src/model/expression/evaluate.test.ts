import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expressionTrees, TREE_DURATIONS, TREE_METRICS } from '../../../test/support/expression-trees.js'
import {
  type PlainPoint,
  type PlainTable,
  type PlainValue,
  plainPoint,
  plainTotal,
} from '../../../test/support/plain-expression.js'
import type { SumColumn } from '../sums.js'
import { type ExpressionInputs, evaluatePoints, evaluateTotal, parseExpression } from './expression.js'

function inputsOfTable(table: PlainTable): ExpressionInputs {
  return {
    points: table.widthsMs.length,
    pointMs: i => table.widthsMs[i]!,
    column: name => table.metrics[name] && column(table.metrics[name]),
    shifted: duration => inputsOfTable(table.shifts![duration]!),
  }
}

function column(points: readonly PlainPoint[]): SumColumn {
  return {
    values: Float64Array.from(points, point => point ?? 0),
    counted: Uint8Array.from(points, point => (point === undefined ? 0 : 1)),
  }
}

const MINUTE = 60_000
const none = undefined
const TABLE: PlainTable = {
  widthsMs: [MINUTE, MINUTE, MINUTE, MINUTE],
  metrics: {
    dollars: [10, none, -4, 6],
    hits: [2, none, 1, 4],
    balance: [none, 50, none, 0],
    tax: [1, 1, 1, none],
  },
  shifts: {
    '1w': {
      widthsMs: [MINUTE, MINUTE, MINUTE, MINUTE],
      metrics: { dollars: [1, 2, 3, 4], hits: [1, 1, 1, 0], balance: [7, none, none, none] },
    },
  },
}

describe('by hand', () => {
  test.each<[string, number[], number]>([
    ['dollars', [10, 0, -4, 6], 12],
    ['never', [0, 0, 0, 0], 0],
    ['5', [5, 5, 5, 5], 5],
    ['dollars + 1', [11, 1, -3, 7], 13],
    ['dollars/hits', [5, 0, -4, 1.5], 12 / 7],
    ['dollars:avg', [5, 0, -4, 1.5], 12 / 7],
    ['(dollars - tax) / hits * 100', [450, 0, -500, 150], (9 / 7) * 100],
    ['-dollars', [-10, 0, 4, -6], -12],
    ['cumulative(dollars)', [10, 10, 6, 12], 12],
    ['cumulative(dollars)/cumulative(hits)', [5, 5, 2, 12 / 7], 12 / 7],
    ['level(balance)', [0, 50, 50, 0], 0],
    ['balance:last + hits', [2, 50, 51, 4], 7],
    ['level(dollars/hits)', [5, 5, -4, 1.5], 1.5],
    ['level(5)', [5, 5, 5, 5], 5],
    ['level(never)', [0, 0, 0, 0], 0],
    ['previous(dollars, 1w)', [1, 2, 3, 4], 10],
    ['previous(dollars/hits, 1w)', [1, 2, 3, 0], 10 / 3],
    ['dollars - previous(dollars, 1w)', [9, -2, -7, 2], 2],
    ['level(previous(balance, 1w))', [7, 7, 7, 7], 7],
    ['rate(hits, 1s)', [2 / 60, 0, 1 / 60, 4 / 60], 7 / 240],
    ['rate(hits, 2m)', [4, 0, 2, 8], 3.5],
    ['average(dollars, 2)', [10, 5, -2, 1], 12],
    ['average(dollars, 3)', [10, 5, 2, 2 / 3], 12],
    ['average(dollars, 9)', [10, 5, 2, 3], 12],
    ['1e308 * 10', [0, 0, 0, 0], 0],
  ])('%s', (text, points, total) => {
    const expression = parseExpression(text)
    const actual = evaluatePoints(expression, inputsOfTable(TABLE))
    points.forEach((point, i) => {
      expect(actual[i]).toBeCloseTo(point, 12)
    })
    expect(actual).toHaveLength(points.length)
    expect(evaluateTotal(expression, inputsOfTable(TABLE))).toBeCloseTo(total, 12)
  })

  test('no points: no values, and a total of nothing', () => {
    const inputs = inputsOfTable({ widthsMs: [], metrics: { a: [] } })
    for (const text of ['a', 'level(a)', 'rate(a, 1s)', 'average(a, 3)', 'cumulative(a)']) {
      expect(evaluatePoints(parseExpression(text), inputs)).toHaveLength(0)
      expect(evaluateTotal(parseExpression(text), inputs)).toBe(0)
    }
  })

  test('inputs are only read', () => {
    const hits = column([1, 2, 3])
    const inputs: ExpressionInputs = {
      points: 3,
      pointMs: () => 1000,
      column: () => hits,
      shifted: () => inputs,
    }
    for (const text of [
      'hits',
      '-hits',
      'cumulative(hits)',
      'hits + hits',
      'average(hits, 2)',
      'previous(hits, 1d) * 2',
    ]) {
      evaluatePoints(parseExpression(text), inputs).fill(0)
    }
    expect(hits).toEqual(column([1, 2, 3]))
  })
})

test('agrees with a plain evaluator on generated trees and tables', () => {
  fc.assert(
    fc.property(expressionTrees(), tables(), ({ text }, table) => {
      const expression = parseExpression(text)
      const points = evaluatePoints(expression, inputsOfTable(table))
      points.forEach((value, i) => {
        expectNear(value, plainPoint(expression.root, table, i))
      })
      expect(points).toHaveLength(table.widthsMs.length)
      expectNear(evaluateTotal(expression, inputsOfTable(table)), plainTotal(expression.root, table))
    }),
    { numRuns: 5000 },
  )
})

/** Tables whose sums are small multiples of 1/4, so that equal sums are equal in any order of adding. */
function tables(): fc.Arbitrary<PlainTable> {
  const point = fc.option(
    fc.integer({ min: -40, max: 40 }).map(quarters => quarters / 4),
    { nil: undefined },
  )
  return fc.integer({ min: 1, max: 12 }).chain(points => {
    const columns = fc.array(point, { minLength: points, maxLength: points })
    const metrics = fc.record(Object.fromEntries(TREE_METRICS.slice(0, -3).map(name => [name, columns])))
    const widthsMs = fc.array(fc.constantFrom(60_000, 3_600_000), { minLength: points, maxLength: points })
    const table = fc.record({ widthsMs, metrics })
    const shifts = fc.record(Object.fromEntries(TREE_DURATIONS.map(duration => [duration, table])))
    return fc.record({ widthsMs, metrics, shifts })
  })
}

/** As near as the reference says that rounding allows. */
function expectNear(actual: number, expected: PlainValue): void {
  if (Number.isFinite(expected.slack))
    expect(Math.abs(actual - expected.value)).toBeLessThanOrEqual(expected.slack)
  else expect(actual).toBeTypeOf('number')
}
