/**
 * Pictures: what a graph of 7 lines × 60 points costs as an SVG of 800 × 400 pixels and as a PNG of twice that, and for how long the
 * PNG holds up the event loop, on which counts are answered. Beside it the naive way: the renderer's own calls, one after the other.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { row } from './lib/results.mjs'
import { median } from './lib/statistics.mjs'

const SIZE = { width: 800, height: 400 }
const SCALE = 2
const TYPES = ['line', 'stacked', 'bars']
const SVGS = 200
const PNGS = 20

/** @param {import('./lib/options.mjs').Options} options */
export async function pictures({ dist, rounds }, _shared, say) {
  const load = path => import(pathToFileURL(join(dist, path)).href)
  const { graphSvg } = await load('picture/svg/graph.js')
  const { numberFormat } = await load('picture/numbers.js')
  const { PngMaker } = await load('http/png.js')
  const { Resvg } = createRequire(import.meta.url)('@resvg/resvg-js')
  const png = new PngMaker()
  const naive = svg => new Resvg(svg, { fitTo: { mode: 'zoom', value: SCALE } }).render().asPng()
  const rows = []
  for (const type of TYPES) {
    const picture = pictureOf(type, numberFormat('', 'en'))
    const { svg } = graphSvg(picture)
    await png.draw(svg, SCALE)
    const kept = { svg: [], png: [], naive: [], stall: [], naiveStall: [] }
    for (let round = 0; round < rounds; round++) {
      kept.svg.push(await timed(SVGS, () => graphSvg(picture)).then(({ ms }) => ms))
      const own = await timed(PNGS, () => png.draw(svg, SCALE))
      const other = await timed(PNGS, () => naive(svg))
      kept.png.push(own.ms)
      kept.stall.push(own.stallMs)
      kept.naive.push(other.ms)
      kept.naiveStall.push(other.ms)
    }
    say(`${type}: SVG ${median(kept.svg).toFixed(2)} ms, PNG ${median(kept.png).toFixed(1)} ms`)
    rows.push(row(`${type}: an SVG`, 'ms', kept.svg))
    rows.push(row(`${type}: its PNG`, 'ms', kept.png, { against: 'the renderer alone', others: kept.naive }))
    rows.push(
      row(`${type}: the loop held up by a PNG`, 'ms', kept.stall, {
        against: 'the renderer alone',
        others: kept.naiveStall,
      }),
    )
  }
  return rows
}

/** Milliseconds of each of `count` runs, and how long the event loop was held up at most in 99 of 100 turns meanwhile. */
async function timed(count, run) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  await new Promise(setImmediate)
  delay.enable()
  const startMs = performance.now()
  for (let i = 0; i < count; i++) await run()
  const ms = (performance.now() - startMs) / count
  delay.disable()
  return { ms, stallMs: delay.percentile(99) / 1e6 }
}

/** Overall, five children and the others: 60 points each. */
function pictureOf(type, format) {
  const toMs = Date.UTC(2026, 0, 1)
  const times = Array.from({ length: 60 }, (_, i) => toMs - (60 - i) * 60_000)
  const line = middle => {
    const points = times.map((_, i) =>
      Math.round(middle + (middle / 2) * Math.sin(i / 4) + ((i * 7919) % 37)),
    )
    return { points: { dollars: points }, total: { dollars: points.reduce((sum, point) => sum + point, 0) } }
  }
  const names = ['search', 'direct', 'newsletter', 'social', 'affiliate']
  const series = names.map((name, i) => ({
    name,
    dimension: ['channel', name],
    share: 0.3 / (i + 1),
    ...line(900 / (i + 1)),
  }))
  const all = [...series, line(80)]
  const overall = times.map((_, i) => all.reduce((sum, each) => sum + each.points.dollars[i], 0))
  const graph = {
    ...{
      key: ['store'],
      dimension: ['channel'],
      from: times[0],
      to: toMs,
      interval: '1m',
      tz: 'UTC',
      times,
      series,
    },
    ...{ metrics: ['dollars'], children: 8, unattributed: null, other: { children: 3, ...line(80) } },
    overall: {
      points: { dollars: overall },
      total: { dollars: overall.reduce((sum, point) => sum + point, 0) },
    },
  }
  const look = { theme: 'light', locale: 'en', legend: true, format, period: '1m:1h', nowMs: toMs - 1 }
  return { graph, metric: 'dollars', type, ...SIZE, ...look }
}
