/**
 * Questions about what was counted, generated from what the model knows, and the comparison of two answers. Sums of integers and
 * of eighths are compared exactly, text against text; those of other decimals within 1e-12 of the sum of absolute values.
 */
import { readParameters } from '../../src/intake/parameters.js'
import { HailWhaleError } from '../../src/model/errors.js'
import { DAY_MS, HOUR_MS, KEPT_INTERVAL_MS } from '../../src/model/interval.js'
import type { Limits } from '../../src/model/limits.js'
import type { Path } from '../../src/model/path.js'
import { Zones } from '../../src/model/timezone.js'
import { graph } from '../../src/query/graph.js'
import { dimensions, keys, metricNames } from '../../src/query/listing.js'
import * as asked from '../../src/query/parameters.js'
import { plotpoints, plotpointsAnswer } from '../../src/query/plotpoints.js'
import { rank } from '../../src/query/rank.js'
import type { RollupReader } from '../../src/query/reader.js'
import { totals, totalsAnswer } from '../../src/query/totals.js'
import type { Dice } from './dice.js'
import type { ServerModel } from './server-model.js'

/** A question as a URL. */
export type Question = `/${string}?${string}`

type Fields = ReadonlyMap<string, string>

/** A route as the model answers it. */
interface ModelRoute {
  readonly parameters: Parameters<typeof readParameters>[1]
  readonly answer: (reader: RollupReader, fields: Fields, limits: Limits) => Promise<unknown>
}

const zones = new Zones()

const ROUTES: Readonly<Record<string, ModelRoute>> = {
  '/plotpoints': {
    parameters: asked.PLOTPOINTS_PARAMETERS,
    answer: async (reader, fields, limits) =>
      plotpointsAnswer(await plotpoints(reader, zones, asked.plotpointsQuestion(fields, limits), limits)),
  },
  '/totals': {
    parameters: asked.TOTALS_PARAMETERS,
    answer: async (reader, fields, limits) =>
      totalsAnswer(await totals(reader, zones, asked.totalsQuestion(fields, limits), limits)),
  },
  '/graph': {
    parameters: asked.GRAPH_PARAMETERS,
    answer: (reader, fields, limits) => graph(reader, zones, asked.graphQuestion(fields, limits), limits),
  },
  '/rank': {
    parameters: asked.RANK_PARAMETERS,
    answer: async (reader, fields, limits) => {
      const { entries } = await rank(reader, zones, asked.rankQuestion(fields, limits), limits)
      return entries
    },
  },
  '/keys': {
    parameters: asked.KEYS_PARAMETERS,
    answer: (reader, fields, limits) => keys(reader, asked.keysQuestion(fields, limits)),
  },
  '/dimensions': {
    parameters: asked.DIMENSIONS_PARAMETERS,
    answer: (reader, fields, limits) => dimensions(reader, asked.listingQuestion(fields, limits)),
  },
  '/metric_names': {
    parameters: asked.METRIC_NAMES_PARAMETERS,
    answer: (reader, fields, limits) => metricNames(reader, asked.listingQuestion(fields, limits)),
  },
}

/** The model's answer to a question: its JSON text, or the code of the refusal. */
export async function modelAnswer(
  model: RollupReader,
  question: Question,
  limits: Limits,
): Promise<{ readonly status: number; readonly text: string }> {
  const [url, query] = question.split('?') as [string, string]
  const route = ROUTES[url]!
  try {
    const answer = await route.answer(model, readParameters(query, route.parameters), limits)
    return { status: 200, text: JSON.stringify(answer) }
  } catch (error) {
    if (!(error instanceof HailWhaleError)) throw error
    return { status: error.status, text: error.code }
  }
}

const EXACT_METRICS = [
  ...[
    'hits',
    'clicks',
    'dollars',
    'weight',
    'é',
    '`CPU percent`',
    '`__proto__`',
    'nothing',
    'dollars/hits',
    'dollars:sum',
  ],
  ...[
    '(dollars - weight) / clicks * 100',
    'cumulative(dollars)',
    'level(dollars)',
    'previous(hits, 1d)',
    'previous(dollars, 1h)',
  ],
  ...['rate(hits, 1s)', 'average(hits, 3)', '-dollars', 'weight*weight'],
]

const ZONES = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', '+05:30', 'UTC']

const PERIODS = [
  ...[
    '10s:10m',
    '10s:2m',
    '1m:1h',
    '1m:6h',
    '15m:1d',
    '15m:12h',
    '1h:1d',
    '1h:7d',
    '1d:30d',
    '1d:365d',
    '1w:8w',
    '1mo:12mo',
    '1y:2y',
  ],
  ...[
    'hour',
    'day',
    'today',
    'yesterday',
    'week',
    'wtd',
    'seven',
    'thirty',
    'mtd',
    'month',
    'ytd',
    '24h',
    '3600x86400',
    '60x600',
  ],
]

