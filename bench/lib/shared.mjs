/**
 * What lies beside the repository and not in it: the workload and the yardstick ("ceiling"). Their folder is
 * HAILWHALE_BENCH_SHARED, or ../shared/bench beside the repository.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './options.mjs'

/** Hours that the workload's events are spread over. */
export const HOURS = 6

/**
 * @typedef {object} Shared
 * @property {string} folder
 * @property {string} ceiling the yardstick's script
 * @property {string} countLua wrk's script for single counts
 * @property {any} workload the workload's module
 */

/**
 * Finds the folder and loads the workload; throws an `Error` that says what is missing and where it may be put.
 * @returns {Promise<Shared>}
 */
export async function loadShared(env = process.env) {
  const folder = resolve(env.HAILWHALE_BENCH_SHARED ?? join(ROOT, '..', 'shared', 'bench'))
  const files = ['workload.mjs', 'ceiling.mjs', 'count.lua'].map(name => join(folder, name))
  const missing = files.filter(file => !existsSync(file))
  if (missing.length > 0) {
    throw new Error(
      `the bench needs ${missing.join(', ')}: the workload and the yardstick are not part of this repository. ` +
        'Say with HAILWHALE_BENCH_SHARED in which folder they are.',
    )
  }
  const workload = await import(pathToFileURL(files[0]).href)
  return { folder, workload, ceiling: files[1], countLua: files[2] }
}
