import { describe, expect, test } from 'vitest'
import { askPlotpoints, askTotals, event, NOW_MS } from '../../test/support/ask.js'
import { BruteReader, KEEP_ALL } from '../../test/support/brute-reader.js'
import { NAMED_PERIODS } from '../model/period.js'
import { totalsAnswer } from './totals.js'

const DAY_MS = 86_400_000

function shop(): BruteReader {
  const reader = new BruteReader(NOW_MS)
  reader.add(
    event([['sales', 'p1']], { dollars: 500 }),
    event([['sales', 'p2']], { dollars: 100 }, { atMs: NOW_MS - DAY_MS }),
    event([['services']], { dollars: 0.1 }, { atMs: NOW_MS - 20 * DAY_MS }),
  )
  return reader
}

async function ask(reader: BruteReader, query: string): Promise<unknown> {
  return totalsAnswer(await askTotals(reader, query))
}

test('all named periods by default', async () => {
  const answer = totalsAnswer(await askTotals(shop(), 'metrics=dollars'))
  expect(Object.keys(answer).sort()).toEqual([...NAMED_PERIODS].sort())
  expect(answer).toMatchObject({
    hour: { _: { dollars: 500 } },
    yesterday: { _: { dollars: 100 } },
    seven: { _: { dollars: 600 } },
    thirty: { _: { dollars: 600.1 } },
    mtd: { _: { dollars: 500 } },
    ytd: { _: { dollars: 600.1 } },
  })
})

describe('periods asked for', () => {
  test('each under its own text', async () => {
    expect(await ask(shop(), 'metrics=dollars,dollars/hits&period=hour, 1d:30d,86400x172800')).toEqual({
      hour: { _: { dollars: 500, 'dollars/hits': 500 } },
      '1d:30d': { _: { dollars: 600.1, 'dollars/hits': 200.033333333333 } },
      '86400x172800': { _: { dollars: 600, 'dollars/hits': 300 } },
    })
  })

  test('from and to are one period', async () => {
    const answer = await ask(shop(), 'from=2026-02-01&to=2026-03-01&metrics=dollars')
    expect(answer).toEqual({ '2026-02-01..2026-03-01': { _: { dollars: 100.1 } } })
  })

  test('several dimensions and levels', async () => {
    expect(
      await ask(shop(), 'dimensions=[["sales"],["services"]]&depth=1&period=seven&metrics=dollars'),
    ).toEqual({
      seven: {
        sales: { dollars: 600 },
        '["sales","p1"]': { dollars: 500 },
        '["sales","p2"]': { dollars: 100 },
        services: { dollars: 0 },
      },
    })
  })
})

test('what is not kept is left out of the default, and an error where it was asked for', async () => {
  const reader = shop()
  reader.kept = [{ interval: '1m', keepMs: 2 * DAY_MS }]
  const answer = totalsAnswer(await askTotals(reader, ''))
  expect(Object.keys(answer).sort()).toEqual(['24h', 'day', 'hour', 'mtd', 'today', 'yesterday'])
  await expect(askTotals(reader, 'period=hour,year')).rejects.toMatchObject({ code: 'not_kept' })
  reader.kept = KEEP_ALL
  await expect(askTotals(reader, 'period=hour,year')).resolves.toBeDefined()
})

test('a total is what the points come to', async () => {
  const reader = shop()
  for (const metric of ['dollars', 'previous(dollars, 1d)', 'cumulative(dollars)']) {
    const encoded = encodeURIComponent(metric)
    const total = (await askTotals(reader, `metrics=${encoded}&period=thirty`)).periods[0]!.series[0]!.total
    const { points } = (await askPlotpoints(reader, `metrics=${encoded}&period=thirty`)).series[0]!
    const expected = metric.startsWith('cumulative')
      ? points[metric]!.at(-1)!
      : points[metric]!.reduce((sum, value) => sum + value, 0)
    expect(total[metric]).toBeCloseTo(expected, 9)
  }
})

test('the total of a level is the last that stands', async () => {
  const reader = new BruteReader(NOW_MS)
  reader.add(
    event([], { balance: 5 }, { atMs: NOW_MS - 7_200_000 }),
    event([], { balance: 3 }, { atMs: NOW_MS - 3_600_000 }),
  )
  expect(await ask(reader, 'metrics=level(balance)&period=day')).toEqual({
    day: { _: { 'level(balance)': 3 } },
  })
})
