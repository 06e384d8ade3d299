/**
 * A server as `hailwhale serve` makes it, with what no setting offers: small journal segments, flushes that follow one another at
 * once, and a disk whose syncs fail from SIGUSR2 on. Usage: node serve-odd-disk.mjs DATA_DIR SEGMENT_BYTES FLUSH_INTERVAL_MS,
 * over the built `dist/`.
 */
import { join } from 'node:path'
import { pino } from 'pino'
import { Access } from '../../dist/access/access.js'
import { createHttp } from '../../dist/http/http.js'
import { FileJournal } from '../../dist/journal/file/file-journal.js'
import { nodeFileSystem } from '../../dist/journal/file/file-system.js'
import { DAY_MS } from '../../dist/model/interval.js'
import { DEFAULT_LIMITS } from '../../dist/model/limits.js'
import { DEFAULT_RETENTION } from '../../dist/model/retention.js'
import { openEmbedded } from '../../dist/whale/embedded.js'

const [dataDir, segmentBytes, flushIntervalMs] = process.argv.slice(2)
const log = pino({ base: null }, pino.destination({ sync: true }))
const onFatal = error => {
  log.fatal({ err: error }, 'fatal')
  process.exit(70)
}
let isFailing = false
process.on('SIGUSR2', () => {
  isFailing = true
})
const fileSystem = {
  ...nodeFileSystem,
  async open(path, mode) {
    const file = await nodeFileSystem.open(path, mode)
    const sync = file.sync.bind(file)
    file.sync = async () => {
      if (isFailing) throw Object.assign(new Error('EIO: said the test'), { code: 'EIO' })
      await sync()
    }
    return file
  },
}
const journal = new FileJournal({
  fileSystem,
  directory: join(dataDir, 'journal'),
  segmentBytes: Number(segmentBytes),
  onFatal,
})
const now = Date.now
const embedded = await openEmbedded({
  dataDir,
  retention: DEFAULT_RETENTION,
  dedupeWindowMs: DAY_MS,
  flushIntervalMs: Number(flushIntervalMs),
  cacheMemoryBytes: 64 * 1024 * 1024,
  limits: DEFAULT_LIMITS,
  now,
  log,
  onFatal,
  journal,
})
const http = await createHttp({
  access: Access.everyone(),
  service: embedded.service,
  limits: DEFAULT_LIMITS,
  now,
  version: '0',
  log,
})
const url = await http.listen({ host: '127.0.0.1', port: 0 })
log.info({ url }, 'listening')
process.once('SIGTERM', async () => {
  await http.close()
  await embedded.close()
  process.exit(0)
})
