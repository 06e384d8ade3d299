/**
 * What the servers have in common, whatever they serve: they listen, run until a signal ends them, and then close: stop accepting
 * first, so that what was accepted is all there is.
 */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { HailWhaleError } from '../model/errors.js'
import { CommandError } from './client.js'
import { describeError, EXIT } from './exit.js'
import { createLog } from './log.js'
import { packageVersion } from './package-version.js'
import type { Settings } from './settings.js'
import type { Random } from './shop.js'

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
  /** Rejects where it turns out that it can't go on: the server must be closed then. */
  readonly recovered: Promise<void>
  /** Stops accepting, commits and flushes what was accepted, closes everything. */
  close(): Promise<void>
}

/** Registers what closes something that has been opened. */
export type OnClose = (close: () => Promise<unknown>) => void

/**
 * Puts a server together from parts that must be closed: in the opposite order, each whatever became of the others. Where it can't be put
 * together, those are closed that were opened.
 */
export async function opening(
  open: (onClose: OnClose) => Promise<Omit<RunningServer, 'close'>>,
): Promise<RunningServer> {
  const closes: (() => Promise<unknown>)[] = []
  let closing: Promise<void> | undefined
  const close = () => (closing ??= closeAll(closes))
  try {
    return { ...(await open(each => closes.unshift(each))), close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

async function closeAll(closes: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closes) await close().catch(error => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

/** How a kind of server is run. */
export interface Running {
  readonly start: (settings: Settings, surroundings: ServerSurroundings) => Promise<RunningServer>
  /** Told to the log once it listens. */
  readonly started: (url: string, log: Logger) => void
  /** What it does before it ends, and that it has, for the log. */
  readonly ending: string
  readonly ended: string
}

/** Requests under way get this long to end before their connections are cut. */
const DRAIN_MS = 3000
/** Between two attempts to open what doesn't answer. */
const AGAIN_MS = 1000

/** Runs a server until a signal ends it. The second signal ends it at once. */
export async function runServer(
  settings: Settings,
  { start, started, ending, ended }: Running,
): Promise<void> {
  const log = createLog(settings.logLevel, process.stdout)
  const onFatal = (error: Error) => {
    log.fatal(
      { err: error },
      'nothing can be promised any more: stopping. The next start reads what is really on disk',
    )
    process.exit(EXIT.fatal)
  }
  const stopped = stopSignal()
  const starting = start(settings, { log, now: Date.now, random: Math.random, onFatal })
  const server = await Promise.race([starting, stopped.then(() => null)])
  // Nothing was accepted yet, and all stands as it was: leaving now is as good as any other moment.
  if (server === null) process.exit(EXIT.done)
  started(server.url, log)
  const signal = await Promise.race([stopped, failureOf(server)])
  log.info(`${signal}: ${ending}`)
  process.once(signal, () => process.exit(EXIT.failed))
  try {
    await server.close()
    log.info(`${ended}; bye`)
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

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
}

/**
 * Opens what needs another server, once a second until that answers. `what`: the beginning of a sentence for the log. Rejects with
 * whatever else is wrong.
 */
export async function openPatiently<T>(what: string, log: Logger, open: () => Promise<T>): Promise<T> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof HailWhaleError && error.code === 'unavailable')) throw error
      if (isFirst) log.warn(`${what} failed, and is tried again every second: ${error.message}`)
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
    }
  }
}

/** Listens; answers the URL, with the base path. Throws a `CommandError` where the address can't be had. */
export async function listen(
  http: FastifyInstance,
  { host, port, basePath }: Pick<Settings, 'host' | 'port' | 'basePath'>,
): Promise<string> {
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

/** Stops accepting; requests under way are answered, or cut off after a while. */
export async function stopListening(http: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => http.server.closeAllConnections(), DRAIN_MS)
  await http.close()
  clearTimeout(cut)
}

/** What the settings say about rolling up. */
export function rollingUp(settings: Settings) {
  return {
    retention: settings.retain,
    retentionByKey: new Map(settings.retainKey.map(({ key, retention }) => [JSON.stringify(key), retention])),
    dedupeWindowMs: settings.dedupeWindow,
    flushIntervalMs: settings.flushInterval,
    cacheMemoryBytes: settings.cacheMemory,
    limits: settings.limit,
  }
}

/** What the settings say about answering over HTTP. */
export function answering(settings: Settings) {
  return {
    limits: settings.limit,
    version: packageVersion(),
    basePath: settings.basePath,
    allowOrigins: settings.allowOrigin,
    allowGetReset: settings.allowGetReset,
    ...pages(),
  }
}

/** The built pages, where they are: beside the built command, or in the source's own build. */
function pages(): { staticDirectory?: string } {
  const built = fileURLToPath(new URL('../web', import.meta.url))
  const fromSource = fileURLToPath(new URL('../../dist/web', import.meta.url))
  const found = [built, fromSource].find(directory => existsSync(`${directory}/index.html`))
  return found === undefined ? {} : { staticDirectory: found }
}
