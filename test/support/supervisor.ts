/** A real supervisor with one file of `deploy/supervisor/`: its paths, user and ports replaced, everything it writes in a given folder. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { adapted, ROOT, SYSTEM } from './deploy-files.js'

const run = promisify(execFile)
const START_MS = 10_000

/** A running supervisor. */
export class Supervisor {
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder
    this.#child = child
  }

  /**
   * Starts one in a folder. `file` is one of `deploy/supervisor/`; `replacements` are made in it besides the paths and the user; `env`
   * is what the programs find in their environment beside what the file says.
   */
  static async start(
    folder: string,
    file: string,
    replacements: ReadonlyMap<string, string>,
    env: Readonly<Record<string, string>>,
  ): Promise<Supervisor> {
    const command = `${process.execPath} ${join(ROOT, 'dist/cli/main.js')}`
    const here = new Map([
      ['/usr/bin/hailwhale', command],
      ['user=hailwhale', `user=${userInfo().username}`],
      ['/var/log/hailwhale', join(folder, 'log')],
      ...replacements,
    ])
    await mkdir(join(folder, 'log'))
    await writeFile(join(folder, 'program.conf'), adapted(`deploy/supervisor/${file}`, here))
    await writeFile(join(folder, 'supervisord.conf'), mainFile(folder))
    const args = ['--nodaemon', '--configuration', join(folder, 'supervisord.conf')]
    const child = spawn('supervisord', args, { stdio: 'ignore', env: { ...SYSTEM, ...env } })
    const supervisor = new Supervisor(folder, child)
    const deadlineMs = performance.now() + START_MS
    while (!(await supervisor.ask('pid').catch(() => ''))) {
      if (child.exitCode !== null || performance.now() > deadlineMs) throw new Error('no supervisor')
    }
    return supervisor
  }

  /** Runs `supervisorctl` with these words; answers what it prints. Rejects where it fails. */
  async ask(...words: string[]): Promise<string> {
    const args = ['-c', join(this.#folder, 'supervisord.conf'), ...words]
    const { stdout } = await run('supervisorctl', args, { env: SYSTEM })
    return stdout.trim()
  }

  /** What a program has logged, parsed. Lines that are no JSON are left out. */
  async log(program: string): Promise<readonly { readonly msg: string; readonly url?: string }[]> {
    const text = await readFile(join(this.#folder, 'log', `${program}.log`), 'utf8').catch(() => '')
    const lines = text.split('\n').filter(line => line.startsWith('{') && line.endsWith('}'))
    return lines.map(line => JSON.parse(line))
  }

  /** Stops all programs and then itself. */
  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.kill('SIGTERM')) await once(this.#child, 'exit')
  }
}

/** What Debian's own `/etc/supervisor/supervisord.conf` is for. */
function mainFile(folder: string): string {
  return [
    '[unix_http_server]',
    `file=${folder}/supervisor.sock`,
    '[supervisord]',
    `logfile=${folder}/supervisord.log`,
    `pidfile=${folder}/supervisord.pid`,
    `childlogdir=${folder}`,
    '[rpcinterface:supervisor]',
    'supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface',
    '[supervisorctl]',
    `serverurl=unix://${folder}/supervisor.sock`,
    '[include]',
    `files=${folder}/program.conf`,
  ].join('\n')
}
