/**
 * A store whose engine crashes and forgets its last writes, as a Redis that syncs once a second: what was counted must all be there in
 * the end, once, from what the journal still holds.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryJournal } from '../journal/memory-journal.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { singleBucket } from '../query/reader.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import { type Change, StoreWentBackError } from '../store/store.js'
import { type Embedded, openEmbedded } from './embedded.js'

const SETTLES_MS = 10_000
const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 2, 1, 12)

/** Keeps what it was told in a list, to be able to forget the end of it. */
class ForgettingStore extends MemoryStore {
  override readonly supports = { expiry: false, durable: true, settlesMs: SETTLES_MS, risk: null }
  readonly #now: () => number
  readonly #written: { readonly atMs: number; readonly changes: readonly Change[] }[] = []
  override incarnation: number = 0
  /** It has crashed, and nobody knows yet. */
  #lost = false
  #crash: { afterWrites: number; readonly forgotten: number } | undefined

  constructor(now: () => number) {
    super()
    this.#now = now
  }

  /** By another process: it knows of no write that could be lost. */
  override async open(): Promise<void> {
    this.#lost = false
    return super.open()
  }

  override async write(changes: readonly Change[], incarnation = this.incarnation): Promise<void> {
    if (this.#lost || incarnation !== this.incarnation) {
      if (this.#lost) this.incarnation++
      this.#lost = false
      throw new Error('away')
    }
    this.#written.push({ atMs: this.#now(), changes: structuredClone(changes) })
    await super.write(changes)
    if (this.#crash && this.#crash.afterWrites-- <= 0) await this.#forget(this.#crash.forgotten)
  }

  /** The engine will crash after so many writes, and forget so many of its last ones, but none that has settled. */
  crashSoon(afterWrites: number, forgotten: number): void {
    this.#crash = { afterWrites, forgotten }
  }

  async #forget(forgotten: number): Promise<void> {
    this.#crash = undefined
    this.#lost = true
    const settled = this.#written.filter(({ atMs }) => atMs + SETTLES_MS <= this.#now()).length
    this.#written.length = Math.max(settled, this.#written.length - forgotten)
    await super.drop(Uint8Array.of(1), Uint8Array.of(0xff))
    for (const { changes } of this.#written) await super.write(changes)
  }
}

/** A server that is started anew where it says that it must be. */
class Server {
  nowMs = START_MS
  restarts = 0
  /** Why the process would have ended. */
  fatal: Error | null = null
  readonly journal = new MemoryJournal()
  readonly store = new ForgettingStore(() => this.nowMs)
  #embedded: Embedded | undefined

  async open(): Promise<void> {
    this.#embedded = await openEmbedded({
      dataDir: '/nowhere',
      retention: [{ interval: '1m', keepMs: DAY_MS }],
      dedupeWindowMs: DAY_MS,
      flushIntervalMs: 3_600_000,
      cacheMemoryBytes: 16 * 1024 * 1024,
      limits: DEFAULT_LIMITS,
      now: () => this.nowMs,
      delay: async () => undefined,
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: () => undefined,
      },
      onFatal: error => {
        this.fatal = error
      },
      journal: this.journal,
      store: this.store,
    })
    await this.#embedded.recovered
  }

  async count(name: string): Promise<void> {
    const metrics = new Map([['hits', 1]])
    await this.#embedded!.service.count([{ key: ['k'], paths: [[name]], metrics, atMs: START_MS, id: name }])
  }

  /** Brings a name to a value. */
  set(name: string, value: number): Promise<void> {
    const metrics = new Map([['hits', value]])
    const change = { key: ['k'], path: [name], metrics, atMs: START_MS, interval: '1m' } as const
    return this.#surely(({ service }) => service.updateCountTo(change))
  }

  /** Takes a name's counts away, and the name. */
  reset(name: string): Promise<void> {
    return this.#surely(({ service }) => service.reset({ key: ['k'], path: [name] }))
  }

  flush(): Promise<void> {
    return this.#surely(({ whale }) => whale.flush())
  }

  /** Does something; where the store turns out to have gone back, the process ends, and the next one does it. */
  async #surely(work: (embedded: Embedded) => Promise<void>): Promise<void> {
    const error = await work(this.#embedded!).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (error === null) return
    if (!(error instanceof StoreWentBackError)) throw error
    expect(this.fatal).toBe(error)
    this.fatal = null
    this.restarts++
    await this.reopen()
    return this.#surely(work)
  }

  async reopen(): Promise<void> {
    await this.close()
    await this.open()
  }

  async hits(path: readonly string[]): Promise<number> {
    const plan = singleBucket('1m', START_MS, START_MS + 60_000)
    const sums = await this.#embedded!.service.reader.series(['k'], path, plan, null)
    return sums.columns.get('hits')?.values[0] ?? 0
  }

  async close(): Promise<void> {
    await this.#embedded!.close()
  }
}

describe('a store that crashes and forgets its last writes', () => {
  test('loses no count and doubles none', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ count: fc.constantFrom('a', 'b', 'c', 'd', 'e') }) },
      { weight: 3, arbitrary: fc.constant('flush' as const) },
      { weight: 1, arbitrary: fc.record({ waitMs: fc.constantFrom(1000, 9999, 20_000) }) },
      { weight: 1, arbitrary: fc.constant('reopen' as const) },
      { weight: 1, arbitrary: fc.record({ set: fc.constantFrom('a', 'b', 'c'), to: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ reset: fc.constantFrom('a', 'b', 'c') }) },
      { weight: 2, arbitrary: fc.record({ afterWrites: fc.nat(6), forgotten: fc.nat(20) }) },
    )
    let restarts = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
        const server = new Server()
        await server.open()
        const counted = new Set<string>()
        const hits = new Map<string, number>()
        for (const action of steps) {
          if (action === 'flush') await server.flush()
          else if (action === 'reopen') await server.reopen()
          else if ('waitMs' in action) server.nowMs += action.waitMs
          else if ('afterWrites' in action) server.store.crashSoon(action.afterWrites, action.forgotten)
          else if ('set' in action) {
            await server.set(action.set, action.to)
            hits.set(action.set, action.to)
          } else if ('reset' in action) {
            await server.reset(action.reset)
            hits.delete(action.reset)
          } else {
            await server.count(action.count)
            // Each has an id: a second one counts nothing.
            if (!counted.has(action.count)) hits.set(action.count, (hits.get(action.count) ?? 0) + 1)
            counted.add(action.count)
          }
        }
        await server.flush()
        await server.flush()
        expect(await server.hits([])).toBe([...hits.values()].reduce((sum, value) => sum + value, 0))
        for (const [name, value] of hits) expect(await server.hits([name])).toBe(value)
        await server.close()
        restarts += server.restarts
      }),
      { numRuns: 600 },
    )
    expect(restarts).toBeGreaterThan(0)
  })
})
