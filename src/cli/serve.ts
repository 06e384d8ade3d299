/**
 * `hailwhale serve`: the server put together from its parts, from the settings to the first request, and its way down: stop
 * accepting, commit, flush, leave.
 */
import type { FastifyInstance } from 'fastify'
import { TokenFile } from '../access/token-file.js'
import { createHttp } from '../http/http.js'
import type { CountEvent } from '../model/event.js'
import { openEmbedded } from '../whale/embedded.js'
import { startDemo } from './demo.js'
import { gaugesOf } from './gauges.js'
import { openAccess } from './open-access.js'
import { packageVersion } from './package-version.js'
import {
  answering,
  listen,
  opening,
  type RunningServer,
  rollingUp,
  runServer,
  type ServerSurroundings,
  stopListening,
} from './running.js'
import type { Settings } from './settings.js'
import { embeddedStore } from './stores.js'

/** What to look at in the demo. */
const DEMO_QUERY = 'key=demo&by=channel&metrics=dollars,hits&period=15m:24h'

/** Opens the data folder and listens. Throws a `CommandError` where the address can't be had. */
export function startServer(
  settings: Settings,
  { log, now, random, onFatal }: ServerSurroundings,
): Promise<RunningServer> {
  return opening(async onClose => {
    const store = await embeddedStore(settings.store)
    const embedded = await openEmbedded({
      dataDir: settings.dataDir,
      ...rollingUp(settings),
      now,
      log,
      onFatal,
      ...(store && { store }),
    })
    onClose(() => embedded.close())
    const { risk } = embedded.store.supports
    if (risk !== null) log.warn({ store: embedded.store.name }, `of what the store was given, ${risk}`)
    const access = await openAccess(settings, new TokenFile(settings.dataDir), { log, now })
    onClose(() => access.close())
    const { service } = embedded
    const http = await createHttp({
      access,
      service,
      ...answering(settings),
      now,
      log,
      gauges: gaugesOf(embedded),
    })
    onClose(() => stopListening(http))
    const url = await listen(http, settings)
    if (settings.demo) {
      const count = countThrough(http, settings, access.ownToken())
      const onError = (error: unknown) => log.warn({ err: error }, 'the demo could not count')
      const demo = startDemo({ service, count, now, random, every, onError })
      onClose(() => demo.stop())
    }
    return { url, recovered: embedded.recovered }
  })
}

/** Counts events as requests of this server, so that they are seen wherever requests are. */
function countThrough(http: FastifyInstance, { basePath }: Settings, token: string) {
  const headers = { authorization: `Bearer ${token}` }
  return async (events: readonly CountEvent[]): Promise<void> => {
    const payload = events.map(({ key, paths, metrics, atMs }) => {
      return { key, dimensions: paths, metrics: Object.fromEntries(metrics), at: atMs }
    })
    const answer = await http.inject({ method: 'POST', url: `${basePath}/count`, payload, headers })
    if (answer.statusCode !== 200) throw new Error(answer.body)
  }
}

/** Runs until a signal ends it. */
export function serve(settings: Settings): Promise<void> {
  return runServer(settings, {
    start: startServer,
    started: (url, log) => {
      const { dataDir, demo } = settings
      log.info({ url, dataDir }, `HailWhale ${packageVersion()} counts and answers at ${url}/`)
      if (demo) log.info(`the demo's shop is at ${url}/?${DEMO_QUERY}`)
    },
    ending: 'committing and flushing what was counted',
    ended: 'all is on disk',
  })
}

function every(periodMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, periodMs)
  return () => clearInterval(timer)
}
