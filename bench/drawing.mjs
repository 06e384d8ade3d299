/**
 * Drawing: what an update of a graph costs in a browser, with 20 children over a day of minutes (21 lines × 1,440 points, 1,100 × 320
 * pixels): from the moment the chart is told until it has drawn, and until the pixels can be read back. Beside it, in the same page,
 * the naive way: a new plot each time. And 50 graphs of 7 lines × 60 points that go on four times a second: what the whole browser takes of a core.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { openStage } from './lib/browser.mjs'
import { row } from './lib/results.mjs'
import { quantile } from './lib/statistics.mjs'

const TYPES = ['line', 'area', 'stacked', 'share', 'bars']
const WIDTH = 1100
const HEIGHT = 320
const UPDATES = 60
const MARK_MS = 8
const CHARTS = 50
const PER_SECOND = 4
const WATCHED_S = 6
const MANY = { series: 5, other: true, buckets: 60 }

/** @param {import('./lib/options.mjs').Options} options */
export async function drawing(options, _shared, say) {
  const stage = await openStage()
  try {
    const rows = []
    for (const type of TYPES) rows.push(...(await updates(stage, type, options.rounds, say)))
    rows.push(...(await many(stage, options.rounds, say)))
    return rows
  } finally {
    await stage.close()
  }
}

async function updates(stage, type, rounds, say) {
  const kept = { drawn: [], anew: [], read: [] }
  const all = []
  for (let round = 0; round < rounds; round++) {
    const measure = more => stage.measure(WIDTH, HEIGHT, { sample: sampleOf(type), count: UPDATES, ...more })
    const drawn = await measure({ how: 'update', flush: false })
    kept.drawn.push(quantile(drawn, 0.5))
    all.push(...drawn)
    kept.anew.push(quantile(await measure({ how: 'anew', flush: false }), 0.5))
    kept.read.push(quantile(await measure({ how: 'update', flush: true }), 0.5))
  }
  const p95 = quantile(all, 0.95)
  say(
    `${type}: ${kept.drawn.map(ms => ms.toFixed(2)).join(' ')} ms, p95 ${p95.toFixed(2)} ms; anew ${kept.anew.map(ms => ms.toFixed(2)).join(' ')} ms`,
  )
  return [
    row(`${type}: an update`, 'ms', kept.drawn, { against: 'a new plot', others: kept.anew, most: MARK_MS }),
    row(`${type}: an update, p95 of all`, 'ms', [p95]),
    row(`${type}: until pixels can be read`, 'ms', kept.read),
  ]
}

function sampleOf(type) {
  return { type, series: 20, buckets: 1440 }
}

async function many(stage, rounds, say) {
  const shares = { still: [], going: [], unseen: [] }
  for (let round = 0; round < rounds; round++) {
    for (const what of /** @type {const} */ (['still', 'going', 'unseen'])) {
      await stage.show(CHARTS, what === 'unseen')
      if (what !== 'still') await stage.goOn(MANY, PER_SECOND)
      // What opening them took is over.
      await delay(1000)
      const before = stage.cpuS()
      await delay(WATCHED_S * 1000)
      shares[what].push(((stage.cpuS() - before) / WATCHED_S) * 100)
      await stage.stop()
    }
  }
  const text = values => values.map(share => share.toFixed(1)).join(' ')
  say(
    `${CHARTS} graphs: ${text(shares.going)} % of a core, out of sight ${text(shares.unseen)} %, standing still ${text(shares.still)} %`,
  )
  return [
    row(
      `${CHARTS} graphs × 60 points at ${PER_SECOND}/s, all in sight: the whole browser`,
      '% of a core',
      shares.going,
    ),
    row(`the same, all out of sight`, '% of a core', shares.unseen),
    row(`the same page, nothing to draw`, '% of a core', shares.still),
  ]
}
