import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askGraph, event, NOW_MS } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import type { GraphAnswer, GraphOther, GraphSeries } from './graph.js'
import { applyChange, changeBetween } from './stream.js'
import type { SeriesValues } from './values.js'

const MINUTE_MS = 60_000

function shop(): BruteReader {
  const reader = new BruteReader(NOW_MS)
  for (let i = 0; i < 300; i++) {
    reader.add(event([[`n${i % 7}`]], { dollars: i }, { atMs: NOW_MS - i * 12_000 }))
  }
  return reader
}

/** A change as it arrives: through JSON. */
function sent<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

describe('the usual changes are small', () => {
  test('nothing changed', async () => {
    const reader = shop()
    const before = await askGraph(reader, 'period=1m:1h')
    expect(changeBetween(before, await askGraph(reader, 'period=1m:1h'))).toBeNull()
  })

  test('a count: one value of two lines', async () => {
    const reader = shop()
    const before = await askGraph(reader, 'period=1m:1h&metrics=dollars')
    reader.add(event([['n3']], { dollars: 5 }))
    const after = await askGraph(reader, 'period=1m:1h&metrics=dollars')
    const change = changeBetween(before, after)!
    expect(change.overall?.columns).toEqual({ dollars: { set: [59, after.overall.points.dollars![59]] } })
    expect(JSON.stringify(change).length).toBeLessThan(500)
    expect(applyChange(before, sent(change))).toEqual(after)
  })

  test('the window moved on by a bucket', async () => {
    const reader = shop()
    const before = await askGraph(reader, 'period=1m:1h')
    reader.nowMs += MINUTE_MS
    const after = await askGraph(reader, 'period=1m:1h')
    const change = changeBetween(before, after)!
    expect(change).toMatchObject({ shift: 1, times: [after.times.at(-1)] })
    expect(JSON.stringify(change).length).toBeLessThan(700)
    expect(applyChange(before, sent(change))).toEqual(after)
  })

  test('another question is answered whole', async () => {
    const before = await askGraph(shop(), 'period=1m:1h')
    const after = await askGraph(shop(), 'period=1h:1d')
    expect(changeBetween(before, after)).toEqual({ whole: after })
    expect(applyChange(before, { whole: after })).toEqual(after)
  })
})

describe('properties', () => {
  const METRICS = ['hits', '__proto__', 'constructor']
  const value = fc.integer({ min: -3, max: 3 }).map(n => n + 0)
  const graphs = fc
    .record({
      first: fc.integer({ min: 0, max: 4 }),
      points: fc.integer({ min: 1, max: 6 }),
      children: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', '…'), { maxLength: 4 }),
      overflow: fc.boolean(),
      metrics: fc.shuffledSubarray(METRICS, { minLength: 1 }),
    })
    .chain(({ first, points, children, overflow, metrics }) => {
      const column = fc.array(value, { minLength: points, maxLength: points })
      const values: fc.Arbitrary<SeriesValues> = fc.record({
        total: byMetric(metrics, value),
        points: byMetric(metrics, column),
      })
      const series = children.map(name =>
        fc.tuple(values, value).map(
          ([own, share]): GraphSeries => ({
            dimension: [name],
            name,
            share,
            ...(name === '…' && overflow && { overflow: true as const }),
            ...own,
          }),
        ),
      )
      const other = fc.tuple(values, value).map(([own, many]): GraphOther => ({ children: many, ...own }))
      return fc.record<GraphAnswer>({
        key: fc.constant(['_']),
        dimension: fc.constant([]),
        from: fc.constant(first),
        to: fc.constant(first + points),
        interval: fc.constant('1m'),
        tz: fc.constantFrom('UTC', 'UTC', 'UTC', '+05:30'),
        metrics: fc.constant(metrics),
        times: fc.constant(Array.from({ length: points }, (_, i) => first + i)),
        overall: values,
        series: fc.tuple(...series),
        other: fc.option(other),
        unattributed: fc.option(values),
        children: value,
      })
    })

  function byMetric<T>(metrics: readonly string[], each: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
    return fc
      .tuple(...metrics.map(() => each))
      .map(all => Object.fromEntries(metrics.map((m, i) => [m, all[i]!])))
  }

  test('a change applied gives the next answer, byte for byte', () => {
    fc.assert(
      fc.property(graphs, graphs, (before, after) => {
        const untouched = JSON.stringify(before)
        const change = changeBetween(before, after)
        const applied = change === null ? before : applyChange(before, sent(change))
        expect(sorted(applied)).toBe(sorted(after))
        expect(JSON.stringify(before)).toBe(untouched)
      }),
      { numRuns: 3000 },
    )
  })

  /** JSON with the names of each object in order: `toEqual` does not look at `__proto__`. */
  function sorted(value: unknown): string {
    return JSON.stringify(value, (_, each) =>
      each !== null && typeof each === 'object' && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    )
  }
})
