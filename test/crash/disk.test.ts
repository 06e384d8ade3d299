/**
 * A disk that is full, and a disk whose sync fails. Full: counts are answered 503 `disk_full`, nothing acknowledged is lost, and
 * counting resumes by itself. A failed sync is final: the process stops, and the next start has what was acknowledged.
 */

import { execFileSync } from 'node:child_process'
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Access } from '../../src/access/access.js'
import { createHttp } from '../../src/http/http.js'
import { FileJournal } from '../../src/journal/file/file-journal.js'
import { DAY_MS } from '../../src/model/interval.js'
import { DEFAULT_LIMITS } from '../../src/model/limits.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { openEmbedded } from '../../src/whale/embedded.js'
import { MemoryDisk } from '../conformance/journal-disk.js'
import { Ledger } from '../support/ledger.js'
import { buildIfStale, ServerProcess } from '../support/server-process.js'

const ODD_DISK = join(import.meta.dirname, '..', 'support', 'serve-odd-disk.mjs')

/** Flushes often, and keeps two intervals only: the others are made of them. */
const FLAGS = ['--flush-interval', '100ms', '--retain', '10s:6h,1d:forever'] as const

let root: string
const running = new Set<ServerProcess>()

beforeAll(async () => {
  await buildIfStale()
  root = await mkdtemp(join(tmpdir(), 'hailwhale-disk-'))
}, 120_000)

afterAll(() => rm(root, { recursive: true, force: true }))

afterEach(async () => {
  for (const server of running) await server.end('SIGKILL')
  running.clear()
})

function track(server: ServerProcess): ServerProcess {
  running.add(server)
  server.ended.then(() => running.delete(server))
  return server
}

function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** A file system of 96 MiB in memory of its own, where this process may mount one (root in a container with the right). */
function mountSmallDisk(): string | undefined {
  const path = execFileSync('mktemp', ['-d', join(tmpdir(), 'hailwhale-small-XXXXXX')], {
    encoding: 'utf8',
  }).trim()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', path], { stdio: 'ignore' })
    return path
  } catch {
    execFileSync('rmdir', [path])
    return undefined
  }
}

const smallDisk = mountSmallDisk()

describe.skipIf(smallDisk === undefined)('a full disk (needs the right to mount one)', () => {
  const ballast = join(smallDisk ?? '', 'ballast')
  let dataDir: string

  beforeEach(async () => {
    dataDir = await mkdtemp(join(smallDisk!, 'data-'))
    writeFileSync(ballast, '')
  })

  afterEach(() => rm(dataDir, { recursive: true }))

  afterAll(() => {
    execFileSync('umount', [smallDisk!])
    execFileSync('rmdir', [smallDisk!])
  })

  /** Leaves no room at all, whatever the server takes or gives back meanwhile. */
  function fill(): void {
    for (const bytes of [65_536, 4096]) {
      try {
        for (;;) appendFileSync(ballast, Buffer.alloc(bytes))
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
      }
    }
  }

  test('503 while it is full, then on by itself; nothing acknowledged is lost', async () => {
    const ledger = new Ledger(randomOf(3), { nameBytes: 400 })
    const first = track(ServerProcess.start(dataDir, ...FLAGS))
    const url = await first.ready()
    for (let round = 0; round < 2; round++) {
      let counted = 0
      await ledger.load(url, 8, status => status === 200 && ++counted > 100)
      fill()
      let refused = 0
      await ledger.load(url, 8, status => status === 503 && ++refused > 40)
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
      truncateSync(ballast, 0)
      counted = 0
      await ledger.load(url, 8, status => status === 200 && ++counted > 100)
    }
    await ledger.settle(url)
    const before = await ledger.check(url)
    await first.end('SIGKILL')
    const second = track(ServerProcess.start(dataDir, ...FLAGS))
    expect(await ledger.check(await second.ready())).toEqual(before)
    expect((await second.end('SIGTERM')).code).toBe(0)
  })

  test('killed, stopped and started while it is full', async () => {
    const ledger = new Ledger(randomOf(4), { nameBytes: 400 })
    const first = track(ServerProcess.start(dataDir, ...FLAGS))
    let refused = 0
    const url = await first.ready()
    let counted = 0
    await ledger.load(url, 8, status => status === 200 && ++counted > 100)
    fill()
    await ledger.load(url, 8, status => status === 503 && ++refused > 40)
    fill()
    const startMs = performance.now()
    expect((await first.end('SIGTERM')).code).toBe(0)
    expect(performance.now() - startMs).toBeLessThan(15_000)
    fill()
    const { code, stderr } = await track(ServerProcess.start(dataDir)).ended
    expect(stderr).toMatch(/disk .*full|no room/i)
    expect(code).toBe(1)
    truncateSync(ballast, 0)
    const second = track(ServerProcess.start(dataDir, ...FLAGS))
    await ledger.settle(await second.ready())
    const before = await ledger.check(await second.url())
    fill()
    await second.end('SIGKILL')
    truncateSync(ballast, 0)
    const third = track(ServerProcess.start(dataDir, ...FLAGS))
    expect(await ledger.check(await third.ready())).toEqual(before)
  })
})

