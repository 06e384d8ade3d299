/**
 * Query: what a graph costs, on 1 M counted events, asked by a client of its own over one connection: before anything was
 * flushed, after all was, while events come in at a rate, and (20 questions a second) while a bulk load takes all it can get. The first answers are
 * checked against the workload. Times are the server's own (`Server-Timing`); /healthz is asked in the same way and timed by the client: what
 * HTTP and the loopback take here on top.
 */
import { join } from 'node:path'
import { PER_POST, workloadWorker } from './bulk.mjs'
import { checkTotals } from './lib/check.mjs'
import { checkAnswers, QUESTIONS } from './lib/questions.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startHailWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'
import { Worker } from './lib/workers.mjs'

const CONNECTIONS = 4
const P50_MARK_MS = 2
/** Under full load, as people ask: so many questions of each kind, so many a second. One after the other would starve the load. */
const FEW = 100
const UNHURRIED = 20

/**
 * @param {import('./lib/options.mjs').Options} options
 * @param {import('./lib/shared.mjs').Shared} shared
 */
export async function query(options, shared, say) {
  const range = { events: options.events ?? 1_000_000, startS: options.startS, hours: HOURS, seed: 1 }
  const expected = shared.workload.totals({ ...range, start: range.startS })
  const load = await workloadWorker(shared, range)
  const ask = new Worker('ask')
  const dataDir = join(makeFolder(), 'data')
  const rows = []
  const phase = async (server, name, { count = options.requests, perSecond = 0, marked = true } = {}) => {
    for (const { title, pathsOf } of QUESTIONS) {
      const paths = pathsOf(range.startS)
      const answer = await ask.call('ask', { port: server.port, paths, count, perSecond })
      const at = (p50Ms, p99Ms) => `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`
      const { p50Ms, p99Ms, serverP50Ms, serverP99Ms } = answer
      say(
        `${name}: ${title}: ${at(serverP50Ms, serverP99Ms)} at the server, ${at(p50Ms, p99Ms)} at the client`,
      )
      const marks = marked && title !== 'healthz' ? { most: P50_MARK_MS } : {}
      rows.push(row(`${title}, ${name}`, 'ms', [serverP50Ms], { p99: serverP99Ms, ...marks }))
    }
  }
  let server = await startHailWhale(options, dataDir, { 'flush-interval': '24h', 'cache-memory': '2GiB' })
  await load.call('run', { port: server.port, connections: CONNECTIONS })
  if ((await server.gauge('hailwhale_flushed_sequence')) > 0) throw new Error('a flush came too early')
  await checkTotals(server, expected, range)
  await checkAnswers(server, shared, range)
  await phase(server, 'before a flush')
  await server.stop()
  server = await startHailWhale(options, dataDir)
  await checkTotals(server, expected, range)
  await checkAnswers(server, shared, range)
  await phase(server, 'after a flush')
  const loads = [
    { name: `at ${options.rate.toLocaleString('en')} events/s`, perSecond: options.rate, asking: {} },
    {
      name: 'under full bulk load',
      perSecond: 0,
      asking: { count: FEW, perSecond: UNHURRIED, marked: false },
    },
  ]
  for (const { name, perSecond, asking } of loads) {
    const loading = load.call('run', { port: server.port, connections: CONNECTIONS, repeat: 0, perSecond })
    await phase(server, name, asking)
    await load.call('stop')
    const { events, seconds } = await loading
    say(`${name}: ${Math.round(events / seconds).toLocaleString('en')} events/s came in, ${PER_POST} a POST`)
    rows.push(row(`events counted meanwhile, ${name}`, 'events/s', [events / seconds]))
  }
  await server.stop()
  load.end()
  ask.end()
  return rows
}
