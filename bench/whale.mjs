/**
 * Whale: does one whale keep up with two hails? First each alone with the machine: two hails at full rate fill the queue while no whale
 * runs, then a whale is started and drains it while no hail does anything. Then all at once, for as long as `--seconds` says: two hails get
 * all the load that eight connections can make, the whale counts what they queue, and what it is behind is looked at every half second.
 * They all share the machine's cores with Redis and the load: what is shown is who gets ahead of whom, not how fast each can be.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { workloadWorker } from './bulk.mjs'
import { wholeDays } from './lib/check.mjs'
import { startRedis } from './lib/redis.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startHail, startWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'

/** For each hail. */
const CONNECTIONS = 4
const HAILS = 2
const POLL_MS = 20
const LOOK_MS = 500
/** Behind is what the hails queued in this time at most: a whale that is slower is further behind each time one looks. */
const MOST_BEHIND_S = 1

/**
 * @param {import('./lib/options.mjs').Options} options
 * @param {import('./lib/shared.mjs').Shared} shared
 */
export async function whale(options, shared, say) {
  const folder = makeFolder()
  const range = { events: options.events ?? 1_000_000, startS: options.startS, hours: HOURS, seed: 1 }
  const loads = await Promise.all(Array.from({ length: HAILS }, () => workloadWorker(shared, range)))
  const rounds = []
  for (let round = 1; round <= options.rounds; round++) {
    const setup = { options, folder: join(folder, String(round)), loads }
    const alone = await inTurns({ ...setup, folder: join(folder, `${round}-turns`) })
    const together = await allAtOnce({ ...setup, folder: join(folder, `${round}-at-once`) })
    rounds.push({ ...alone, ...together })
    const rate = value => `${Math.round(value).toLocaleString('en')} events/s`
    say(`round ${round}: in turns: hails ${rate(alone.queuedRate)}, whale ${rate(alone.drainedRate)}`)
    say(
      `round ${round}: at once: hails ${rate(together.takenRate)}, whale ${rate(together.countedRate)}, ` +
        `behind ${together.behindMs.map(ms => ms.toFixed(0)).join(' ')} ms`,
    )
  }
  for (const load of loads) load.end()
  const column = (what, unit, pick, marks = {}) => row(what, unit, rounds.map(pick), marks)
  const queued = { against: 'two hails', others: rounds.map(r => r.queuedRate) }
  const taken = { against: 'two hails', others: rounds.map(r => r.takenRate) }
  return [
    column('in turns: the whale drains the queue', 'events/s', r => r.drainedRate, {
      ...queued,
      ratioLeast: 1,
    }),
    column('in turns: CPU of the whale a million events', 's', r => r.whaleCpuS),
    column('in turns: CPU of a hail a million events', 's', r => r.hailCpuS),
    column('all at once: the whale counts', 'events/s', r => r.countedRate, taken),
    column('all at once: behind, the last half of the time, most', 'ms', r => r.mostBehindMs, {
      most: MOST_BEHIND_S * 1000,
    }),
    column('all at once: until the rest is counted', 'ms', r => r.restMs),
    column('all at once: peak resident memory of the whale', 'MiB', r => r.whalePeakMiB),
  ]
}

/** Fills the queue, then drains it. */
async function inTurns({ options, folder, loads }) {
  const redis = await startRedis(folder)
  const hails = await startHails(options, redis, folder)
  const hailsBefore = cpuOf(hails)
  const runs = await Promise.all(
    loads.map((load, i) => load.call('run', { port: hails[i].port, connections: CONNECTIONS })),
  )
  const events = sum(runs.map(run => run.events))
  const seconds = Math.max(...runs.map(run => run.seconds))
  const hailCpuS = (cpuOf(hails) - hailsBefore) / (events / 1e6)
  const whale = await startWhale(options, redis, redis.url, { outputFile: join(folder, 'whale') })
  const [first, cpuBefore] = [await firstCounted(whale, options), whale.process.cpuS()]
  const startMs = performance.now()
  await untilCounted(whale, options, events)
  const drainS = (performance.now() - startMs) / 1000
  const whaleCpuS = (whale.process.cpuS() - cpuBefore) / ((events - first) / 1e6)
  await stopAll(hails, whale, redis)
  return { queuedRate: events / seconds, drainedRate: (events - first) / drainS, hailCpuS, whaleCpuS }
}

/** Lets two hails and a whale at the machine together. */
async function allAtOnce({ options, folder, loads }) {
  const redis = await startRedis(folder)
  const hails = await startHails(options, redis, folder)
  const whale = await startWhale(options, redis, redis.url, { outputFile: join(folder, 'whale') })
  const running = loads.map((load, i) =>
    load.call('run', { port: hails[i].port, connections: CONNECTIONS, repeat: 0 }),
  )
  const startMs = performance.now()
  const behindMs = []
  while (performance.now() - startMs < options.seconds * 1000) {
    behindMs.push(await behind(hails[0]))
    await delay(LOOK_MS)
  }
  const counted = await countedBy(whale, options)
  const countedRate = counted / ((performance.now() - startMs) / 1000)
  await Promise.all(loads.map(load => load.call('stop')))
  const runs = await Promise.all(running)
  const stoppedMs = performance.now()
  const events = sum(runs.map(run => run.events))
  await untilCounted(whale, options, events)
  const restMs = performance.now() - stoppedMs
  const whalePeakMiB = whale.process.memory().peak / 2 ** 20
  await stopAll(hails, whale, redis)
  return {
    takenRate: sum(runs.map(run => run.events / run.seconds)),
    countedRate,
    behindMs,
    mostBehindMs: Math.max(...behindMs.slice(behindMs.length >> 1)),
    restMs,
    whalePeakMiB,
  }
}

/** How long it takes until what was queued when one asks is counted. */
async function behind(hail) {
  const startMs = performance.now()
  await hail.text('/flush_hail')
  return performance.now() - startMs
}

function startHails(options, redis, folder) {
  const numbers = Array.from({ length: HAILS }, (_, i) => i)
  return Promise.all(numbers.map(i => startHail(options, redis, { outputFile: join(folder, `hail-${i}`) })))
}

async function stopAll(hails, whale, redis) {
  for (const server of [...hails, whale]) await server.stop()
  await redis.stop()
}

async function countedBy(whale, { startS }) {
  const { fromS, untilS } = wholeDays({ startS, hours: HOURS })
  const path = `/totals?key=store&metrics=hits&from=${fromS}&to=${untilS}&interval=1d`
  return Object.values(await whale.json(path))[0]._.hits
}

/** Waits until something is counted; answers how much. */
async function firstCounted(whale, options) {
  for (;;) {
    const counted = await countedBy(whale, options)
    if (counted > 0) return counted
    await delay(POLL_MS)
  }
}

/** Waits until so many events are counted; throws an `Error` where there are more. */
async function untilCounted(whale, options, events) {
  for (;;) {
    const counted = await countedBy(whale, options)
    if (counted > events) throw new Error(`WRONG: ${events} events were queued, ${counted} counted`)
    if (counted === events) return
    await delay(POLL_MS)
  }
}

function cpuOf(servers) {
  return sum(servers.map(server => server.process.cpuS()))
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}
