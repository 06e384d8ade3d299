/** The built server for one page of the documentation, in a data folder of its own, and commands run against it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const MAIN = join(ROOT, 'dist/cli/main.js')
/** What the pages write for the server's address, and the data folder where their commands run. */
const WRITTEN_ADDRESS = '127.0.0.1:8085'
const DATA_DIR = 'hailwhale-data'
const COMMAND_TIMEOUT_MS = 30_000

/** A server that pages talk to. */
export class PageServer {
  readonly #folder: string
  readonly #flags: readonly string[]
  #process: ChildProcess | undefined
  #address = WRITTEN_ADDRESS

  private constructor(folder: string, flags: readonly string[]) {
    this.#folder = folder
    this.#flags = flags
  }

  /** A server with these flags, not yet running. */
  static async create(flags: readonly string[]): Promise<PageServer> {
    const folder = await mkdtemp(join(tmpdir(), 'hailwhale-docs-'))
    await writeCommand(join(folder, 'bin', 'hailwhale'), '')
    // In a checkout `npx hailwhale` is this one; elsewhere npx would look for it in the registry.
    await writeCommand(join(folder, 'bin', 'npx'), 'test "$1" = hailwhale && shift')
    await symlink(join(ROOT, 'deploy'), join(folder, 'deploy'))
    return new PageServer(folder, flags)
  }

  /** Where it listens. */
  get url(): string {
    return `http://${this.#address}`
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const args = [MAIN, 'serve', '--port', '0', '--data-dir', this.#dataDir, ...this.#flags]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = child
    for await (const line of createInterface({ input: child.stdout })) {
      const { url } = JSON.parse(line) as { url?: string }
      if (url === undefined) continue
      this.#address = url.replace('http://', '')
      child.stdout.resume()
      return
    }
    throw new Error('the server ended before it listened: is it built (npm run build)?')
  }

  /** Stops it; resolves when it has left. */
  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }

  /** Stops it and removes its folder. */
  async remove(): Promise<void> {
    await this.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** A page's text with the server's address in place of the written one. */
  here(text: string): string {
    return text.replaceAll(WRITTEN_ADDRESS, this.#address)
  }

  /** Events that it has counted since it was started. */
  counted(): Promise<number> {
    return this.#sum(/^hailwhale_events_counted_total (\d+)/gm)
  }

  /** Requests that it has refused since it was started. */
  refused(): Promise<number> {
    return this.#sum(/^hailwhale_requests_refused_total\S* (\d+)/gm)
  }

  /** The sum of some of its own numbers; 0 while it is stopped. */
  async #sum(samples: RegExp): Promise<number> {
    if (this.#process === undefined) return 0
    const text = await (await fetch(`${this.url}/metrics`)).text()
    return [...text.matchAll(samples)].reduce((sum, [, value]) => sum + Number(value), 0)
  }

  /** Runs a page's commands as one script of bash, in the folder that holds the data folder; answers what they printed. */
  run(script: string): Promise<string> {
    const text = this.here(script)
    const env = {
      ...process.env,
      PATH: `${join(this.#folder, 'bin')}:${process.env.PATH}`,
      HAILWHALE_URL: this.url,
      COLUMNS: '80',
      NO_COLOR: '1',
    }
    return new Promise((resolve, reject) => {
      const options = { cwd: this.#folder, env, timeout: COMMAND_TIMEOUT_MS }
      execFile('bash', ['-euo', 'pipefail', '-c', text], options, (error, stdout, stderr) => {
        if (error) reject(new Error(`${script}\nended with ${error.code}:\n${stdout}${stderr}`))
        else resolve(stdout.replaceAll(this.#address, WRITTEN_ADDRESS))
      })
    })
  }

  get #dataDir(): string {
    return join(this.#folder, DATA_DIR)
  }
}

/** Writes a command that runs the built one, after some shell of its own. */
export async function writeCommand(path: string, before: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!/bin/sh\n${before}\nexec '${process.execPath}' '${MAIN}' "$@"\n`, { mode: 0o755 })
}
