/** Real Redis servers for tests: on free ports, their data in a temporary folder, stopped by their own process id. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
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
  readonly #arguments: readonly string[]
  #child: ChildProcess | undefined

  private constructor(port: number, folder: string, args: readonly string[]) {
    this.port = port
    this.folder = folder
    this.#arguments = args
  }

  /** Starts one. `options` as on the command line of `redis-server`; without, everything is in the append-only file before it is answered. */
  static async start(...options: string[]): Promise<RedisServer> {
    return RedisServer.startOn(await newFolder(), ...options)
  }

  /** Starts one on what lies in a folder, which is its own from then on. */
  static async startOn(folder: string, ...options: string[]): Promise<RedisServer> {
    const port = await freePort()
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
    const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    const args = [...where, '--protected-mode', 'no', ...(options.length > 0 ? options : durable)]
    const server = new RedisServer(port, folder, args)
    await server.restart()
    return server
  }

  /** Starts a Sentinel that watches a master, `main`, and has another take over half a second after it is gone. */
  static async startSentinel(master: RedisServer): Promise<RedisServer> {
    const [port, folder] = [await freePort(), await newFolder()]
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor main 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 2000',
    ]
    const file = join(folder, 'sentinel.conf')
    await writeFile(file, lines.join('\n'))
    const server = new RedisServer(port, folder, [file, '--sentinel'])
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
    this.#child = spawn(SERVER, [...this.#arguments], { stdio: 'ignore' })
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

/** A Redis Cluster of three masters, each with replicas where that is said. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[]

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes
  }

  /** `replicas`: of each master. `options`: of each node. */
  static async start(replicas = 0, ...options: string[]): Promise<RedisCluster> {
    const always = ['--cluster-enabled', 'yes', '--appendonly', 'yes', '--cluster-node-timeout', '2000']
    const quick = replicas > 0 ? ['--repl-diskless-sync-delay', '0'] : []
    const count = 3 * (1 + replicas)
    const nodes = await Promise.all(
      Array.from({ length: count }, () => RedisServer.start(...always, ...quick, ...options)),
    )
    const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`)
    await run(CLI, ['--cluster', 'create', ...hosts, '--cluster-replicas', String(replicas), '--cluster-yes'])
    const cluster = new RedisCluster(nodes)
    await eventually(() => cluster.isWell(3 * replicas))
    return cluster
  }

  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
  }

  /** Whether every node that runs knows all slots to be served, and so many replicas follow their masters. */
  async isWell(replicas: number): Promise<boolean> {
    const states = await Promise.all(this.nodes.map(node => node.command('cluster', 'info').catch(() => '')))
    const roles = await Promise.all(this.nodes.map(node => node.command('role').catch(() => '')))
    const following = roles.filter(role => role.startsWith('slave') && role.includes('connected')).length
    return states.every(state => state === '' || state.includes('cluster_state:ok')) && following >= replicas
  }

  /** The nodes that are masters now, each with a replica of its own. */
  async pairs(): Promise<{ readonly master: RedisServer; readonly replica: RedisServer }[]> {
    const byPort = new Map(this.nodes.map(node => [String(node.port), node]))
    const pairs = await Promise.all(
      this.nodes.map(async replica => {
        const [role, , masterPort] = (await replica.command('role').catch(() => '')).split('\n')
        const master = byPort.get(masterPort ?? '')
        return role === 'slave' && master ? { master, replica } : undefined
      }),
    )
    return pairs.filter(pair => pair !== undefined)
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map(node => node.close()))
  }
}

/** Waits until a replica has taken over as master. */
export async function takenOver(replica: RedisServer): Promise<void> {
  await eventually(async () => (await replica.command('role').catch(() => '')).startsWith('master'))
}

/** A master, a replica of it, and a Sentinel that watches them. */
export class RedisSentinels {
  readonly nodes: readonly RedisServer[]
  readonly #sentinel: RedisServer

  private constructor(nodes: readonly RedisServer[], sentinel: RedisServer) {
    this.nodes = nodes
    this.#sentinel = sentinel
  }

  static async start(): Promise<RedisSentinels> {
    const options = ['--appendonly', 'yes', '--repl-diskless-sync-delay', '0']
    const master = await RedisServer.start(...options)
    const replica = await RedisServer.start(...options, '--replicaof', '127.0.0.1', String(master.port))
    await eventually(async () => (await replica.command('role')).includes('connected'))
    const sentinel = await RedisServer.startSentinel(master)
    await eventually(async () =>
      (await sentinel.command('sentinel', 'replicas', 'main')).includes(String(replica.port)),
    )
    return new RedisSentinels([master, replica], sentinel)
  }

  get url(): string {
    return `redis+sentinel://127.0.0.1:${this.#sentinel.port}/main`
  }

  /** Has the replica take over from a master that is well, and that one become its replica. */
  async failOver(): Promise<void> {
    await this.#sentinel.command('sentinel', 'failover', 'main')
    const [master, replica] = this.nodes
    await eventually(async () => (await replica!.command('role').catch(() => '')).startsWith('master'))
    await eventually(async () => (await master!.command('role').catch(() => '')).includes('connected'))
  }

  async close(): Promise<void> {
    await Promise.all([this.#sentinel, ...this.nodes].map(each => each.close()))
  }
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'hailwhale-redis-'))
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
    if (performance.now() > deadlineMs) throw new Error('a Redis did not get ready in 20 seconds')
    await new Promise(resolve => setTimeout(resolve, 30))
  }
}
