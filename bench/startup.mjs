/**
 * Start-up: 10 M events are counted and none flushed, then kill -9; the time from the start of the process to a 200 of /readyz.
 * Several times from the same journal, and once with the default memory, where the replay has to flush on its way.
 */
import { join } from 'node:path'
import { workloadWorker } from './bulk.mjs'
import { checkTotals } from './lib/check.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startHailWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'

const CONNECTIONS = 4
const PREPARED = 1_000_000
const MIB = 2 ** 20
const LAZY = { 'flush-interval': '24h', 'cache-memory': '8GiB' }

/**
 * @param {import('./lib/options.mjs').Options} options
 * @param {import('./lib/shared.mjs').Shared} shared
 */
export async function startup(options, shared, say) {
  const asked = options.events ?? 10_000_000
  const repeat = Math.max(1, Math.round(asked / PREPARED))
  const range = { events: Math.min(asked, PREPARED), startS: options.startS, hours: HOURS, seed: 1 }
  const expected = shared.workload.totals({ ...range, start: range.startS })
  const dataDir = join(makeFolder(), 'data')
  const empty = []
  for (let round = 0; round < options.rounds; round++) {
    const server = await startHailWhale(options, `${dataDir}-empty-${round}`)
    empty.push(server.startMs / 1000)
    await server.stop()
  }
  await fill(options, shared, range, repeat, dataDir)
  const restart = async settings => {
    const server = await startHailWhale(options, dataDir, settings)
    const { peak } = server.process.memory()
    await checkTotals(server, expected, range, repeat)
    await server.kill()
    say(`${(server.startMs / 1000).toFixed(2)} s, peak ${(peak / MIB).toFixed(0)} MiB`)
    return { seconds: server.startMs / 1000, peakMiB: peak / MIB }
  }
  const full = []
  for (let round = 0; round < options.rounds; round++) full.push(await restart(LAZY))
  const small = await restart({})
  const millions = (range.events * repeat) / 1e6
  const name = `${millions} M journalled events`
  return [
    row('ready, an empty folder', 's', empty),
    row(
      `ready after kill -9, ${name}`,
      's',
      full.map(r => r.seconds),
    ),
    row(
      `peak resident memory, ${name}`,
      'MiB',
      full.map(r => r.peakMiB),
    ),
    row(
      'replayed, the empty start taken off',
      'M events/s',
      full.map(r => millions / (r.seconds - Math.min(...empty))),
    ),
    row(`ready, ${name}, default memory`, 's', [small.seconds]),
    row(`peak resident memory, ${name}, default memory`, 'MiB', [small.peakMiB]),
  ]
}

async function fill(options, shared, range, repeat, dataDir) {
  const load = await workloadWorker(shared, range)
  const server = await startHailWhale(options, dataDir, LAZY)
  await load.call('run', { port: server.port, connections: CONNECTIONS, repeat })
  load.end()
  const flushed = await server.gauge('hailwhale_flushed_sequence')
  await server.kill()
  if (flushed > 0) throw new Error('a flush came too early: the journal does not hold all events')
}
