/** A real nginx with the files of `deploy/nginx/`: on a free port, everything it writes in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adapted, SYSTEM } from './deploy-files.js'
import { freePort } from './free-port.js'

const WRITTEN_SERVER = 'server 127.0.0.1:8085 '
const START_MS = 10_000

/** What an nginx is started with. */
export interface NginxOptions {
  /** Ports of the hails and of the whales. */
  readonly hails: readonly number[]
  readonly whales: readonly number[]
  /** Changes the file further, to show what it would be without some of its lines. */
  readonly change?: (configuration: string) => string
}

/** A running nginx. */
export class Nginx {
  readonly port: number
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port
    this.#folder = folder
    this.#child = child
  }

  /** Starts one and waits until it takes connections. */
  static async start({ hails, whales, change = text => text }: NginxOptions): Promise<Nginx> {
    const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'hailwhale-nginx-'))]
    const main = join(folder, 'nginx.conf')
    const paths = new Map([
      ['listen 80;', `listen 127.0.0.1:${port};`],
      ['/var/log/nginx/', `${folder}/`],
    ])
    await writeFile(join(folder, 'servers.conf'), serversOf(hails, whales))
    await writeFile(join(folder, 'hailwhale.conf'), change(adapted('deploy/nginx/hailwhale.conf', paths)))
    await writeFile(main, mainFile(folder))
    const args = ['-c', main, '-p', folder, '-g', 'daemon off;']
    const child = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'pipe'], env: SYSTEM })
    let said = ''
    child.stderr!.on('data', chunk => {
      said += chunk
    })
    const deadlineMs = performance.now() + START_MS
    while (!(await takesConnections(port))) {
      if (child.exitCode !== null || performance.now() > deadlineMs) throw new Error(`no nginx: ${said}`)
    }
    return new Nginx(port, folder, child)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** What it has logged, of requests and of errors, those of its own start left out. */
  async logs(): Promise<{ readonly access: string; readonly errors: string }> {
    const [access, errors] = await Promise.all(
      ['access.log', 'error.log'].map(name => readFile(join(this.#folder, name), 'utf8')),
    )
    return { access: access!, errors: errors! }
  }

  /** Ends it and removes its folder. */
  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.kill('SIGTERM')) await once(this.#child, 'exit')
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** The shipped file of servers: its two groups with these servers in place of the written one. */
function serversOf(hails: readonly number[], whales: readonly number[]): string {
  const groups = [hails, whales]
  return adapted('deploy/nginx/hailwhale-servers.conf', new Map())
    .split('\n')
    .flatMap(line => {
      if (!line.includes(WRITTEN_SERVER)) return [line]
      return groups.shift()!.map(port => line.replace(WRITTEN_SERVER, `server 127.0.0.1:${port} `))
    })
    .join('\n')
}

/** What Debian's own `/etc/nginx/nginx.conf` is for: the rest of a configuration, around the files of `conf.d/`. */
function mainFile(folder: string): string {
  const bodies = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${folder}/${name};`,
  )
  return [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'worker_processes 1;',
    `pid ${folder}/nginx.pid;`,
    `error_log ${folder}/main.log;`,
    'events {}',
    'http {',
    ...bodies,
    `include ${folder}/servers.conf;`,
    `include ${folder}/hailwhale.conf;`,
    '}',
  ].join('\n')
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => setTimeout(resolve, 20, false))
    socket.once('connect', () => socket.destroy())
  })
}
