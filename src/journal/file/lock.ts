/**
 * One process at a time in a folder. Node offers no file locks, so this is a file made exclusively that names its owner: process
 * id, start time (a reused id is no owner) and host. The owner touches it every few seconds; where the owner cannot be looked
 * up (another host or container over a shared volume), a lock that nobody touches for a while is stale.
 */
import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { HailWhaleError } from '../../model/errors.js'

/** How often the owner touches the lock. */
const TOUCH_INTERVAL_MS = 3_000
/** How long a lock of another host must stay untouched to be stale: several touches. */
const STALE_AFTER_MS = 15_000

interface Owner {
  readonly pid: number
  /** What tells a process from another one with the same id later on. */
  readonly started: string
  readonly host: string
}

/** A lock that is held. */
export interface DirectoryLock {
  /** Gives it back. Releasing twice is fine. */
  release(): Promise<void>
}

/**
 * Locks a folder that exists. Throws `HailWhaleError('unavailable')` naming the process that holds it.
 * `wait` passes some milliseconds: only needed to watch a lock of another host.
 */
export async function lockDirectory(
  directory: string,
  wait: (durationMs: number) => Promise<void> = durationMs =>
    new Promise(done => setTimeout(done, durationMs)),
): Promise<DirectoryLock> {
  const path = join(directory, 'lock')
  const text = `${JSON.stringify({ pid: process.pid, started: await startOf(process.pid), host: hostname() })}\n`
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(path, text)) return hold(path, text)
    const held = await fs.readFile(path, 'utf8').catch(() => undefined)
    if (held === undefined) continue
    if (await isAlive(path, held, wait)) throw heldBy(directory, held)
    await setAside(path, held)
  }
  throw new HailWhaleError(
    'unavailable',
    `${path} changes hands: another HailWhale is starting in ${directory}`,
  )
}

async function create(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`
  try {
    await fs.writeFile(draft, text, { mode: 0o640 })
    await fs.link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await fs.rm(draft, { force: true })
  }
}

function hold(path: string, text: string): DirectoryLock {
  const touch = setInterval(() => {
    const now = new Date()
    fs.utimes(path, now, now).catch(() => undefined)
  }, TOUCH_INTERVAL_MS)
  touch.unref()
  return {
    async release() {
      clearInterval(touch)
      if ((await fs.readFile(path, 'utf8').catch(() => '')) === text) await fs.unlink(path)
    },
  }
}

/** Takes a stale lock away; if it has become another one meanwhile, that one is put back. */
async function setAside(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`
  try {
    await fs.rename(path, aside)
    if ((await fs.readFile(aside, 'utf8')) !== stale) await fs.link(aside, path)
    await fs.unlink(aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function isAlive(
  path: string,
  held: string,
  wait: (durationMs: number) => Promise<void>,
): Promise<boolean> {
  const owner = parseOwner(held)
  if (owner?.host === hostname()) return (await startOf(owner.pid)) === owner.started
  const before = await touchedAt(path)
  for (let waitedMs = 0; waitedMs < STALE_AFTER_MS; waitedMs += TOUCH_INTERVAL_MS) {
    await wait(TOUCH_INTERVAL_MS)
    if ((await touchedAt(path)) !== before) return true
  }
  return false
}

async function touchedAt(path: string): Promise<number> {
  return (await fs.stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs
}

function parseOwner(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner
  } catch {
    return undefined
  }
}

/** When a process was started, in whatever the system counts it; '' if there is no such process. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? '' : (fields[19] ?? '')
  } catch {
    return process.platform === 'linux' || !runs(pid) ? '' : 'running'
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function heldBy(directory: string, held: string): HailWhaleError {
  const owner = parseOwner(held)
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`
  const where = `${directory} is open in ${who}`
  return new HailWhaleError('unavailable', `${where}: stop that one first, or use another data folder`)
}
