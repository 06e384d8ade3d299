/** The files of `deploy/` as tests run them: what is written for a machine of its own is replaced by what is here, and nothing else. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The environment of commands that Debian has where only root looks. */
export const SYSTEM = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }

/** Whether a command is on this machine. */
export function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], { env: SYSTEM }).status === 0
}

/**
 * A file's text with other texts in place of some of its own. Throws where one of those is not there: then it is the test that is
 * out of date.
 */
export function adapted(path: string, replacements: ReadonlyMap<string, string>): string {
  let text = readFileSync(join(ROOT, path), 'utf8')
  for (const [written, here] of replacements) {
    if (!text.includes(written)) throw new Error(`${path} has no '${written}'`)
    text = text.replaceAll(written, here)
  }
  return text
}
