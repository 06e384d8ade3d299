import { describe, expect, test } from 'vitest'
import { readParameters } from '../intake/parameters.js'
import { HailWhaleError } from '../model/errors.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import {
  GRAPH_PARAMETERS,
  graphQuestion,
  PLOTPOINTS_PARAMETERS,
  plotpointsQuestion,
  RANK_PARAMETERS,
  rankQuestion,
  STREAM_PARAMETERS,
  streamQuestions,
  TOTALS_PARAMETERS,
  totalsQuestion,
} from './parameters.js'

function plotpointsOf(query: string) {
  return plotpointsQuestion(readParameters(query, PLOTPOINTS_PARAMETERS), DEFAULT_LIMITS)
}

function graphOf(query: string) {
  return graphQuestion(readParameters(query, GRAPH_PARAMETERS), DEFAULT_LIMITS)
}

function rankOf(query: string) {
  return rankQuestion(readParameters(query, RANK_PARAMETERS), DEFAULT_LIMITS)
}

function streamOf(query: string) {
  return streamQuestions(readParameters(query, STREAM_PARAMETERS), DEFAULT_LIMITS)
}

function fieldsWrongIn(ask: () => unknown): string[] {
  try {
    ask()
  } catch (error) {
    if (error instanceof HailWhaleError) return error.errors.map(({ field }) => field)
    throw error
  }
  return []
}

test('defaults', () => {
  expect(plotpointsOf('')).toEqual({
    key: ['_'],
    dimensions: [[]],
    childrenOnly: false,
    metrics: [{ text: 'hits', root: { kind: 'metric', name: 'hits' } }],
    time: { kind: 'period', period: { kind: 'last', interval: '1h', points: 24, text: '1h:1d' } },
    zone: { field: 'tz', text: 'UTC' },
    depth: 0,
    limit: null,
    sort: { by: 0, descending: true },
    format: 'json',
  })
  expect(graphOf('')).toMatchObject({ dimension: [], threshold: 0.1, limit: 10, sort: null })
  expect(rankOf('')).toMatchObject({ depth: 16, limit: 100 })
})

test('aliases, paths, lists of expressions', () => {
  expect(plotpointsOf('pk=store&dimension=services&metric=clicks')).toMatchObject({
    key: ['store'],
    dimensions: [['services']],
    metrics: [{ text: 'clicks' }],
  })
  expect(
    plotpointsOf('category=["site","blog"]&dimensions=[["a"],["b","c"]]&metrics=a, average(b,7),a'),
  ).toMatchObject({
    key: ['site', 'blog'],
    dimensions: [['a'], ['b', 'c']],
    metrics: [{ text: 'a' }, { text: 'average(b,7)' }],
  })
  expect(plotpointsOf('by=["site","x"]')).toMatchObject({
    dimensions: [['site', 'x']],
    childrenOnly: true,
    depth: 1,
  })
  expect(graphOf('by=site').dimension).toEqual(graphOf('dimension=site').dimension)
})

test('sort', () => {
  const sortOf = (query: string) => plotpointsOf(`metrics=name,a/b,-a&${query}`).sort
  expect(sortOf('sort=a/b')).toEqual({ by: 1, descending: false })
  expect(sortOf('sort=-a/b')).toEqual({ by: 1, descending: true })
  expect(sortOf('sort=-a')).toEqual({ by: 2, descending: false })
  expect(sortOf('sort=-name')).toEqual({ by: 0, descending: true })
  expect(plotpointsOf('sort=-name').sort).toEqual({ by: 'name', descending: true })
})

test('totals take a list of periods', () => {
  const question = totalsQuestion(
    readParameters('period=hour,1d:30d,hour', TOTALS_PARAMETERS),
    DEFAULT_LIMITS,
  )
  expect(question).toMatchObject({
    explicit: true,
    times: [{ period: { text: 'hour' } }, { period: { text: '1d:30d' } }],
  })
  expect(question.times).toHaveLength(2)
})

test.each([
  ['key', 'key={"a":1}'],
  ['dimensions', 'dimensions=[1,[2]]'],
  ['by', 'by=a&dimensions=b'],
  ['by', 'by=[["a"],["b"]]'],
  ['metrics', 'metrics=a,,b'],
  ['metrics', 'metrics=a%2B'],
  ['metrics', 'metrics=[]'],
  ['metrics', `metrics=${Array.from({ length: 65 }, (_, i) => `m${i}`)}`],
  ['period', 'period=1x:1h'],
  ['period', 'period=60'],
  ['period', 'period=hour&from=2026-01-01'],
  ['to', 'to=2026-01-01'],
  ['interval', 'interval=1h'],
  ['interval', 'from=2026-01-01&interval=7m'],
  ['tzoffset', 'tz=UTC&tzoffset=1'],
  ['depth', 'depth=17'],
  ['depth', 'depth=-1'],
  ['limit', 'limit=1.5'],
  ['limit', 'limit=1e3'],
  ['sort', 'sort=dollars'],
  ['format', 'format=xml'],
])('%s is named where it is wrong: %s', (field, query) => {
  expect(fieldsWrongIn(() => plotpointsOf(query))).toEqual([field])
})

test.each([
  ['threshold', 'threshold=1.1'],
  ['threshold', 'threshold=-0.1'],
  ['threshold', 'threshold=.'],
  ['dimensions', 'dimensions=[["a"],["b"]]'],
  ['depth', 'depth=2'],
  ['limit', 'limit=1001'],
])('%s of a graph is named where it is wrong: %s', (field, query) => {
  expect(fieldsWrongIn(() => graphOf(query))).toEqual([field])
})

describe('streams', () => {
  test('one graph by its own parameters', () => {
    expect(streamOf('by=sales&metrics=dollars')).toEqual([graphOf('by=sales&metrics=dollars')])
  })

  test('several as objects, values as texts or JSON', () => {
    const graphs = [
      { metric: 'dollars', by: ['site', 'x'], limit: 3, tz: null },
      { metrics: ['dollars', 'hits'], threshold: 0.05, dimension: 'sales' },
    ]
    expect(streamOf(`graphs=${encodeURIComponent(JSON.stringify(graphs))}`)).toEqual([
      graphOf('metrics=dollars&by=["site","x"]&limit=3'),
      graphOf('metrics=dollars,hits&threshold=0.05&dimensions=sales'),
    ])
  })

  test.each([
    ['graphs', 'graphs=[]'],
    ['graphs', 'graphs={}'],
    ['graphs', 'graphs=[{'],
    ['graphs[0]', 'graphs=[5]'],
    ['graphs[0].metrix', 'graphs=[{"metrix":1}]'],
    ['graphs[1].period', 'graphs=[{},{"period":"x"}]'],
    ['graphs[0].pk', 'graphs=[{"key":"a","pk":"b"}]'],
    ['metrics', 'graphs=[{}]&metrics=a'],
  ])('%s is named where it is wrong: %s', (field, query) => {
    expect(fieldsWrongIn(() => streamOf(query))).toEqual([field])
  })
})
