/** The questions whose time is measured, and what their answers must be. */
import { wholeDays } from './check.mjs'

const HOUR_S = 3600
const HOURS = 6

const encode = path => encodeURIComponent(JSON.stringify(path))

/**
 * Each has several paths, asked in turns: windows that move by a minute, metrics that change.
 * @type {{ title: string, pathsOf: (startS: number) => string[] }[]}
 */
export const QUESTIONS = [
  { title: 'healthz', pathsOf: () => ['/healthz'] },
  {
    title: '60 min × 7 series',
    pathsOf: startS => Array.from({ length: 120 }, (_, i) => hourPath(startS + i * 60)),
  },
  {
    title: '6 h × 1 m × 6',
    pathsOf: startS => ['dollars', 'hits', 'dollars/hits'].map(metric => sixHoursPath(startS, metric)),
  },
  {
    title: 'top 10 of 2,000, a day, graph',
    pathsOf: startS => ['dollars', 'hits'].map(m => topGraphPath(startS, m)),
  },
  {
    title: 'top 10 of 2,000, a day, totals',
    pathsOf: startS => ['dollars', 'hits'].map(m => topTotalsPath(startS, m)),
  },
]

function hourPath(fromS) {
  return `/graph?key=store&by=channel&metrics=dollars&threshold=0&from=${fromS}&to=${fromS + HOUR_S}&interval=1m`
}

function sixHoursPath(startS, metric) {
  const time = `from=${startS}&to=${startS + HOURS * HOUR_S}&interval=1m`
  return `/graph?key=store&by=channel&metrics=${encodeURIComponent(metric)}&threshold=0&limit=6&${time}`
}

function topGraphPath(startS, metric) {
  return `/graph?key=store&by=${encode(['channel', 'web'])}&metrics=${metric}&threshold=0&limit=10&${day(startS)}&interval=1h`
}

function topTotalsPath(startS, metric) {
  return `/totals?key=store&by=${encode(['channel', 'web'])}&metrics=${metric}&limit=10&${day(startS)}&interval=1d`
}

function day(startS) {
  const { fromS, untilS } = wholeDays({ startS, hours: HOURS })
  return `from=${fromS}&to=${untilS}`
}

/**
 * Asks one of each kind and compares it with sums made directly from the workload. Throws an `Error` at the first difference.
 * @param {import('./servers.mjs').Server} server
 */
export async function checkAnswers(server, { workload }, { events, seed, hours, startS }) {
  const fromS = startS + 30 * 60
  const hour = new Map()
  const whole = new Map()
  const products = new Map()
  for (const event of workload.flat({ events, seed, hours, start: startS })) {
    const channel = workload.CHANNELS[event.channel]
    if (event.time >= fromS && event.time < fromS + HOUR_S) add(hour, channel, event.cents)
    add(whole, channel, event.cents)
    if (channel === 'web') add(products, workload.PRODUCTS[event.product], event.cents)
  }
  same('60 minutes', await graphSums(server, hourPath(fromS)), largest(hour, 6))
  same('6 hours', await graphSums(server, sixHoursPath(startS, 'dollars')), largest(whole, 6))
  same('top 10', await graphSums(server, topGraphPath(startS, 'dollars')), largest(products, 10))
  const [totals] = Object.values(await server.json(topTotalsPath(startS, 'dollars')))
  const found = Object.entries(totals).map(([path, { dollars }]) => [JSON.parse(path).at(-1), cents(dollars)])
  same('top 10 of totals', found, largest(products, 10))
}

/** Each line's name and the sum of its points, in cents. */
async function graphSums(server, path) {
  const { series } = await server.json(path)
  return series.map(({ name, points }) => [
    name,
    cents(points.dollars.reduce((sum, value) => sum + value, 0)),
  ])
}

function add(sums, name, value) {
  sums.set(name, (sums.get(name) ?? 0) + value)
}

function largest(sums, count) {
  return [...sums].sort((a, b) => b[1] - a[1]).slice(0, count)
}

function cents(dollars) {
  return Math.round(dollars * 100)
}

function same(what, found, expected) {
  if (JSON.stringify(found) === JSON.stringify(expected)) return
  throw new Error(`WRONG: ${what}: ${JSON.stringify(found)} should be ${JSON.stringify(expected)}`)
}
