/**
 * `hailwhale serve`: the server put together from its parts, from the settings to the first request, and its way down: stop
 * accepting, commit, flush, leave.
 */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createHttp } from '../http/http.js'
import type { CountEvent } from '../model/event.js'
import { openEmbedded } from '../whale/embedded.js'
import { CommandError } from './client.js'
import { type Demo, startDemo } from './demo.js'
import { describeError, EXIT } from './exit.js'
import { gaugesOf } from './gauges.js'
import { createLog } from './log.js'
import { packageVersion } from './package-version.js'
import { isLoopback, type Settings } from './settings.js'
import type { Random } from './shop.js'
import { storeOf } from './stores.js'

/** What a server is given instead of taking it from the process. */
export interface ServerSurroundings {
  readonly log: Logger
  readonly now: () => number
  readonly random: Random
  /** Called once when what was promised can't be kept any more. */
  readonly onFatal: (error: Error) => void
}

/** A server that listens. */
export interface RunningServer {
  /** With the base path, without a slash at its end. */
  readonly url: string
  /** Rejects where the data folder turns out damaged: the server must be closed then. */
  readonly recovered: Promise<void>
  /** Stops accepting, commits and flushes what was accepted, closes everything. */
  close(): Promise<void>
}

/** What to look at in the demo. */
const DEMO_QUERY = 'key=demo&by=channel&metrics=dollars,hits&period=15m:24h'
/** Requests under way get this long to end before their connections are cut. */
const DRAIN_MS = 3000

/** Opens the data folder and listens. Throws a `CommandError` where the address can't be had, or must not without `open`. */
export async function startServer(
  settings: Settings,
  surroundings: ServerSurroundings,
): Promise<RunningServer> {
  refuseOpenAddress(settings)
  const { log, now, random, onFatal } = surroundings
  const store = await storeOf(settings.store)
  const embedded = await openEmbedded({
    dataDir: settings.dataDir,
    retention: settings.retain,
    retentionByKey: new Map(settings.retainKey.map(({ key, retention }) => [JSON.stringify(key), retention])),
    dedupeWindowMs: settings.dedupeWindow,
    flushIntervalMs: settings.flushInterval,
    cacheMemoryBytes: settings.cacheMemory,
    limits: settings.limit,
    now,
    log,
    onFatal,
    ...(store && { store }),
  })
  try {
    const { risk } = embedded.store.supports
    if (risk !== null) log.warn({ store: embedded.store.name }, `of what the store was given, ${risk}`)
    const { service } = embedded
    const http = await createHttp({
      service,
      limits: settings.limit,
      now,
      version: packageVersion(),
      log,
      basePath: settings.basePath,
      allowOrigins: settings.allowOrigin,
      allowGetReset: settings.allowGetReset,
      gauges: gaugesOf(embedded),
      ...pages(),
    })
    const url = await listen(http, settings)
    const onError = (error: unknown) => log.warn({ err: error }, 'the demo could not count')
    const demo = settings.demo
      ? startDemo({ service, count: countThrough(http, settings), now, random, every, onError })
      : null
    let closing: Promise<void> | undefined
    const closeOnce = () => (closing ??= close(demo, http, embedded))
    return { url, recovered: embedded.recovered, close: closeOnce }
  } catch (error) {
    await embedded.close()
    throw error
  }
}

/** Counts events as requests of this server, so that they are seen wherever requests are. */
function countThrough(http: FastifyInstance, { basePath }: Settings) {
  return async (events: readonly CountEvent[]): Promise<void> => {
    const payload = events.map(({ key, paths, metrics, atMs }) => {
      return { key, dimensions: paths, metrics: Object.fromEntries(metrics), at: atMs }
    })
    const answer = await http.inject({ method: 'POST', url: `${basePath}/count`, payload })
    if (answer.statusCode !== 200) throw new Error(answer.body)
  }
}

/** Runs until a signal ends it. The second signal ends it at once. */
export async function serve(settings: Settings): Promise<void> {
  const log = createLog(settings.logLevel, process.stdout)
  const onFatal = (error: Error) => {
    log.fatal(
      { err: error },
      'nothing can be promised any more: stopping. The next start reads what is really on disk',
    )
    process.exit(EXIT.fatal)
  }
  const stopped = stopSignal()
  const starting = startServer(settings, { log, now: Date.now, random: Math.random, onFatal })
  const server = await Promise.race([starting, stopped.then(() => null)])
  // Nothing was accepted yet, and the journal stands as it was: leaving now is as good as any other moment.
  if (server === null) process.exit(EXIT.done)
  const { url } = server
  log.info({ url, dataDir: settings.dataDir }, `HailWhale ${packageVersion()} counts and answers at ${url}/`)
  if (settings.demo) log.info(`the demo's shop is at ${url}/?${DEMO_QUERY}`)
  const signal = await Promise.race([stopped, failureOf(server)])
  log.info(`${signal}: committing and flushing what was counted`)
  process.once(signal, () => process.exit(EXIT.failed))
  try {
    await server.close()
    log.info('all is on disk; bye')
    process.exit(EXIT.done)
  } catch (error) {
    log.error({ err: error }, describeError(error))
    process.exit(EXIT.failed)
  }
}

/** Rejects, with the server closed, if it can't recover; never resolves. */
function failureOf(server: RunningServer): Promise<never> {
  return new Promise((_resolve, reject) => {
    server.recovered.catch(async error => {
      await server.close().catch(() => undefined)
      reject(error)
    })
  })
}

function refuseOpenAddress({ host, open }: Settings): void {
  if (open || isLoopback(host)) return
  throw new CommandError(
    `others could count, read and reset at ${host}: add --open if that is meant, or listen on 127.0.0.1 behind a proxy`,
  )
}

async function listen(http: FastifyInstance, { host, port, basePath }: Settings): Promise<string> {
  try {
    await http.listen({ host, port })
  } catch (error) {
    throw new CommandError(listenProblem(error as NodeJS.ErrnoException, host, port))
  }
  const address = http.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${host}]` : host
  return `http://${name}:${address.port}${basePath}`
}

function listenProblem({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `port ${port} of ${host} is in use: stop what listens there, or choose another --port`
  if (code === 'EACCES')
    return `port ${port} needs more rights than this user has: choose one from 1024 up with --port`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `this machine has no address ${host}: choose another --host`
  return `can't listen on ${host} port ${port}: ${message}`
}

async function close(
  demo: Demo | null,
  http: FastifyInstance,
  embedded: { close(): Promise<void> },
): Promise<void> {
  await demo?.stop()
  const cut = setTimeout(() => http.server.closeAllConnections(), DRAIN_MS)
  await http.close()
  clearTimeout(cut)
  await embedded.close()
}

/** The built pages, where they are: beside the built command, or in the source's own build. */
function pages(): { staticDirectory?: string } {
  const built = fileURLToPath(new URL('../web', import.meta.url))
  const fromSource = fileURLToPath(new URL('../../dist/web', import.meta.url))
  const found = [built, fromSource].find(directory => existsSync(`${directory}/index.html`))
  return found === undefined ? {} : { staticDirectory: found }
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
}

function every(periodMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, periodMs)
  return () => clearInterval(timer)
}
