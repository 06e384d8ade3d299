/** Where the time of a profiled server went: the functions with the most time of their own. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const SHOWN = 25

/** Prints the newest CPU profile in a folder (of the main thread; workers have files of their own). */
export function printProfiles(folder) {
  const files = readdirSync(folder).filter(file => file.endsWith('.cpuprofile'))
  const newest = files.sort().at(-1)
  if (newest === undefined) return
  console.log(
    `${newest}\n${topFunctions(JSON.parse(readFileSync(join(folder, newest), 'utf8'))).join('\n')}\n`,
  )
}

/**
 * Lines `percent  function  file:line`, most first; idle time is left out of the whole.
 * @param {{ nodes: any[], samples: number[], timeDeltas: number[] }} profile
 */
export function topFunctions({ nodes, samples, timeDeltas }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const times = new Map()
  let busy = 0
  for (let i = 0; i < samples.length; i++) {
    const { functionName, url, lineNumber } = frames.get(samples[i])
    if (functionName === '(idle)' || functionName === '(program)') continue
    const where = url === '' ? '' : `${basename(url)}:${lineNumber + 1}`
    const name = `${functionName || '(anonymous)'}  ${where}`
    times.set(name, (times.get(name) ?? 0) + timeDeltas[i])
    busy += timeDeltas[i]
  }
  const sorted = [...times].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)
  return sorted.map(([name, time]) => `${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`)
}
