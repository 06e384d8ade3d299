import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askGraph, event, NOW_MS } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { HailWhaleError } from '../model/errors.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import type { GraphAnswer } from './graph.js'
import type { SeriesValues } from './values.js'

const HOUR_MS = 3_600_000

function shop(): BruteReader {
  const reader = new BruteReader(NOW_MS)
  reader.add(
    event([['services']], { dollars: 200 }),
    event([['advertising']], { dollars: -2000 }),
    event([['sales', 'p1']], { dollars: 500 }),
  )
  return reader
}

function shares(graph: GraphAnswer): unknown[] {
  return graph.series.map(({ name, share }) => [name, share])
}

describe('the three examples of the original', () => {
  test('the overall sum and the children, largest first, the threshold itself included', async () => {
    const graph = await askGraph(shop(), 'metrics=dollars')
    expect(graph.overall.total).toEqual({ dollars: -1300 })
    expect(shares(graph)).toEqual([
      ['advertising', 1],
      ['sales', 0.25],
      ['services', 0.1],
    ])
    expect(graph.other).toBeNull()
    expect(graph.unattributed).toBeNull()
    expect(graph.children).toBe(3)
    expect(graph.times).toHaveLength(24)
    expect(graph.times.at(-1)).toBe(Date.UTC(2026, 2, 1, 12))
    expect(graph.overall.points.dollars).toEqual([...new Array(23).fill(0), -1300])
  })

  test('a product by its name', async () => {
    const graph = await askGraph(shop(), 'by=sales&metrics=dollars')
    expect(graph).toMatchObject({ key: ['_'], dimension: ['sales'], children: 1, interval: '1h', tz: 'UTC' })
    expect(graph.series[0]).toMatchObject({ dimension: ['sales', 'p1'], name: 'p1', total: { dollars: 500 } })
  })

  test('the average revenue: a share is one of hits, a total the ratio of the totals', async () => {
    const graph = await askGraph(shop(), 'metrics=dollars/hits')
    expect(graph.overall.total['dollars/hits']).toBe(-433.333333333333)
    expect(graph.series.map(({ name, total, share }) => [name, total['dollars/hits'], share])).toEqual([
      ['advertising', -2000, 0.333333333333333],
      ['sales', 500, 0.333333333333333],
      ['services', 200, 0.333333333333333],
    ])
  })
})

describe('threshold and limit', () => {
  test('a share that misses the threshold by rounding only is shown', async () => {
    const reader = new BruteReader(NOW_MS)
    reader.add(event([['a']], { dollars: 0.3 }), event([['b']], { dollars: 2.7 }))
    expect(shares(await askGraph(reader, 'metrics=dollars'))).toEqual([
      ['b', 0.9],
      ['a', 0.1],
    ])
  })

  test('what is left out goes into other, a ratio as the ratio of the sums', async () => {
    const graph = await askGraph(shop(), 'metrics=dollars,dollars/hits&limit=1')
    expect(graph.series.map(({ name }) => name)).toEqual(['advertising'])
    expect(graph.other).toMatchObject({ children: 2, total: { dollars: 700, 'dollars/hits': 350 } })
  })

  test('sort puts the shown ones in another order, but does not choose them', async () => {
    const names = async (query: string) => (await askGraph(shop(), query)).series.map(({ name }) => name)
    expect(await names('metrics=dollars&sort=name&limit=2')).toEqual(['advertising', 'sales'])
    expect(await names('metrics=dollars&sort=-dollars')).toEqual(['sales', 'services', 'advertising'])
  })

  test('no child at all', async () => {
    const reader = new BruteReader(NOW_MS)
    reader.add(event([], { dollars: 5 }))
    const graph = await askGraph(reader, 'metrics=dollars')
    expect(graph).toMatchObject({ series: [], other: null, unattributed: null, children: 0 })
  })
})

describe('what no child has', () => {
  test('events without the property', async () => {
    const reader = shop()
    reader.add(event([], { dollars: 50 }))
    const graph = await askGraph(reader, 'metrics=dollars,dollars/hits')
    expect(graph.unattributed?.total).toEqual({ dollars: 50, 'dollars/hits': 50 })
  })

  test('is not told where events have several values, even if only in one point', async () => {
    const reader = new BruteReader(NOW_MS)
    reader.add(event([['a'], ['b']]), event([], {}, { atMs: NOW_MS - HOUR_MS }))
    expect((await askGraph(reader, '')).unattributed).toBeNull()
  })

  test('is nothing where only binary fractions differ', async () => {
    const reader = new BruteReader(NOW_MS)
    for (const [name, dollars] of Object.entries({ a: 0.1, b: 0.2, c: 1e6 })) {
      reader.add(event([[name]], { dollars }))
    }
    expect((await askGraph(reader, 'metrics=dollars')).unattributed).toBeNull()
  })
})

describe('expressions over time', () => {
  test('previous reads the same buckets before, also of children that are gone', async () => {
    const reader = shop()
    reader.add(event([['gone']], { dollars: 1000 }, { atMs: NOW_MS - 7 * 24 * HOUR_MS }))
    const graph = await askGraph(reader, 'metrics=previous(dollars,1w),dollars')
    expect(graph.overall.total).toEqual({ 'previous(dollars,1w)': 1000, dollars: -1300 })
    expect(graph.series.map(({ name }) => name)).toEqual(['gone'])
    expect(graph.children).toBe(4)
  })

  test('a level stands until the next, and its total is the last', async () => {
    const reader = new BruteReader(NOW_MS)
    reader.add(event([['a']], { balance: 7 }, { atMs: NOW_MS - 2 * HOUR_MS }))
    const graph = await askGraph(reader, 'metrics=level(balance)&period=1h:4h')
    expect(graph.overall).toEqual({
      total: { 'level(balance)': 7 },
      points: { 'level(balance)': [0, 7, 7, 7] },
    })
  })
})

