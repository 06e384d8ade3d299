import { expect, test } from 'vitest'
import { askGraph, askPlotpoints, askRank, askTotals, event, NOW_MS } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { metricNamesCsv, plotpointsCsv, rankCsv, totalsCsv } from './csv.js'
import { graphRows, keyLabel, rankRows, totalsRows } from './rows.js'

const reader = new BruteReader(NOW_MS)
reader.add(
  event([['=1+1', 'a "b", c']], { dollars: -1.5 }),
  event([['x']], { dollars: 4 }, { atMs: NOW_MS - 3_600_000 }),
  event([], { dollars: 1 }),
)

test('CSV of points: a line per time and dimension, a column per metric, no formulas', async () => {
  const csv = plotpointsCsv(
    await askPlotpoints(reader, 'metrics=dollars,-hits&period=1h:2h&depth=2&sort=name'),
  )
  expect(csv.split('\r\n')).toEqual([
    "time,key,dimension,dollars,'-hits",
    '2026-03-01T11:00:00.000Z,_,_,4,-1',
    '2026-03-01T12:00:00.000Z,_,_,-0.5,-2',
    "2026-03-01T11:00:00.000Z,_,'=1+1,0,0",
    "2026-03-01T12:00:00.000Z,_,'=1+1,-1.5,-1",
    '2026-03-01T11:00:00.000Z,_,"[""=1+1"",""a \\""b\\"", c""]",0,0',
    '2026-03-01T12:00:00.000Z,_,"[""=1+1"",""a \\""b\\"", c""]",-1.5,-1',
    '2026-03-01T11:00:00.000Z,_,x,4,-1',
    '2026-03-01T12:00:00.000Z,_,x,0,0',
    '',
  ])
})

test('rows of a graph, all its lines', async () => {
  const rows = graphRows(await askGraph(reader, 'metrics=dollars&period=1h:2h&limit=1'))
  expect(rows).toContainEqual({
    time: Date.UTC(2026, 2, 1, 11),
    key: '_',
    dimension: 'x',
    metric: 'dollars',
    value: 4,
  })
  const dimensions = rows.map(({ dimension }) => dimension)
  expect([...new Set(dimensions)]).toEqual(['_', 'x', '(other)', '(unattributed)'])
  expect(rows).toHaveLength(8)
})

test('totals say their period', async () => {
  const answer = await askTotals(reader, 'metrics=dollars&period=hour,1h:2h')
  expect(totalsCsv(answer)).toBe(
    'period,time,key,dimension,dollars\r\n' +
      'hour,2026-03-01T11:35:00.000Z,_,_,-0.5\r\n' +
      '1h:2h,2026-03-01T11:00:00.000Z,_,_,3.5\r\n',
  )
  expect(totalsRows(answer)[1]).toMatchObject({ period: '1h:2h', metric: 'dollars', value: 3.5 })
})

test('a ranking', async () => {
  const ranking = await askRank(reader, 'metrics=dollars&limit=1')
  expect(rankCsv(ranking)).toBe(
    'key,dimension,metric,value,count,score,difference,effect,important\r\n' +
      '_,x,dollars,4,1,4,1.14285714285714,4,true\r\n',
  )
  expect(rankRows(ranking)).toHaveLength(1)
})

test('an empty listing is a header', () => {
  expect(metricNamesCsv({ key: ['_'], metrics: [], next: null })).toBe('key,metric\r\n')
})

test.each([
  [['_'], '_'],
  [['store'], 'store'],
  [['site', 'blog'], '["site","blog"]'],
  [['[a'], '["[a"]'],
  [['"'], '["\\""]'],
])('the key %j is called %s', (key, label) => {
  expect(keyLabel(key)).toBe(label)
})
