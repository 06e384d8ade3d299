/** A real Redis for the bench, as many run it: `appendonly yes`, `appendfsync everysec`. Pinned to a core, stopped by its process id. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { pinned } from './cores.mjs'
import { freePort, Process } from './processes.mjs'

const START_TIMEOUT_MS = 10_000
const POLL_MS = 10
/** Rewriting the file would come in the middle of some rounds and not of others. */
const SETTINGS = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
  '--save',
  '',
  '--auto-aof-rewrite-percentage',
  '0',
]

/** A Redis under load. */
export class Redis {
  #client

  constructor(port, process, client) {
    this.port = port
    this.process = process
    this.#client = client
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`
  }

  /** A field of INFO as a number. */
  async info(section, field) {
    const text = await this.#client.info(section)
    return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(text)?.[1])
  }

  /** Bytes of all that it holds, its own structures included. */
  usedMemory() {
    return this.info('memory', 'used_memory')
  }

  /** @param {string[]} args */
  command(...args) {
    return this.#client.sendCommand(args)
  }

  async stop() {
    this.#client.destroy()
    await this.process.end('SIGKILL')
  }
}

/**
 * Starts an empty one and waits until it answers.
 * @param {string} folder for its file
 * @param {number} [core] without, it runs where there is room
 */
export async function startRedis(folder, core) {
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const { command, args } = pinned(core, 'redis-server', [...where, ...SETTINGS])
  const process = new Process(command, args, join(folder, 'output'))
  const startMs = performance.now()
  while (process.running && performance.now() - startMs < START_TIMEOUT_MS) {
    const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: false } })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.ping()
      return new Redis(port, process, client)
    } catch {
      client.destroy()
      await delay(POLL_MS)
    }
  }
  await process.end('SIGKILL')
  throw new Error(
    `redis-server is needed (Debian: apt-get install redis-server); it did not start: ${process.output()}`,
  )
}