describe('answers', () => {
  test('the overflow child is marked', async () => {
    const reader = new BruteReader(NOW_MS)
    reader.add(event([['…']]), event([['a']]))
    const graph = await askGraph(reader, '')
    expect(graph.series.map(({ name, overflow }) => [name, overflow])).toEqual([
      ['a', undefined],
      ['…', true],
    ])
  })

  test('a metric called __proto__ is one like any other', async () => {
    const reader = new BruteReader(NOW_MS)
    reader.add({ ...event([]), metrics: new Map([['__proto__', 5]]) })
    const graph = await askGraph(reader, 'metrics=__proto__')
    expect(JSON.stringify(graph.overall.total)).toBe('{"__proto__":5}')
  })

  test('buckets are those of the zone', async () => {
    const graph = await askGraph(shop(), 'period=1d:2d&tz=Asia/Kathmandu')
    expect(graph.times).toEqual([Date.UTC(2026, 1, 27, 18, 15), Date.UTC(2026, 1, 28, 18, 15)])
    expect([graph.from, graph.to]).toEqual([graph.times[0], Date.UTC(2026, 2, 1, 18, 15)])
    expect(graph.tz).toBe('Asia/Kathmandu')
    expect((await askGraph(shop(), 'tzoffset=5.75')).tz).toBe('+05:45')
  })

  test('too many points are refused before any is read', async () => {
    const reader = shop()
    reader.series = () => Promise.reject(new Error('read'))
    reader.children = reader.series as never
    const asking = askGraph(reader, 'period=1m:1h', { ...DEFAULT_LIMITS, pointsPerAnswer: 59 })
    await expect(asking).rejects.toMatchObject({ code: 'too_many_points' })
    const large = askGraph(shop(), 'period=1m:1h', { ...DEFAULT_LIMITS, pointsPerAnswer: 6 * 60 - 1 })
    await expect(large).rejects.toBeInstanceOf(HailWhaleError)
  })
})

describe('properties', () => {
  const name = fc.integer({ min: 0, max: 60 }).map(n => `n${n}`)
  const path = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(name) },
    fc.tuple(name, name),
    fc.constant([] as string[]),
  )
  const events = fc.array(
    fc.record({
      path,
      dollars: fc.oneof(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: -9999, max: 9999 }).map(n => n / 100),
      ),
      agoMs: fc.integer({ min: 0, max: 3 * HOUR_MS }),
    }),
    { maxLength: 160, size: 'max' },
  )

  test('series, other and unattributed add up to the overall, and each is the sum of its events', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 0, max: 12 }), async (made, limit) => {
        const reader = new BruteReader(NOW_MS)
        for (const { path, dollars, agoMs } of made) {
          const paths = path.length > 0 ? [path] : []
          reader.add(event(paths, { dollars }, { atMs: NOW_MS - agoMs }))
        }
        const graph = await askGraph(
          reader,
          `metrics=dollars,hits&period=1h:4h&threshold=0.01&limit=${limit}`,
        )
        const shown = new Set(graph.series.map(series => series.name))
        const lines = [...graph.series, graph.other, graph.unattributed].filter(line => line !== null)
        for (let i = 0; graph.children > 0 && i < 4; i++) {
          expect(sumOf(lines, i, 'hits')).toBe(graph.overall.points.hits![i])
          expect(sumOf(lines, i, 'dollars')).toBeCloseTo(graph.overall.points.dollars![i]!, 8)
        }
        const total = (take: (path: readonly string[]) => boolean) =>
          made.filter(each => take(each.path)).reduce((sum, { dollars }) => sum + dollars, 0)
        expect(graph.other?.total.dollars ?? 0).toBeCloseTo(
          total(([first]) => first !== undefined && !shown.has(first)),
          8,
        )
        if (graph.children > 0) {
          expect(graph.unattributed?.total.dollars ?? 0).toBeCloseTo(
            total(([first]) => first === undefined),
            8,
          )
        }
        expect(graph.children).toBe(new Set(made.flatMap(({ path }) => path.slice(0, 1))).size)
        expect(graph.children).toBe(graph.series.length + (graph.other?.children ?? 0))
        for (const series of graph.series) {
          expect(series.total.dollars).toBeCloseTo(
            total(([first]) => first === series.name),
            8,
          )
        }
      }),
      { numRuns: 150 },
    )
  })

  test('many children are answered as few are', async () => {
    await fc.assert(
      fc.asyncProperty(events, async made => {
        const reader = new BruteReader(NOW_MS)
        for (const { path, dollars, agoMs } of made) {
          reader.add(event(path.length > 0 ? [path] : [], { dollars }, { atMs: NOW_MS - agoMs }))
        }
        const query =
          'metrics=dollars/hits,previous(dollars,1h),level(dollars)&period=1h:3h&threshold=0&limit=5'
        const few = new BruteReader(NOW_MS)
        few.events.push(...reader.events)
        few.listChildren = async () => []
        const many = new BruteReader(NOW_MS)
        many.events.push(...reader.events)
        many.listChildren = async () => Array.from({ length: 33 }, () => ({ name: '', overflow: false }))
        const rounded = (graph: GraphAnswer) =>
          JSON.parse(JSON.stringify(graph), (_, each) =>
            typeof each === 'number' ? Number(each.toFixed(6)) + 0 : each,
          )
        expect(rounded(await askGraph(many, query))).toEqual(rounded(await askGraph(few, query)))
      }),
      { numRuns: 60 },
    )
  })

  function sumOf(lines: readonly SeriesValues[], point: number, metric: string): number {
    return lines.reduce((sum, line) => sum + line.points[metric]![point]!, 0)
  }
})
