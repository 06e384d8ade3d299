/** The servers that are measured, each started by the bench itself in a fresh folder, on a free port. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Connection } from './connection.mjs'
import { pinned } from './cores.mjs'
import { freePort, Process } from './processes.mjs'

const START_TIMEOUT_MS = 120_000
const POLL_MS = 5

/** A folder of this run; it goes when the bench ends. */
export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'hailwhale-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A server under measurement. */
export class Server {
  /**
   * @param {string} name
   * @param {number} port
   * @param {Process} process
   * @param {number} startMs how long it took until it was ready
   */
  constructor(name, port, process, startMs) {
    this.name = name
    this.port = port
    this.process = process
    this.startMs = startMs
  }

  /** Asks for a path and parses the JSON; throws an `Error` with the answer where it is not a 200. */
  async json(path) {
    return JSON.parse(await this.text(path))
  }

  async text(path) {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`)
    const text = await answer.text()
    if (answer.status !== 200) throw new Error(`${this.name} answers ${answer.status} to ${path}: ${text}`)
    return text
  }

  /** A number of HailWhale's own /metrics. */
  async gauge(name) {
    const text = await this.text('/metrics')
    return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1])
  }

  /** Ends it as an operator would; throws an `Error` with its output where it does not leave with code 0. */
  async stop() {
    const { code, signal } = await this.process.end('SIGTERM')
    if (code !== 0)
      throw new Error(`${this.name} ended with ${code ?? signal}:\n${tail(this.process.output())}`)
  }

  kill() {
    return this.process.end('SIGKILL')
  }
}

/**
 * Starts HailWhale on a data folder and waits for a 200 of /readyz.
 * @param {import('./options.mjs').Options} options
 * @param {string} dataDir
 * @param {Record<string, string>} [settings] further settings, by their names
 */
export function startHailWhale(options, dataDir, settings = {}) {
  const all = { 'data-dir': dataDir, retain: options.retain, ...settings }
  return startCommand(options, 'serve', all, { outputFile: `${dataDir}.log` })
}

/**
 * Starts a hail.
 * @param {import('./options.mjs').Options} options
 * @param {import('./redis.mjs').Redis} redis
 * @param {{ outputFile: string, core?: number }} how
 */
export function startHail(options, redis, how) {
  return startCommand(options, 'hail', { queue: redis.url }, how)
}

/**
 * Starts a whale.
 * @param {import('./options.mjs').Options} options
 * @param {import('./redis.mjs').Redis} redis
 * @param {string} store its address
 * @param {{ outputFile: string, core?: number }} how
 */
export function startWhale(options, redis, store, how) {
  return startCommand(options, 'whale', { queue: redis.url, store, retain: options.retain }, how)
}

/** Starts a command of HailWhale's on a free port and waits for a 200 of /readyz. */
async function startCommand(options, command, settings, { outputFile, core }) {
  const entry = join(options.dist, 'cli', 'main.js')
  if (!existsSync(entry)) throw new Error(`${entry} is missing: run 'npm run build' first`)
  const port = await freePort()
  const flags = Object.entries({ port, ...settings }).flatMap(([name, value]) => [`--${name}`, String(value)])
  const profile = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []
  const args = [...profile, entry, command, ...flags]
  return start(command === 'serve' ? 'HailWhale' : command, port, args, {
    outputFile,
    core,
    readyPath: '/readyz',
  })
}

/**
 * Starts one of the bench's own servers, a script of this folder whose first argument is its port.
 * @param {string} script
 * @param {string[]} args
 * @param {{ outputFile: string, core?: number }} how
 */
export async function startScript(script, args, how) {
  const port = await freePort()
  const path = join(import.meta.dirname, script)
  return start(script, port, [path, String(port), ...args], { ...how, readyPath: null })
}

/**
 * Starts the yardstick: `sync` (an append log, durable before the answer) or `bare` (parses, counts nothing).
 * @param {import('./shared.mjs').Shared} shared
 * @param {string} folder
 * @param {'sync' | 'bare'} mode
 */
export async function startCeiling(shared, folder, mode) {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  const args = [shared.ceiling, String(port), join(folder, 'log'), mode]
  // It answers every GET as a count; a HEAD counts nothing and is not answered, so only the connection is waited for.
  return start(`ceiling ${mode}`, port, args, { outputFile: join(folder, 'output'), readyPath: null })
}

/**
 * Starts a script of Node's.
 * @param {string} name
 * @param {number} port
 * @param {string[]} script
 * @param {{ outputFile: string, readyPath: string | null, core?: number }} how `readyPath`: what answers 200; null: it takes connections
 */
async function start(name, port, script, { outputFile, readyPath, core }) {
  const startedAt = performance.now()
  const { command, args } = pinned(core, globalThis.process.execPath, script)
  const process = new Process(command, args, outputFile)
  while (performance.now() - startedAt < START_TIMEOUT_MS) {
    if (!process.running) throw new Error(`${name} did not start:\n${tail(process.output())}`)
    if (await isReady(port, readyPath)) return new Server(name, port, process, performance.now() - startedAt)
    await delay(POLL_MS)
  }
  await process.end('SIGKILL')
  throw new Error(`${name} was not ready after ${START_TIMEOUT_MS / 1000} s:\n${tail(process.output())}`)
}

async function isReady(port, readyPath) {
  try {
    if (readyPath !== null) return (await fetch(`http://127.0.0.1:${port}${readyPath}`)).status === 200
    const connection = await Connection.open(port)
    connection.close()
    return true
  } catch {
    return false
  }
}

function tail(text) {
  return text.split('\n').slice(-20).join('\n')
}
