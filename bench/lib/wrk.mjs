/** The load of single counts: one event a GET over 50 connections, sent by wrk, which has one thread. */
import { spawn } from 'node:child_process'
import { pinned } from './cores.mjs'

export const CONNECTIONS = 50

/**
 * Sends for `options.seconds`; throws an `Error` where one request was not answered, or not with a 2xx.
 * @param {number} port
 * @param {number} seed
 * @param {import('./options.mjs').Options} options
 * @param {import('./shared.mjs').Shared} shared
 * @param {number} [core] where wrk stays
 */
export async function wrk(port, seed, { seconds, startS }, shared, core) {
  const url = `http://127.0.0.1:${port}`
  const load = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', '-s', shared.countLua]
  const { command, args } = pinned(core, 'wrk', [...load, url, '--', String(seed), String(startS)])
  const text = await outputOf(command, args)
  const problem = /^ *(Non-2xx.*|Socket errors.*)$/m.exec(text)
  if (problem) throw new Error(`wrk against port ${port}: ${problem[1]}`)
  const match = pattern => pattern.exec(text)?.[1] ?? ''
  return {
    requests: Number(match(/^ *(\d+) requests in/m)),
    rate: Number(match(/^Requests\/sec: *([\d.]+)/m)),
    p50Ms: milliseconds(match(/^ *50% +(\S+)/m)),
    p99Ms: milliseconds(match(/^ *99% +(\S+)/m)),
  }
}

/** Wrk writes 812.00us, 1.25ms, 1.02s. */
function milliseconds(text) {
  const value = Number.parseFloat(text)
  if (text.endsWith('us')) return value / 1000
  return text.endsWith('ms') ? value : value * 1000
}

function outputOf(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', part => {
      text += part
    })
    child.on('error', error =>
      reject(new Error(`${command} is needed (Debian: apt-get install wrk): ${error.message}`)),
    )
    child.on('close', code =>
      code === 0 ? resolve(text) : reject(new Error(`${command} ended with ${code}`)),
    )
  })
}
