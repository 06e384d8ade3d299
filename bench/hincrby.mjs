/**
 * HINCRBY: hail, queue, whale and store in one Redis, against the way of the first HailWhale, which incremented 36 counters in Redis for
 * each event (`lib/hincrby-server.mjs`), with the same events in the same posts. The clock runs from the first byte sent until all is
 * counted: for a hail until its /flush_hail is answered. Memory is what Redis has in use when everything is in the store, and the queue
 * trimmed, less what it had in use before.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { workloadWorker } from './bulk.mjs'
import { checkTotals } from './lib/check.mjs'
import { startRedis } from './lib/redis.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startHail, startScript, startWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'

const CONNECTIONS = 4
const MIB = 2 ** 20
const POLL_MS = 200

/**
 * @param {import('./lib/options.mjs').Options} options
 * @param {import('./lib/shared.mjs').Shared} shared
 */
export async function hincrby(options, shared, say) {
  const folder = makeFolder()
  const range = { events: options.events ?? 1_000_000, startS: options.startS, hours: HOURS, seed: 1 }
  const expected = shared.workload.totals({ ...range, start: range.startS })
  const load = await workloadWorker(shared, range)
  const rounds = { ours: [], theirs: [] }
  for (let round = 1; round <= options.rounds; round++) {
    rounds.ours.push(await measureHailWhale(options, join(folder, `${round}`), load, { expected, range }))
    rounds.theirs.push(await measureIncrements(join(folder, `${round}-hincrby`), load, expected))
    say(`round ${round}: ${describe(rounds.ours.at(-1))} · HINCRBY ${describe(rounds.theirs.at(-1))}`)
  }
  load.end()
  const against = (what, unit, pick, marks = {}) =>
    row(what, unit, rounds.ours.map(pick), { against: 'HINCRBY', others: rounds.theirs.map(pick), ...marks })
  return [
    against('events counted', 'events/s', r => r.rate, { ratioLeast: 10 }),
    against('CPU of the servers and Redis, a million events', 's', r => r.cpuS),
    against('memory in Redis', 'MiB', r => r.usedMiB, { ratioMost: 0.2 }),
    row(
      'the most memory in Redis, the queue included',
      'MiB',
      rounds.ours.map(r => r.peakMiB),
    ),
  ]
}

async function measureHailWhale(options, folder, load, { expected, range }) {
  const redis = await startRedis(folder)
  const usedBefore = await redis.usedMemory()
  const hail = await startHail(options, redis, { outputFile: join(folder, 'hail') })
  const whale = await startWhale(options, redis, redis.url, { outputFile: join(folder, 'whale') })
  const cpuOf = () => hail.process.cpuS() + whale.process.cpuS() + redis.process.cpuS()
  const cpuBefore = cpuOf()
  const startMs = performance.now()
  const run = await load.call('run', { port: hail.port, connections: CONNECTIONS })
  await hail.text('/flush_hail')
  const seconds = (performance.now() - startMs) / 1000
  await checkTotals(whale, expected, range)
  await hail.stop()
  await untilTrimmed(redis)
  const cpuS = (cpuOf() - cpuBefore) / (run.events / 1e6)
  await whale.stop()
  const usedMiB = ((await redis.usedMemory()) - usedBefore) / MIB
  const peakMiB = ((await redis.info('memory', 'used_memory_peak')) - usedBefore) / MIB
  await redis.stop()
  return { rate: run.events / seconds, cpuS, usedMiB, peakMiB }
}

/** Waits until all that was queued is in the store, and is gone from the queue. */
async function untilTrimmed(redis) {
  for (;;) {
    const keys = /** @type {string[]} */ (await redis.command('KEYS', '*journal'))
    const lengths = await Promise.all(keys.map(key => redis.command('XLEN', key)))
    if (lengths.every(length => Number(length) === 0)) return
    await delay(POLL_MS)
  }
}

async function measureIncrements(folder, load, expected) {
  const redis = await startRedis(folder)
  const usedBefore = await redis.usedMemory()
  const server = await startScript('hincrby-server.mjs', [String(redis.port)], {
    outputFile: join(folder, 'server'),
  })
  const cpuOf = () => server.process.cpuS() + redis.process.cpuS()
  const cpuBefore = cpuOf()
  const startMs = performance.now()
  const run = await load.call('run', { port: server.port, connections: CONNECTIONS })
  const seconds = (performance.now() - startMs) / 1000
  const cpuS = (cpuOf() - cpuBefore) / (run.events / 1e6)
  await server.kill()
  const usedMiB = ((await redis.usedMemory()) - usedBefore) / MIB
  await checkIncrements(redis, expected)
  await redis.stop()
  return { rate: run.events / seconds, cpuS, usedMiB }
}

/** The counters of the root and the channels must be the workload's, too. */
async function checkIncrements(redis, expected) {
  const sumOf = async (path, metric) => {
    const values = /** @type {string[]} */ (
      await redis.command('HVALS', `["store"]||${path}||1h:1d||${metric}`)
    )
    return values.reduce((sum, value) => sum + Number(value), 0)
  }
  const places = Object.entries(expected.channel).map(([name, own]) => ({
    path: `["channel", "${name}"]`,
    own,
  }))
  for (const { path, own } of [{ path: '["_"]', own: expected }, ...places]) {
    const found = { hits: await sumOf(path, 'hits'), cents: await sumOf(path, 'dollars') }
    if (found.hits !== own.hits || found.cents !== own.cents)
      throw new Error(`WRONG: HINCRBY has ${JSON.stringify(found)} in ${path}, not ${JSON.stringify(own)}`)
  }
}

function describe({ rate, usedMiB }) {
  return `${Math.round(rate).toLocaleString('en')} events/s, ${usedMiB.toFixed(1)} MiB in Redis`
}