describe('a sync that fails', () => {
  test('ends the process with exit code 70; what was acknowledged is there afterwards', async () => {
    const dataDir = join(root, 'sync')
    const ledger = new Ledger(randomOf(5))
    for (let round = 0; round < 3; round++) {
      const failing = track(ServerProcess.run(ODD_DISK, dataDir, String(64 * 1024), '50'))
      const loading = ledger.load(await failing.ready(), 8)
      await delay(200)
      failing.signal('SIGUSR2')
      const { code, log } = await failing.ended
      expect(code).toBe(70)
      expect(log.some(({ msg }) => msg === 'fatal')).toBe(true)
      await loading
    }
    const next = track(ServerProcess.start(dataDir))
    await ledger.settle(await next.ready())
    await ledger.check(await next.url())
  })

  test('is told once; every count from then on is refused, questions are answered', async () => {
    const disk = new MemoryDisk()
    const { app, fatal, close } = await serveOn(disk)
    expect((await app.inject('/count?dimensions=before')).statusCode).toBe(200)
    disk.syncsLeft = 0
    const answers = await Promise.all([1, 2, 3].map(() => app.inject('/count?dimensions=during')))
    disk.syncsLeft = Number.POSITIVE_INFINITY
    answers.push(await app.inject('/count?dimensions=after'))
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' })
      expect(answer.headers['retry-after']).toBeDefined()
    }
    expect(fatal.length).toBe(1)
    expect((await app.inject('/dimensions')).body).toContain('before')
    await close()
    const { app: next, close: closeNext } = await serveOn(disk.crash(() => false))
    const dimensions = (await next.inject('/dimensions')).body
    expect(dimensions).toContain('before')
    expect(dimensions).not.toContain('during')
    expect((await next.inject('/count?dimensions=next')).statusCode).toBe(200)
    await closeNext()
  })
})

describe('a full disk, in this process', () => {
  test('requests of one commit are refused together, none of them is there; the next ones are counted', async () => {
    const disk = new MemoryDisk()
    const { app, fatal, close } = await serveOn(disk)
    expect((await app.inject('/count?dimensions=before')).statusCode).toBe(200)
    disk.roomBytes = 20
    const answers = await Promise.all([1, 2, 3].map(n => app.inject(`/count?dimensions=during${n}&id=${n}`)))
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ status: 503, code: 'disk_full' })
      expect(answer.headers['retry-after']).toBeDefined()
    }
    disk.roomBytes = Number.POSITIVE_INFINITY
    expect(
      (await app.inject('/count?dimensions=during1&id=1')).headers['hailwhale-duplicates'],
    ).toBeUndefined()
    expect((await app.inject('/count?dimensions=during1&id=1')).headers['hailwhale-duplicates']).toBe('1')
    expect(fatal).toEqual([])
    const hits = async (at: typeof app) => (await at.inject('/totals?period=1h:1d&depth=1')).json()['1h:1d']
    const expected = { _: { hits: 2 }, before: { hits: 1 }, during1: { hits: 1 } }
    expect(await hits(app)).toEqual(expected)
    const crashed = disk.crash(() => true)
    await close()
    const { app: next, close: closeNext } = await serveOn(crashed)
    expect(await hits(next)).toEqual(expected)
    await closeNext()
  })
})

/** A server in this process, its journal on a disk of the test's own, its store in memory. */
async function serveOn(disk: MemoryDisk) {
  const fatal: Error[] = []
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const embedded = await openEmbedded({
    dataDir: '',
    retention: DEFAULT_RETENTION,
    dedupeWindowMs: DAY_MS,
    flushIntervalMs: DAY_MS,
    cacheMemoryBytes: 2 ** 26,
    limits: DEFAULT_LIMITS,
    now: Date.now,
    log,
    onFatal: error => fatal.push(error),
    journal: new FileJournal({
      directory: 'journal',
      fileSystem: disk,
      onFatal: error => fatal.push(error),
    }),
    store: new MemoryStore(),
  })
  await embedded.recovered
  const app = await createHttp({
    access: Access.everyone(),
    service: embedded.service,
    limits: DEFAULT_LIMITS,
    now: Date.now,
    version: '0',
    log,
  })
  const close = async () => {
    await app.close()
    await embedded.close()
  }
  return { app, fatal, close }
}
