import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askPlotpoints, event, NOW_MS } from '../../test/support/ask.js'
import { BruteReader, startsWith } from '../../test/support/brute-reader.js'
import { columnsOf } from '../../test/support/child-columns.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { pathLabel } from '../model/path.js'
import { type PlotpointsAnswer, plotpointsAnswer } from './plotpoints.js'

const HOUR_MS = 3_600_000

async function ask(reader: BruteReader, query: string): Promise<PlotpointsAnswer> {
  return plotpointsAnswer(await askPlotpoints(reader, query))
}

function shop(): BruteReader {
  const reader = new BruteReader(NOW_MS)
  reader.add(
    event([['services']], { dollars: 200 }),
    event([['advertising']], { dollars: -2000 }, { atMs: NOW_MS - HOUR_MS }),
    event([['sales', 'p1']], { dollars: 500 }),
    event([['sales', 'p2']], { dollars: 50 }),
  )
  return reader
}

describe('shape', () => {
  test('dense points of [ms, value] by dimension and metric; the last bucket holds now', async () => {
    expect(await ask(shop(), 'metrics=dollars,hits&period=1h:3h')).toEqual({
      _: {
        dollars: [
          [Date.UTC(2026, 2, 1, 10), 0],
          [Date.UTC(2026, 2, 1, 11), -2000],
          [Date.UTC(2026, 2, 1, 12), 750],
        ],
        hits: [
          [Date.UTC(2026, 2, 1, 10), 0],
          [Date.UTC(2026, 2, 1, 11), 1],
          [Date.UTC(2026, 2, 1, 12), 3],
        ],
      },
    })
  })

  test('exactly length/interval points, a day of hours by default', async () => {
    const answer = await ask(shop(), '')
    expect(answer._!.hits).toHaveLength(24)
    expect((await ask(shop(), 'period=1m:1h'))._!.hits).toHaveLength(60)
  })

  test('from and to', async () => {
    const answer = await ask(shop(), 'from=2026-03-01T10:30&to=2026-03-01T12:30&interval=1h')
    expect(answer._!.hits!.map(([, value]) => value)).toEqual([0, 1, 3])
  })
})

describe('which dimensions', () => {
  const dimensionsOf = async (query: string) =>
    (await askPlotpoints(shop(), query)).series.map(({ path }) => pathLabel(path))

  test('several, and one that never was', async () => {
    expect(await dimensionsOf('dimensions=[["sales","p1"],["services"],["nothing"]]')).toEqual([
      '["sales","p1"]',
      'services',
      'nothing',
    ])
  })

  test('levels below, the largest first, each parent before its children', async () => {
    expect(await dimensionsOf('metrics=dollars&depth=2')).toEqual([
      '_',
      'sales',
      '["sales","p1"]',
      '["sales","p2"]',
      'services',
      'advertising',
    ])
  })

  test('limit and sort choose among the children of each parent', async () => {
    expect(await dimensionsOf('metrics=dollars&depth=2&limit=1&sort=dollars')).toEqual(['_', 'advertising'])
    expect(await dimensionsOf('depth=1&sort=-name')).toEqual(['_', 'services', 'sales', 'advertising'])
  })

  test('by: the children alone', async () => {
    expect(await dimensionsOf('by=sales&metrics=dollars')).toEqual(['["sales","p1"]', '["sales","p2"]'])
    expect(await dimensionsOf('by=_')).toHaveLength(3)
  })

  test('a series that is asked for twice is answered once', async () => {
    expect(await dimensionsOf('dimensions=[["sales"],["sales","p1"]]&depth=1')).toEqual([
      'sales',
      '["sales","p1"]',
      '["sales","p2"]',
    ])
  })
})

test('too many points are refused, also where only the levels below make them so', async () => {
  const limits = { ...DEFAULT_LIMITS, pointsPerAnswer: 24 * 3 }
  await expect(askPlotpoints(shop(), 'depth=1', limits)).rejects.toMatchObject({ code: 'too_many_points' })
  await expect(askPlotpoints(shop(), 'depth=1&limit=2', limits)).resolves.toBeDefined()
  await expect(askPlotpoints(shop(), 'metrics=a,b,c,d', limits)).rejects.toThrow(
    /96 values, more than the 72/,
  )
})

test('levels with too many dimensions to look into are refused', async () => {
  const reader = new BruteReader(NOW_MS)
  const one = { columns: new Map([['hits', { values: Float64Array.of(1), counted: Uint8Array.of(1) }]]) }
  const wide = Array.from({ length: 10_000 }, (_, i) => ({ name: `n${i}`, overflow: false, sums: one }))
  reader.children = async (_, path, plan) => columnsOf(plan, path.length === 0 ? wide : [])
  await expect(askPlotpoints(reader, 'period=1h:1h&depth=2')).rejects.toThrow(/smaller depth/)
})

test('every series has the sums of the events whose paths go through it, once each', async () => {
  const path = fc.array(fc.constantFrom('a', 'b', '_', '[x'), { minLength: 1, maxLength: 3 })
  const made = fc.array(
    fc.record({ paths: fc.array(path, { maxLength: 3 }), dollars: fc.integer({ min: -9, max: 9 }) }),
    { maxLength: 20, size: 'max' },
  )
  await fc.assert(
    fc.asyncProperty(made, async events => {
      const reader = new BruteReader(NOW_MS)
      for (const { paths, dollars } of events) reader.add(event(paths, { dollars }))
      const answer = await ask(reader, 'metrics=dollars&depth=3&period=1h:1h')
      const paths = new Map(
        events
          .flatMap(each => each.paths)
          .flatMap(prefixes)
          .map(p => [pathLabel(p), p]),
      )
      expect(Object.keys(answer).sort()).toEqual([...new Set(['_', ...paths.keys()])].sort())
      for (const [label, through] of paths) {
        const sum = events
          .filter(each => each.paths.some(own => startsWith(own, through)))
          .reduce((total, { dollars }) => total + dollars, 0)
        expect(answer[label]!.dollars![0]![1]).toBe(sum)
      }
    }),
  )
})

function prefixes(path: readonly string[]): string[][] {
  return path.map((_, i) => path.slice(0, i + 1))
}
