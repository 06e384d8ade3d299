/**
 * kill -9 at random moments, again and again: under load, while the journal is read, while counts move into the store. At the end
 * each acknowledged request is there exactly once, and nothing is there twice. HAILWHALE_KILLS=200 kills more often.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inspectJournal } from '../../src/journal/file/inspect.js'
import { Ledger } from '../support/ledger.js'
import { buildIfStale, ServerProcess } from '../support/server-process.js'

const KILLS = Number(process.env.HAILWHALE_KILLS ?? 8)
const ODD_DISK = join(import.meta.dirname, '..', 'support', 'serve-odd-disk.mjs')

let dir: string
const running = new Set<ServerProcess>()

beforeAll(buildIfStale, 120_000)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-kill-'))
})

afterEach(async () => {
  for (const server of running) await server.end('SIGKILL')
  running.clear()
  await rm(dir, { recursive: true, force: true })
})

function track(server: ServerProcess): ServerProcess {
  running.add(server)
  server.ended.then(() => running.delete(server))
  return server
}

/** A small generator of numbers, so that a run can be repeated with its seed (as far as the machine repeats itself). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

interface Variant {
  readonly name: string
  readonly start: () => ServerProcess
}

const variants: readonly Variant[] = [
  { name: 'flushing every 200 ms', start: () => ServerProcess.start(dir, '--flush-interval', '200ms') },
  { name: 'hardly ever flushing', start: () => ServerProcess.start(dir, '--flush-interval', '10m') },
  {
    name: 'always flushing, segments of 64 KiB',
    start: () => ServerProcess.run(ODD_DISK, dir, String(64 * 1024), '5'),
  },
]

describe('kill -9', () => {
  test.each(variants)('$name', async ({ start }) => {
    const seed = Date.now() >>> 0
    console.log(`seed ${seed}`)
    const random = randomOf(seed)
    const ledger = new Ledger(random)
    for (let kill = 0; kill < KILLS; kill++) {
      const server = track(start())
      if (kill % 3 === 2) {
        // In the middle of reading what the kill before this one has left.
        await server.url()
        await delay(random() * 20)
      } else {
        const loading = ledger.load(await server.ready(), 12)
        await delay(20 + random() * 400)
        expect((await server.end('SIGKILL')).signal).toBe('SIGKILL')
        await loading
      }
      expect((await server.end('SIGKILL')).signal).toBe('SIGKILL')
      const { damage } = await inspectJournal(join(dir, 'journal'))
      expect(damage.filter(({ mendedBy }) => mendedBy !== 'opening')).toEqual([])
    }
    console.log(
      `${ledger.events} events, ${ledger.acknowledged} acknowledged, ${ledger.unanswered} unanswered`,
    )
    expect(ledger.acknowledged).toBeGreaterThan(KILLS)
    const last = track(start())
    await ledger.settle(await last.ready())
    const before = await ledger.check(await last.url())
    await last.end('SIGKILL')
    const again = track(start())
    expect(await ledger.check(await again.ready())).toEqual(before)
    expect((await again.end('SIGTERM')).code).toBe(0)
    const { damage } = await inspectJournal(join(dir, 'journal'))
    expect(damage).toEqual([])
    const flushed = track(start())
    expect(await ledger.check(await flushed.ready())).toEqual(before)
  })
})

describe('SIGTERM', () => {
  test('under load: exit code 0, nothing lost, nothing left to read', async () => {
    const ledger = new Ledger(randomOf(1))
    const server = track(ServerProcess.start(dir, '--flush-interval', '10m'))
    const loading = ledger.load(await server.ready(), 12)
    await delay(300)
    const startMs = performance.now()
    expect((await server.end('SIGTERM')).code).toBe(0)
    expect(performance.now() - startMs).toBeLessThan(15_000)
    await loading
    const again = track(ServerProcess.start(dir))
    await again.url()
    expect((await again.logged(({ msg }) => msg === 'recovered')).events).toBe(0)
    await ledger.settle(await again.url())
    await ledger.check(await again.url())
  })

  test('while the journal is read: exit code 0, and the next start reads it', async () => {
    const ledger = new Ledger(randomOf(2))
    const first = track(ServerProcess.start(dir, '--flush-interval', '10m'))
    const loading = ledger.load(await first.ready(), 12)
    await delay(500)
    await first.end('SIGKILL')
    await loading
    const second = track(ServerProcess.start(dir))
    await second.url()
    expect((await second.end('SIGTERM')).code).toBe(0)
    const third = track(ServerProcess.start(dir))
    await ledger.settle(await third.ready())
    await ledger.check(await third.url())
  })
})
