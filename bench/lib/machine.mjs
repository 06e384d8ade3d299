/** The machine that is measured on, and whether it has something else to do. */
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

const LOOK_MS = 1000

/** In one line: cores, memory, kernel, Node. */
export function describeMachine() {
  const [cpu] = cpus()
  const gib = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} cores (${cpu?.model.trim()}), ${gib} GiB, Linux ${release().split('-')[0]}, Node ${process.version.slice(1)}`
}

/** Which part of all cores (0 to 1) was busy for a second, with nothing of ours running. */
export async function busyShare() {
  const before = cpuTicks()
  await delay(LOOK_MS)
  const after = cpuTicks()
  return 1 - (after.idle - before.idle) / (after.total - before.total)
}

function cpuTicks() {
  const ticks = readFileSync('/proc/stat', 'latin1')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number)
  const [, , , idle, waiting] = ticks
  return { idle: idle + waiting, total: ticks.reduce((sum, value) => sum + value, 0) }
}
