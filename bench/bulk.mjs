/**
 * Bulk: NDJSON, 1,000 events a POST, 4 connections, against the ceiling in `sync` mode. Every round starts both anew, in turns. The
 * clock runs from the first byte sent to the last answer; the CPU also until the counts have been flushed and the server has left.
 */
import { join } from 'node:path'
import { checkCeiling, checkTotals } from './lib/check.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startCeiling, startHailWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'
import { Worker } from './lib/workers.mjs'

const CONNECTIONS = 4
export const PER_POST = 1000
const MIB = 2 ** 20

/**
 * @param {import('./lib/options.mjs').Options} options
 * @param {import('./lib/shared.mjs').Shared} shared
 */
export async function bulk(options, shared, say) {
  const range = { events: options.events ?? 1_000_000, startS: options.startS, hours: HOURS, seed: 1 }
  const expected = shared.workload.totals({ ...range, start: range.startS })
  const load = await workloadWorker(shared, range)
  const folder = makeFolder()
  const ours = []
  const theirs = []
  for (let round = 1; round <= options.rounds; round++) {
    const server = await startHailWhale(options, join(folder, `data-${round}`))
    ours.push(await measure(server, load, () => checkTotals(server, expected, range)))
    const ceiling = await startCeiling(shared, join(folder, `ceiling-${round}`), 'sync')
    theirs.push(await measure(ceiling, load, () => {}))
    checkCeiling(ceiling.process.output(), expected, range)
    say(`round ${round}: ${describe(ours.at(-1))} · ceiling ${describe(theirs.at(-1))}`)
  }
  load.end()
  const column = (rounds, pick) => rounds.map(pick)
  const against = (what, unit, pick, marks = {}) =>
    row(what, unit, column(ours, pick), { against: 'ceiling sync', others: column(theirs, pick), ...marks })
  return [
    against('events counted', 'events/s', r => r.rate, { ratioLeast: 1 }),
    against('a POST of 1,000, p50', 'ms', r => r.p50Ms),
    against('a POST of 1,000, p99', 'ms', r => r.p99Ms),
    against('CPU a million events, to the last answer', 's', r => r.cpuS),
    against('CPU a million events, flushed and ended', 's', r => r.cpuEndS),
    against('peak resident memory', 'MiB', r => r.peakMiB),
    row(
      'generator, CPU a million events',
      's',
      column(ours, r => r.generatorS),
    ),
  ]
}

/** A load process that holds the workload, ready to send; on one core where that is said. */
export async function workloadWorker(shared, { events, startS, hours, seed }, core) {
  const load = new Worker('load', core)
  await load.call('prepareWorkload', {
    workload: join(shared.folder, 'workload.mjs'),
    events,
    startS,
    hours,
    seed,
    perPost: PER_POST,
  })
  return load
}

async function measure(server, load, check) {
  const before = server.process.cpuS()
  const run = await load.call('run', { port: server.port, connections: CONNECTIONS })
  const millions = run.events / 1e6
  const cpuS = (server.process.cpuS() - before) / millions
  await check()
  const { peak } = server.process.memory()
  const checked = server.process.cpuS()
  await server.stop()
  return {
    rate: run.events / run.seconds,
    p50Ms: run.p50Ms,
    p99Ms: run.p99Ms,
    cpuS,
    cpuEndS: cpuS + (server.process.cpuS() - checked) / millions,
    peakMiB: peak / MIB,
    generatorS: run.cpuS / millions,
  }
}

function describe({ rate, cpuS, peakMiB }) {
  return `${Math.round(rate).toLocaleString('en')} events/s, ${cpuS.toFixed(2)} s CPU a million, ${peakMiB.toFixed(0)} MiB`
}
