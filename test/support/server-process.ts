/**
 * The built command as a process of its own, for tests that kill it: started on any free port, its log read line by line, its end
 * awaited. Builds `dist/` first where the sources are newer.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '..', '..')
const MAIN = join(ROOT, 'dist', 'cli', 'main.js')

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The log's lines, parsed. */
  readonly log: readonly LogLine[]
  readonly stderr: string
}

/** A line of the server's log. */
export interface LogLine {
  readonly msg: string
  readonly level: number
  readonly url?: string
  readonly events?: number
  readonly time?: string
  readonly err?: { readonly message: string }
}

/** Compiles the sources where they are newer than what was compiled. */
export async function buildIfStale(): Promise<void> {
  if (existsSync(MAIN) && newestMs(join(ROOT, 'src')) <= statSync(MAIN).mtimeMs) return
  await promisify(execFile)('npm', ['run', '--silent', 'build:server'], { cwd: ROOT })
}

function newestMs(directory: string): number {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const sources = names.filter(name => /\.(ts|lua)$/.test(name) && !name.endsWith('.test.ts'))
  return Math.max(...sources.map(name => statSync(join(directory, name)).mtimeMs))
}

/** Runs a command of the program to its end. */
export async function runCommand(...args: string[]): Promise<Ended & { readonly stdout: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  const server = new ServerProcess(child)
  return { ...(await server.ended), stdout }
}

/** A server in a process of its own. */
export class ServerProcess {
  readonly pid: number
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  readonly #log: LogLine[] = []
  readonly #watchers = new Set<() => void>()
  #isGone = false

  constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid!
    let stderr = ''
    child.stderr!.on('data', chunk => {
      stderr += chunk
    })
    createInterface({ input: child.stdout! }).on('line', line => this.#note(line))
    this.ended = new Promise(resolve => {
      child.once('close', (code, signal) => {
        this.#isGone = true
        for (const watch of this.#watchers) watch()
        resolve({ code, signal, log: this.#log, stderr })
      })
    })
  }

  /** Starts `serve` with these flags over a data folder. */
  static start(dataDir: string, ...flags: string[]): ServerProcess {
    return ServerProcess.command('serve', '--data-dir', dataDir, ...flags)
  }

  /** Starts a command of the program, a server, on any free port. */
  static command(name: string, ...flags: string[]): ServerProcess {
    return ServerProcess.run(MAIN, name, '--port', '0', ...flags)
  }

  /** Starts a script. */
  static run(script: string, ...args: string[]): ServerProcess {
    return new ServerProcess(
      spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }),
    )
  }

  /** The log so far. */
  get log(): readonly LogLine[] {
    return this.#log
  }

  /** Where it listens. Rejects, with what it said, if it ends before. */
  async url(): Promise<string> {
    return (await this.logged(({ url }) => url !== undefined)).url!
  }

  /** Where it listens, once it counts and answers. */
  async ready(): Promise<string> {
    const url = await this.url()
    await this.logged(({ msg }) => msg === 'recovered')
    return url
  }

  /** The first line of the log that fits, now or later. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      const watch = () => {
        const line = this.#log.find(fits)
        if (line === undefined && !this.#isGone) return
        this.#watchers.delete(watch)
        if (line !== undefined) resolve(line)
        else this.ended.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)))
      }
      this.#watchers.add(watch)
      watch()
    })
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends a signal and waits until the process is gone. */
  end(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal)
    return this.ended
  }

  #note(line: string): void {
    const isJson = line.startsWith('{')
    this.#log.push(isJson ? (JSON.parse(line) as LogLine) : { msg: line, level: 0 })
    for (const watch of this.#watchers) watch()
  }
}