/** A question about something that was counted (or, now and then, about nothing that was). */
export function makeQuestion(dice: Dice, model: ServerModel): Question {
  const url = dice.pick([
    '/plotpoints',
    '/plotpoints',
    '/totals',
    '/graph',
    '/graph',
    '/rank',
    '/keys',
    '/dimensions',
    '/metric_names',
  ])
  const { key, path } = makePlace(dice, model)
  const fields: Record<string, string> = { key: JSON.stringify(key) }
  if (url === '/keys' || url === '/dimensions' || url === '/metric_names') {
    return toUrl(url, { ...fields, ...makeListing(dice, url, path) })
  }
  const one = url === '/graph' || url === '/rank'
  Object.assign(fields, makeTime(dice, model.nowMs, url), makePaths(dice, model, key, path, one))
  const metrics =
    url === '/rank'
      ? [dice.pick(EXACT_METRICS)]
      : [...new Set([dice.pick(EXACT_METRICS), ...dice.some(EXACT_METRICS, 3)])]
  const priced = dice.once(4) && url !== '/rank' && url !== '/graph'
  fields.metrics = priced ? 'price' : JSON.stringify(metrics)
  if (dice.once(3)) fields.limit = String(dice.between(url === '/rank' ? 1 : 0, 5))
  if (priced) delete fields.limit
  if (url === '/graph' && dice.once(2)) fields.threshold = dice.pick(['0', '0.01', '0.5', '1'])
  if (dice.once(4))
    fields.sort = dice.pick(['name', '-name', ...(priced ? [] : [metrics[0]!, `-${metrics[0]}`])])
  return toUrl(url, fields)
}

function makePlace(dice: Dice, model: ServerModel): { key: Path; path: Path } {
  if (dice.once(30)) return { key: ['nobody'], path: ['nothing'] }
  const place = model.allSeries.length > 0 ? dice.pick(model.allSeries) : { key: ['_'], path: [] }
  return dice.once(3)
    ? { key: place.key, path: place.path.slice(0, dice.between(0, place.path.length)) }
    : place
}

function makePaths(
  dice: Dice,
  model: ServerModel,
  key: Path,
  path: Path,
  one: boolean,
): Record<string, string> {
  if (path.length === 0 && dice.once(2)) return {}
  // The path of the one name `_` can only be written as an object; arrays take it for the root.
  const isRootName = path.length === 1 && path[0] === '_'
  const text = isRootName ? '{"_":null}' : JSON.stringify(path)
  if (dice.once(3)) return { by: text }
  if (one || isRootName || dice.once(2))
    return { dimensions: text, ...(!one && dice.once(2) && { depth: String(dice.between(0, 2)) }) }
  const others = model.allSeries
    .filter(series => JSON.stringify(series.key) === JSON.stringify(key))
    .map(series => series.path)
  const several = [path, ...dice.some(others, 3)].filter(each => !(each.length === 1 && each[0] === '_'))
  return { dimensions: JSON.stringify(several) }
}

function makeTime(dice: Dice, nowMs: number, url: string): Record<string, string> {
  const zone = dice.once(2) ? { tz: dice.pick(ZONES) } : {}
  if (url === '/totals' && dice.once(2))
    return { ...zone, ...(dice.once(2) && { period: dice.some(PERIODS, 4).join(',') }) }
  if (!dice.once(3)) return { ...zone, period: dice.pick(PERIODS) }
  const lengthMs = dice.pick([60_000, HOUR_MS, 6 * HOUR_MS, DAY_MS, 9 * DAY_MS, 45 * DAY_MS, 500 * DAY_MS])
  const toMs = nowMs - dice.below(lengthMs)
  const fromMs = toMs - dice.between(1, lengthMs)
  const interval = dice.pick(['10s', '1m', '15m', '1h', '1d', '1w', '1mo'])
  const isFine = lengthMs / (KEPT_INTERVAL_MS[interval as '10s'] ?? DAY_MS) > 2000
  return {
    ...zone,
    from: dice.pick([String(fromMs), new Date(fromMs).toISOString()]),
    ...(!dice.once(4) && { to: String(toMs) }),
    ...(!isFine && dice.once(2) && { interval }),
  }
}

function makeListing(dice: Dice, url: string, path: Path): Record<string, string> {
  const page = {
    ...(dice.once(3) && { limit: String(dice.between(1, 4)) }),
    ...(dice.once(4) && { after: dice.pick(['a', 'é', '5', '_', 'site']) }),
    ...(dice.once(6) && { prefix: dice.pick(['a', '', 's', '한']) }),
  }
  const isRootName = path.length === 1 && path[0] === '_'
  if (url === '/dimensions') return { ...page, dimensions: isRootName ? '{"_":null}' : JSON.stringify(path) }
  return page
}

function toUrl(url: string, fields: Readonly<Record<string, string>>): Question {
  const pieces = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${url as '/graph'}?${pieces.join('&')}`
}

/** Whether two answers' texts say the same, numbers within `tolerance`. */
export function saysTheSame(text: string, expected: string, tolerance: number): boolean {
  if (text === expected) return true
  return tolerance > 0 && isClose(JSON.parse(text), JSON.parse(expected), tolerance)
}

function isClose(value: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof value === 'number' && typeof expected === 'number') {
    return Math.abs(value - expected) <= tolerance + 1e-15 * Math.abs(expected)
  }
  if (typeof value !== 'object' || typeof expected !== 'object' || value === null || expected === null) {
    return value === expected
  }
  const names = Object.keys(value)
  const others = expected as Readonly<Record<string, unknown>>
  if (names.length !== Object.keys(others).length) return false
  return names.every(name => {
    return (
      name in others && isClose((value as Readonly<Record<string, unknown>>)[name], others[name], tolerance)
    )
  })
}

/** How far an answer may be off: nothing, unless it is about `price`, whose sums depend on the order of adding. */
export function toleranceOf(question: Question, model: ServerModel): number {
  const fields = new URLSearchParams(question.slice(question.indexOf('?')))
  if (fields.get('metrics') !== 'price') return 0
  const prices = model
    .postings(JSON.parse(fields.get('key')!) as Path, [])
    .map(({ metrics }) => metrics.get('price') ?? 0)
  return 1e-12 * prices.reduce((sum, price) => sum + Math.abs(price), 0)
}
