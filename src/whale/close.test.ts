import { describe, expect, test } from 'vitest'
import { MemoryJournal } from '../journal/memory-journal.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { singleBucket } from '../query/reader.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import { type Embedded, openEmbedded } from './embedded.js'

const START_MS = Date.UTC(2026, 10, 20)
const DAY_MS = 86_400_000
const PATHS = 5000
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A clock that stands until it is told to hurry; then each look at it takes some time. */
class HurryingClock {
  stepMs = 0
  #nowMs = START_MS
  readonly now = (): number => {
    this.#nowMs += this.stepMs
    return this.#nowMs
  }
}

/** A store that can be away. */
class LeavingStore extends MemoryStore {
  isAway = false

  override async read(...question: Parameters<MemoryStore['read']>): ReturnType<MemoryStore['read']> {
    if (this.isAway) throw new Error('away')
    return super.read(...question)
  }
}

function open(journal: MemoryJournal, store: MemoryStore, now: () => number): Promise<Embedded> {
  return openEmbedded({
    dataDir: '/nowhere',
    retention: [
      { interval: '1m', keepMs: DAY_MS },
      { interval: '1d', keepMs: 100 * DAY_MS },
    ],
    dedupeWindowMs: DAY_MS,
    flushIntervalMs: 3_600_000,
    cacheMemoryBytes: 64 * 2 ** 20,
    limits: DEFAULT_LIMITS,
    now,
    log,
    onFatal: error => {
      throw error
    },
    journal,
    store,
  })
}

async function count({ service }: Embedded, from: number): Promise<void> {
  const events = Array.from({ length: PATHS }, (_, i) => ({
    key: ['k'],
    paths: [['names', `name ${from + i}`]],
    metrics: new Map([['hits', 1]]),
    atMs: START_MS,
  }))
  await service.count(events)
}

async function hitsOf({ service }: Embedded, path: readonly string[]): Promise<number | undefined> {
  const plan = singleBucket('1d', START_MS, START_MS + DAY_MS)
  const sums = await service.reader.series(['k'], path, plan, null)
  return sums.columns.get('hits')?.values[0]
}

describe('a server that closes', () => {
  test.each([1, 65, 70, 85, 150, 300, 1600, 4000])(
    'gives its last flush up in time (%i ms a step), and the next start has every count once',
    async stepMs => {
      const journal = new MemoryJournal()
      const store = new MemoryStore()
      const clock = new HurryingClock()
      const first = await open(journal, store, clock.now)
      await first.recovered
      await count(first, 0)
      await first.whale.flush()
      await count(first, PATHS / 2)
      clock.stepMs = stepMs
      await first.close()
      expect(first.whale.flushedThrough < first.whale.through).toBe(stepMs > 1)
      const second = await open(journal, store, () => START_MS)
      await second.recovered
      const overall = await hitsOf(second, [])
      const names = await second.service.reader.listChildren(['k'], ['names'], { limit: 10_000 })
      const both = await hitsOf(second, ['names', `name ${PATHS - 1}`])
      const only = await hitsOf(second, ['names', `name ${PATHS}`])
      await second.close()
      expect([overall, names.length, both, only]).toEqual([2 * PATHS, 1.5 * PATHS, 2, 1])
    },
  )

  test('ends while the store is away and a batch waits for it; the next start has that too', async () => {
    const journal = new MemoryJournal()
    const store = new LeavingStore()
    const first = await open(journal, store, () => START_MS)
    await first.recovered
    store.isAway = true
    const event = { key: ['k'], paths: [['a']], metrics: new Map([['hits', 1]]), atMs: START_MS, id: 'x' }
    void first.service.count([event])
    await expect.poll(() => first.whale.isAway).toBe(true)
    await first.close()
    store.isAway = false
    const second = await open(journal, store, () => START_MS)
    await second.recovered
    expect(await hitsOf(second, ['a'])).toBe(1)
    await second.close()
  })
})
