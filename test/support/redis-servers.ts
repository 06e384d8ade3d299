/** Real Redis servers for tests: on free ports, their data in a temporary folder, stopped by their own process id. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const SERVER = '/usr/bin/redis-server'
const CLI = '/usr/bin/redis-cli'

/** A running Redis. */
export class RedisServer {
  readonly port: number
  readonly folder: string
  readonly #options: readonly string[]
  #child: ChildProcess | undefined

  private constructor(port: number, folder: string, options: readonly string[]) {
    this.port = port
    this.folder = folder
    this.#options = options
  }

  /** Starts one. `options` as on the command line of `redis-server`; without, everything is in the append-only file before it is answered. */
  static async start(...options: string[]): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'hailwhale-redis-'))
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
    const server = new RedisServer(await freePort(), folder, options.length > 0 ? options : durable)
    await server.restart()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Runs a command by redis-cli; answers what it prints. */
  async command(...args: string[]): Promise<string> {
    const { stdout } = await run(CLI, ['-p', String(this.port), ...args])
    return stdout.trim()
  }

  /** Kills the process if it runs, and starts it on the same port and folder. */
  async restart(): Promise<void> {
    await this.kill('SIGKILL')
    const where = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', '']
    this.#child = spawn(SERVER, [...where, '--protected-mode', 'no', ...this.#options], { stdio: 'ignore' })
    await eventually(async () => (await this.command('ping').catch(() => '')) === 'PONG')
  }

  /** Sends a signal; of one that ends the process, waits until it has. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const isFinal = signal === 'SIGKILL' || signal === 'SIGTERM'
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    if (isFinal) await gone
  }

  /** Ends it and removes its folder. */
  async close(): Promise<void> {
    await this.kill('SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A Redis Cluster of three masters. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[]

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes
  }

  static async start(): Promise<RedisCluster> {
    const options = ['--cluster-enabled', 'yes', '--appendonly', 'yes', '--cluster-node-timeout', '2000']
    const nodes = await Promise.all([1, 2, 3].map(() => RedisServer.start(...options)))
    const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`)
    await run(CLI, ['--cluster', 'create', ...hosts, '--cluster-yes'])
    await eventually(async () => {
      const states = await Promise.all(nodes.map(node => node.command('cluster', 'info')))
      return states.every(state => state.includes('cluster_state:ok'))
    })
    return new RedisCluster(nodes)
  }

  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map(node => node.close()))
  }
}

/** A port that nobody listens on, and whose cluster bus port is a port as well. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer()
    const port = await new Promise<number>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    await new Promise(closed => server.close(closed))
    if (port < 55_000) return port
  }
}

/** Waits until something holds. Throws after 20 seconds. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error('a Redis did not start in 20 seconds')
    await new Promise(resolve => setTimeout(resolve, 30))
  }
}
