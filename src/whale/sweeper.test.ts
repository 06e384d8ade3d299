/** What the sweeper drops: what no key keeps any more, once, and nothing that can still be asked for. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, KEPT_INTERVALS, type KeptInterval } from '../model/interval.js'
import { expiredBeforeMs, parseRetention, readableFromMs } from '../model/retention.js'
import { idGroup, ROOT_DIGEST, rowGroup } from '../rollup/address.js'
import { IdWindow } from '../rollup/ids.js'
import { Policies } from '../rollup/series.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import type { StoreManifest } from '../store/store.js'
import { Sweeper } from './sweeper.js'

const NOW_MS = 1_770_012_345_678
const HOUR_MS = 3_600_000
const MEMBER = Uint8Array.of(1)

/** A store that counts its drops; with `expiry`, one that lets cells go by itself. */
class DroppingStore extends MemoryStore {
  drops = 0
  override readonly supports: StoreManifest

  constructor(expiry = false) {
    super()
    this.supports = { expiry, durable: false, settlesMs: 0, risk: null }
  }

  override drop(from: Uint8Array, until: Uint8Array): Promise<void> {
    this.drops++
    return super.drop(from, until)
  }
}

function chunkMsOf(interval: KeptInterval): number {
  return CHUNK_BUCKETS[interval] * KEPT_INTERVAL_MS[interval]
}

async function put(store: MemoryStore, groups: readonly Uint8Array[]): Promise<void> {
  await store.write(groups.map(group => ({ group, member: MEMBER, through: 1, value: MEMBER })))
}

async function isThere(store: MemoryStore, group: Uint8Array): Promise<boolean> {
  return (await store.read([{ group, member: MEMBER }]))[0] !== undefined
}

describe('the sweeper', () => {
  test('drops the chunks that have expired for every key, and only those', async () => {
    const texts = ['10s:6h,1m:8d,1d:forever', '10s:1h,1m:30d', '10s:2d', '1h:400d,1d:2000d'] as const
    const someTexts = fc.subarray([...texts], { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(someTexts, fc.array(fc.nat(40), { maxLength: 5 }), async (rules, hours) => {
        const [first, ...others] = rules.map(parseRetention)
        const policies = new Policies(first!, new Map(others.map((own, i) => [`["${i}"]`, own])))
        const store = new DroppingStore()
        await store.open()
        const sweeper = new Sweeper(store, policies)
        let nowMs = NOW_MS
        for (const hour of [0, ...hours]) {
          nowMs += hour * HOUR_MS
          await sweeper.sweep(nowMs, new IdWindow(HOUR_MS))
        }
        const swept = store
        for (const interval of KEPT_INTERVALS) {
          const kept = policies.all.flatMap(({ retention }) =>
            retention.filter(rule => rule.interval === interval),
          )
          if (kept.length === 0) continue
          const lastChunk = Math.floor(nowMs / chunkMsOf(interval))
          const expiredMs = Math.min(...kept.map(rule => expiredBeforeMs(rule, nowMs)))
          const gone = Number.isFinite(expiredMs) ? Math.floor(expiredMs / chunkMsOf(interval)) : 0
          const chunks = [0, gone - 2, gone - 1, gone, gone + 1, lastChunk].filter(chunk => chunk >= 0)
          await put(
            swept,
            chunks.map(chunk => rowGroup(interval, chunk, ROOT_DIGEST)),
          )
          // A fresh sweeper sweeps what was put back.
          await new Sweeper(swept, policies).sweep(nowMs, new IdWindow(HOUR_MS))
          for (const chunk of chunks) {
            expect(await isThere(swept, rowGroup(interval, chunk, ROOT_DIGEST))).toBe(chunk >= gone)
          }
          const readableMs = Math.min(...kept.map(rule => readableFromMs(rule, nowMs)))
          expect(gone * chunkMsOf(interval)).toBeLessThanOrEqual(readableMs)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('drops the ids that the window has left behind', async () => {
    const policies = new Policies(parseRetention('1d:forever'))
    const store = new DroppingStore()
    await store.open()
    const window = new IdWindow(4 * HOUR_MS)
    const { slice } = window.expired(NOW_MS)
    await put(store, [slice - 1, slice, slice + 4].map(idGroup))
    await new Sweeper(store, policies).sweep(NOW_MS, window)
    const left = await Promise.all([slice - 1, slice, slice + 4].map(one => isThere(store, idGroup(one))))
    expect(left).toEqual([false, true, true])
  })

  test('does not drop again what it has dropped', async () => {
    const policies = new Policies(parseRetention('10s:6h,1d:forever'))
    const store = new DroppingStore()
    await store.open()
    const sweeper = new Sweeper(store, policies)
    const window = new IdWindow(4 * HOUR_MS)
    await sweeper.sweep(NOW_MS, window)
    expect(store.drops).toBe(2)
    await sweeper.sweep(NOW_MS, window)
    await sweeper.sweep(NOW_MS - HOUR_MS, window)
    expect(store.drops).toBe(2)
    await sweeper.sweep(NOW_MS + HOUR_MS, window)
    expect(store.drops).toBe(4)
  })

  test('drops only ids from a store whose rows go by themselves', async () => {
    const store = new DroppingStore(true)
    await store.open()
    await new Sweeper(store, new Policies(parseRetention('10s:6h'))).sweep(NOW_MS, new IdWindow(HOUR_MS))
    expect(store.drops).toBe(1)
  })
})
