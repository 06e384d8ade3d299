/**
 * Memory: 2,000,000 distinct paths, as 40 parents × 50,000 names, one event each, with `--cache-memory 256MiB`. Resident memory
 * is read every 100 ms while they are counted and while all are found again: page by page with /dimensions, some with /graph.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { wholeDays } from './lib/check.mjs'
import { childName, PATHS_KEY, parentName, pathEvent } from './lib/many-paths.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startHailWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'
import { Worker } from './lib/workers.mjs'

const PARENTS = 40
const PATHS = 2_000_000
const CONNECTIONS = 4
const SAMPLE_MS = 100
const PAGE = 10_000
const SPOT_CHECKS = 200
const MOST_MIB = 600
const MIB = 2 ** 20

/** @param {import('./lib/options.mjs').Options} options */
export async function memory(options, _shared, say) {
  const children = Math.round((options.events ?? PATHS) / PARENTS)
  const shape = { parents: PARENTS, children, startS: options.startS }
  const load = new Worker('load')
  await load.call('preparePaths', { ...shape, perPost: 1000 })
  const settings = { 'cache-memory': '256MiB' }
  const server = await startHailWhale(options, join(makeFolder(), 'data'), settings)
  const samples = sample(server)
  const run = await load.call('run', { port: server.port, connections: CONNECTIONS })
  load.end()
  const counting = samples.most()
  say(
    `counted ${run.events} paths in ${run.seconds.toFixed(1)} s, at most ${counting.toFixed(0)} MiB resident`,
  )
  say(await parts(server))
  await checkTotal(server, shape)
  await checkNames(server, shape)
  say(`all names found, at most ${samples.most().toFixed(0)} MiB resident`)
  say(await parts(server))
  await checkGraphs(server, shape)
  const { anonymous, files } = server.process.memory()
  const asking = samples.most()
  const endAt = performance.now()
  await server.stop()
  const endS = (performance.now() - endAt) / 1000
  say(`ended in ${endS.toFixed(1)} s, at most ${samples.most().toFixed(0)} MiB resident`)
  samples.stop()
  const name = `${(PARENTS * children).toLocaleString('en')} distinct paths`
  return [
    row(`peak resident memory, ${name}`, 'MiB', [samples.most()], { most: MOST_MIB }),
    row('the most until all was counted', 'MiB', [counting]),
    row('the most until all was found again', 'MiB', [asking]),
    row('then: anonymous', 'MiB', [anonymous / MIB]),
    row('then: mapped files (LMDB)', 'MiB', [files / MIB]),
    row('ended after SIGTERM, what it could flush in 3 s included', 's', [endS]),
    row('counted', 'events/s', [run.events / run.seconds]),
  ]
}

function sample(server) {
  let most = 0
  const look = () => {
    const { rss, peak } = server.process.memory()
    most = Math.max(most, rss / MIB, peak / MIB)
  }
  const timer = setInterval(look, SAMPLE_MS)
  return {
    most: () => {
      look()
      return most
    },
    stop: () => clearInterval(timer),
  }
}

/** What the server itself says that its memory is made of. */
async function parts(server) {
  const gauge = async name => ((await server.gauge(name)) / MIB).toFixed(0)
  const { anonymous, files } = server.process.memory()
  return (
    `rollup ${await gauge('hailwhale_rollup_bytes')} MiB, heap ${await gauge('nodejs_heap_size_used_bytes')} of ` +
    `${await gauge('nodejs_heap_size_total_bytes')} MiB, external ${await gauge('nodejs_external_memory_bytes')} MiB; ` +
    `resident: anonymous ${(anonymous / MIB).toFixed(0)} MiB, files ${(files / MIB).toFixed(0)} MiB`
  )
}

function timeOf({ startS }) {
  const { fromS, untilS } = wholeDays({ startS, hours: HOURS })
  return `from=${fromS}&to=${untilS}&interval=1d`
}

async function checkTotal(server, shape) {
  const answer = await server.json(`/totals?key=${PATHS_KEY}&metrics=hits&${timeOf(shape)}`)
  const { hits } = Object.values(answer)[0]._
  const expected = shape.parents * shape.children
  if (hits !== expected) throw new Error(`WRONG: ${hits} hits of ${expected}`)
}

/** Pages through the names of every parent: each must be there, in order, and nothing else. */
async function checkNames(server, { parents, children }) {
  for (let parent = 0; parent < parents; parent++) {
    const dimensions = encodeURIComponent(JSON.stringify([parentName(parent)]))
    let found = 0
    for (let after = ''; ; ) {
      const path = `/dimensions?key=${PATHS_KEY}&dimensions=${dimensions}&limit=${PAGE}${after}`
      const names = namesOf(await server.json(path))
      for (const name of names) {
        if (name !== childName(found))
          throw new Error(`WRONG: ${parentName(parent)} has ${name} where ${childName(found)} should be`)
        found++
      }
      if (names.length === 0 || names.length < PAGE) break
      after = `&after=${encodeURIComponent(names.at(-1))}`
      await delay(0)
    }
    if (found !== children)
      throw new Error(`WRONG: ${parentName(parent)} has ${found} names, not ${children}`)
  }
}

function namesOf(answer) {
  const list = Array.isArray(answer) ? answer : (answer.dimensions ?? answer.children ?? answer.names)
  return list.map(entry => (typeof entry === 'string' ? entry : entry.name))
}

/** Looks at single paths spread over all: one hit each, and the cents that tell it from the others. */
async function checkGraphs(server, shape) {
  const total = shape.parents * shape.children
  for (let i = 0; i < SPOT_CHECKS; i++) {
    const { parent, child, cents } = pathEvent(Math.floor((i * total) / SPOT_CHECKS), shape)
    const path = encodeURIComponent(JSON.stringify([parentName(parent), childName(child)]))
    const answer = await server.json(
      `/graph?key=${PATHS_KEY}&dimensions=${path}&metrics=hits,dollars&${timeOf(shape)}`,
    )
    const { hits, dollars } = answer.overall.total
    if (hits !== 1 || Math.round(dollars * 100) !== cents)
      throw new Error(`WRONG: ${path} has ${hits} hits, ${dollars} dollars, not 1 and ${cents / 100}`)
  }
}
