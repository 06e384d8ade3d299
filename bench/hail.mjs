/**
 * Hail: what one core takes in. Singles as in `single`, against the least that a hail could be: a bare node:http and one XADD a request
 * (`lib/xadd-server.mjs`), on the same core, with a Redis of the same settings, which shares the other core with the load. Then bulk, as in
 * `bulk`. No whale runs meanwhile; one that is started afterwards must find what was answered, neither more nor less.
 */
import { join } from 'node:path'
import { workloadWorker } from './bulk.mjs'
import { checkTotals } from './lib/check.mjs'
import { LOAD_CORE, SERVER_CORE } from './lib/cores.mjs'
import { startRedis } from './lib/redis.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startHail, startScript, startWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'
import { wrk } from './lib/wrk.mjs'
import { checkCounted } from './single.mjs'

const CONNECTIONS = 4
const MIB = 2 ** 20
const LEAST_BULK = 300_000

/**
 * @param {import('./lib/options.mjs').Options} options
 * @param {import('./lib/shared.mjs').Shared} shared
 */
export async function hail(options, shared, say) {
  const folder = makeFolder()
  const range = { events: options.events ?? 1_000_000, startS: options.startS, hours: HOURS, seed: 1 }
  const expected = shared.workload.totals({ ...range, start: range.startS })
  const load = await workloadWorker(shared, range, LOAD_CORE)
  const rounds = { ours: [], bare: [], bulk: [] }
  for (let round = 1; round <= options.rounds; round++) {
    const singles = server => wrk(server.port, round, options, shared, LOAD_CORE)
    const at = name => join(folder, `${name}-${round}`)
    rounds.ours.push(
      await measureHail(options, at('singles'), singles, (whale, { requests }) =>
        checkCounted(whale, requests, options.startS),
      ),
    )
    rounds.bare.push(await measureBare(at('bare'), singles))
    const bulk = server => load.call('run', { port: server.port, connections: CONNECTIONS })
    rounds.bulk.push(
      await measureHail(options, at('bulk'), bulk, whale => checkTotals(whale, expected, range)),
    )
    const shown = [rounds.ours, rounds.bare].map(list => Math.round(list.at(-1).rate).toLocaleString('en'))
    const bulkRate = Math.round(bulkRateOf(rounds.bulk.at(-1))).toLocaleString('en')
    say(`round ${round}: ${shown[0]} requests/s · bare and XADD ${shown[1]} · bulk ${bulkRate} events/s`)
  }
  load.end()
  const against = (what, unit, pick, marks = {}) =>
    row(what, unit, rounds.ours.map(pick), {
      against: 'node:http + XADD',
      others: rounds.bare.map(pick),
      ...marks,
    })
  const bulk = (what, unit, pick, marks = {}) => row(what, unit, rounds.bulk.map(pick), marks)
  return [
    against('singles on one core', 'requests/s', r => r.rate, { ratioLeast: 0.8 }),
    against('latency p50', 'ms', r => r.p50Ms),
    against('latency p99', 'ms', r => r.p99Ms),
    against('CPU a million requests', 's', r => r.cpuS / (r.requests / 1e6)),
    against('CPU of Redis a million requests', 's', r => r.redisCpuS / (r.requests / 1e6)),
    against('peak resident memory', 'MiB', r => r.peakMiB),
    bulk('bulk on one core', 'events/s', bulkRateOf, { least: LEAST_BULK }),
    bulk('a POST of 1,000, p50', 'ms', r => r.p50Ms),
    bulk('a POST of 1,000, p99', 'ms', r => r.p99Ms),
    bulk('CPU a million events', 's', r => r.cpuS / (r.events / 1e6)),
    bulk('CPU of Redis a million events', 's', r => r.redisCpuS / (r.events / 1e6)),
    bulk('in Redis, an event', 'B', r => r.redisBytes / r.events),
    bulk('peak resident memory', 'MiB', r => r.peakMiB),
  ]
}

function bulkRateOf({ events, seconds }) {
  return events / seconds
}

async function measureHail(options, folder, load, check) {
  const redis = await startRedis(folder, LOAD_CORE)
  const server = await startHail(options, redis, { outputFile: join(folder, 'hail'), core: SERVER_CORE })
  const run = await measure(server, redis, load)
  const whale = await startWhale(options, redis, `lmdb:${join(folder, 'store')}`, {
    outputFile: join(folder, 'whale'),
  })
  await server.text('/flush_hail')
  await check(whale, run)
  await server.stop()
  await whale.stop()
  await redis.stop()
  return run
}

async function measureBare(folder, load) {
  const redis = await startRedis(folder, LOAD_CORE)
  const how = { outputFile: join(folder, 'bare'), core: SERVER_CORE }
  const server = await startScript('xadd-server.mjs', [redis.url], how)
  const run = await measure(server, redis, load)
  const appended = Number(await redis.command('XLEN', 'events'))
  if (appended < run.requests) throw new Error(`WRONG: ${run.requests} were answered, ${appended} appended`)
  await server.kill()
  await redis.stop()
  return run
}

async function measure(server, redis, load) {
  const usedBefore = await redis.usedMemory()
  const [before, redisBefore] = [server.process.cpuS(), redis.process.cpuS()]
  const run = await load(server)
  return {
    ...run,
    cpuS: server.process.cpuS() - before,
    redisCpuS: redis.process.cpuS() - redisBefore,
    redisBytes: (await redis.usedMemory()) - usedBefore,
    peakMiB: server.process.memory().peak / MIB,
  }
}
