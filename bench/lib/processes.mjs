/** Child processes of the bench: started, watched through /proc (Linux), and ended by their ids. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Clock ticks a second in /proc/PID/stat: 100 on every Linux that Node runs on. */
export const TICKS_PER_S = 100
const EXIT_POLL_MS = 10

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer()
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  await new Promise(resolve => server.close(resolve))
  return port
}

/** A process whose output goes to a file. */
export class Process {
  #child
  #exit
  #lastCpuS = 0

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {string} outputFile
   */
  constructor(command, args, outputFile) {
    this.outputFile = outputFile
    const output = openSync(outputFile, 'a')
    this.#child = spawn(command, args, { stdio: ['ignore', output, output], env: plainEnvironment() })
    closeSync(output)
    // A bench that fails leaves nothing behind.
    const killWithBench = () => this.#child.kill('SIGKILL')
    process.once('exit', killWithBench)
    this.#child.once('exit', () => process.off('exit', killWithBench))
    this.pid = this.#child.pid ?? 0
    this.#exit = new Promise(resolve => {
      this.#child.once('error', error => resolve({ code: 127, signal: null, error }))
      this.#child.once('exit', (code, signal) => resolve({ code, signal }))
    })
  }

  get running() {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** What it has printed. */
  output() {
    return readFileSync(this.outputFile, 'utf8')
  }

  /** CPU seconds of all its threads so far; after its end, those of a moment before. */
  cpuS() {
    const stat = readProc(this.pid, 'stat')
    if (stat === undefined) return this.#lastCpuS
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
    // A process that has ended but was not waited for yet reads as 0.
    this.#lastCpuS = Math.max(this.#lastCpuS, seconds)
    return this.#lastCpuS
  }

  /** Resident memory in bytes: now, of which anonymous and mapped from files, and the most there ever was. */
  memory() {
    const status = readProc(this.pid, 'status') ?? ''
    const bytes = name => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
    return {
      rss: bytes('VmRSS'),
      anonymous: bytes('RssAnon'),
      files: bytes('RssFile'),
      peak: bytes('VmHWM'),
    }
  }

  /** Sends a signal and waits for the end; the CPU seconds are read until then. */
  async end(signal = 'SIGTERM') {
    if (this.running) this.#child.kill(signal)
    let ended = false
    const exit = this.#exit.then(result => {
      ended = true
      return result
    })
    while (!ended) {
      this.cpuS()
      await Promise.race([exit, delay(EXIT_POLL_MS)])
    }
    return exit
  }
}

function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return undefined
  }
}

/** The environment without HailWhale's variables: a server is set up by the bench alone, and takes no variable of the bench's for a setting. */
function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HAILWHALE_')))
}
