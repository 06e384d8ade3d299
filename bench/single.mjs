/**
 * Single: one event a GET, 50 connections, sent by wrk, against the ceiling in `sync` mode and a bare node:http that parses
 * and counts nothing. What HailWhale has counted must be what wrk got answers for (and at most what was under way at its end).
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { wholeDays } from './lib/check.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startCeiling, startHailWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'
import { CONNECTIONS, wrk } from './lib/wrk.mjs'

const SETTLE_MS = 100
const MIB = 2 ** 20

/**
 * @param {import('./lib/options.mjs').Options} options
 * @param {import('./lib/shared.mjs').Shared} shared
 */
export async function single(options, shared, say) {
  const folder = makeFolder()
  const rounds = { ours: [], sync: [], bare: [] }
  for (let round = 1; round <= options.rounds; round++) {
    const server = await startHailWhale(options, join(folder, `data-${round}`))
    rounds.ours.push(await measure(server, round, options, shared, checkCounted))
    for (const mode of /** @type {const} */ (['sync', 'bare'])) {
      const ceiling = await startCeiling(shared, join(folder, `${mode}-${round}`), mode)
      rounds[mode].push(await measure(ceiling, round, options, shared, () => {}))
    }
    const rates = Object.values(rounds).map(list => Math.round(list.at(-1).rate).toLocaleString('en'))
    say(`round ${round}: ${rates[0]} requests/s · ceiling sync ${rates[1]} · bare ${rates[2]}`)
  }
  const pickAll = pick => ({
    ours: rounds.ours.map(pick),
    sync: rounds.sync.map(pick),
    bare: rounds.bare.map(pick),
  })
  const against = (what, unit, pick, marks = {}) => {
    const { ours, sync } = pickAll(pick)
    return row(what, unit, ours, { against: 'ceiling sync', others: sync, ...marks })
  }
  const rates = pickAll(r => r.rate)
  return [
    against('requests answered', 'requests/s', r => r.rate, { ratioLeast: 0.8 }),
    row('requests answered', 'requests/s', rates.ours, { against: 'bare node:http', others: rates.bare }),
    against('latency p50', 'ms', r => r.p50Ms),
    against('latency p99', 'ms', r => r.p99Ms),
    against('CPU a million events', 's', r => r.cpuS),
    against('peak resident memory', 'MiB', r => r.peakMiB),
  ]
}

async function measure(server, seed, options, shared, check) {
  const before = server.process.cpuS()
  const run = await wrk(server.port, seed, options, shared)
  const cpuS = (server.process.cpuS() - before) / (run.requests / 1e6)
  await check(server, run.requests, options.startS)
  const { peak } = server.process.memory()
  await server.stop()
  return { ...run, cpuS, peakMiB: peak / MIB }
}

/** Whether a server has counted what was answered, and at most what was under way besides. */
export async function checkCounted(server, requests, startS) {
  const { fromS, untilS } = wholeDays({ startS, hours: HOURS })
  const ask = async what => {
    const answer = await server.json(
      `/totals?key=store&${what}&metrics=hits&from=${fromS}&to=${untilS}&limit=1000`,
    )
    return Object.values(Object.values(answer)[0]).reduce((sum, { hits }) => sum + hits, 0)
  }
  const root = await settled(() => ask('dimensions=_'))
  if (root < requests || root > requests + CONNECTIONS)
    throw new Error(`WRONG: ${requests} requests were answered, ${root} were counted`)
  for (const by of ['channel', 'country']) {
    const children = await ask(`by=${by}`)
    if (children !== root)
      throw new Error(`WRONG: the children of ${by} have ${children} hits, the root ${root}`)
  }
}

/** Asks until two answers are the same: what was under way when wrk left is still being read. */
async function settled(ask) {
  let before = await ask()
  for (;;) {
    await delay(SETTLE_MS)
    const now = await ask()
    if (now === before) return now
    before = now
  }
}
