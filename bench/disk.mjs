/**
 * Disk: bytes of the journal an event, before anything was flushed and trimmed; bytes of the store an event and a stored
 * bucket (series × interval × bucket × metric that is not 0), after.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { workloadWorker } from './bulk.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startHailWhale } from './lib/servers.mjs'
import { HOURS } from './lib/shared.mjs'
import { countStored } from './lib/stored.mjs'

const CONNECTIONS = 4
const MIB = 2 ** 20

/**
 * @param {import('./lib/options.mjs').Options} options
 * @param {import('./lib/shared.mjs').Shared} shared
 */
export async function disk(options, shared, say) {
  const range = { events: options.events ?? 1_000_000, startS: options.startS, hours: HOURS, seed: 1 }
  const dataDir = join(makeFolder(), 'data')
  const load = await workloadWorker(shared, range)
  let server = await startHailWhale(options, dataDir, { 'flush-interval': '24h', 'cache-memory': '2GiB' })
  await load.call('run', { port: server.port, connections: CONNECTIONS })
  load.end()
  await server.kill()
  const inspect = await import(pathToFileURL(join(options.dist, 'journal', 'file', 'inspect.js')).href)
  const journal = await inspect.inspectJournal(join(dataDir, 'journal'))
  if (journal.firstSequence !== 1) throw new Error('a flush came too early: the journal was trimmed')
  say(`journal: ${journal.records} records, ${(journal.bytes / MIB).toFixed(1)} MiB`)
  server = await startHailWhale(options, dataDir)
  await server.stop()
  const after = await inspect.inspectJournal(join(dataDir, 'journal'))
  const stored = await countStored(options.dist, dataDir, range)
  say(
    `store: ${stored.rows} rows, ${stored.buckets} buckets that are not 0, ${(stored.bytes / MIB).toFixed(1)} MiB`,
  )
  return [
    row('journal, an event', 'B', [journal.bytes / range.events], { most: 16 }),
    row('journal after flush and end', 'MiB', [after.bytes / MIB]),
    row('store, rows', 'rows', [stored.rows]),
    row('store, buckets that are not 0 (of one metric)', 'buckets', [stored.buckets]),
    row('store, an event', 'B', [stored.bytes / range.events]),
    row('store, a bucket', 'B', [stored.bytes / stored.buckets], { most: 6 }),
    row('store, a bucket, values alone', 'B', [stored.valueBytes / stored.buckets]),
    row('store, a bucket, keys alone', 'B', [stored.keyBytes / stored.buckets]),
  ]
}
