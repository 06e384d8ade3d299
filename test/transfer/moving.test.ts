/**
 * A server's counts moved to another one by export and import: from files to partitions in Redis or in folders, on with counting, and
 * back. Before, between and after, the server is asked everything, beside its model; ids that were counted before a move are sent
 * again after it, and count nothing.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { MemoryJournal } from '../../src/journal/memory-journal.js'
import type { CountEvent } from '../../src/model/event.js'
import { parseRetention } from '../../src/model/retention.js'
import { parseRedisAddress } from '../../src/redis/redis-address.js'
import { LmdbStores } from '../../src/store/lmdb/lmdb-stores.js'
import { RedisStores } from '../../src/store/redis/redis-stores.js'
import { Dice } from '../support/dice.js'
import { ANY_STYLE, type EventStyle, makeEvent } from '../support/made-events.js'
import { RedisServer } from '../support/redis-servers.js'
import { runs } from '../support/runs.js'
import { askMany, checkPoints, countBoth } from '../support/server-checks.js'
import { type HarnessOptions, ServerHarness } from '../support/server-harness.js'
import { moveCounts, type Written } from '../support/transfer.js'

const PARTITIONS = 8
/** Redis has a clock of its own, which says what expires. */
const NOW_MS = Date.now()

let redis: RedisServer
let namespaces = 0
const started: ServerHarness[] = []

beforeAll(async () => {
  redis = await RedisServer.start('--appendonly', 'no')
})

afterAll(() => redis?.close())

afterEach(async () => {
  for (const harness of started.splice(0)) await harness.stop()
})

/** Counts events whose ids come again, and requests that come again as a whole. */
class Source {
  readonly #requests: CountEvent[][] = []

  async count(harness: ServerHarness, dice: Dice, style: EventStyle, requests: number): Promise<void> {
    for (let i = 0; i < requests; i++) {
      const known = dice.below(this.#requests.length + 1)
      if (dice.once(3) && known < this.#requests.length) {
        await countBoth(harness, dice, this.#requests[known]!, `request ${known}`)
        continue
      }
      const events = Array.from({ length: dice.pick([1, 2, 5, 20]) }, () => {
        const event = makeEvent(dice, style, harness.nowMs)
        return dice.once(2) ? { ...event, id: `id ${dice.below(30)}` } : event
      })
      const isKnown = dice.once(4)
      await countBoth(
        harness,
        dice,
        events,
        isKnown ? `request ${this.#requests.push(events) - 1}` : undefined,
      )
    }
  }
}

async function check(harness: ServerHarness, dice: Dice, when: string): Promise<void> {
  await askMany(harness, dice, 15, when)
  for (let i = 0; i < 2; i++) {
    const { key, path } = dice.pick(harness.model.allSeries)
    await checkPoints(harness, key, path, when)
  }
}

const BOARD = { title: 'Über alles', panels: [{ element: 'graph', attributes: { key: 'site' }, width: 2 }] }

async function putBoard(harness: ServerHarness, name: string): Promise<void> {
  const body = Buffer.from(JSON.stringify(BOARD))
  const headers = { 'content-type': 'application/json' }
  const answer = await harness.send({ method: 'PUT' as 'POST', url: `/board?name=${name}`, headers, body })
  expect(answer.status, answer.body.toString()).toBeLessThan(300)
}

async function boards(harness: ServerHarness): Promise<unknown> {
  const answer = await harness.send({ method: 'GET', url: '/boards', headers: {} })
  return JSON.parse(answer.body.toString())
}

/** The whole way: files, partitions, files, counted into and asked at each stop. */
async function wander(
  options: Omit<HarnessOptions, 'nowMs'>,
  written: Written,
  style: EventStyle,
  where: 'redis' | 'folders',
  seed: number,
): Promise<void> {
  const dice = new Dice(seed)
  const source = new Source()
  const harness = await ServerHarness.start({ nowMs: NOW_MS, ...options })
  started.push(harness)
  await source.count(harness, dice, style, 25)
  if (dice.once(2)) await harness.flush()
  await source.count(harness, dice, style, 5)
  await putBoard(harness, 'first')
  const shown = await boards(harness)
  const namespace = `moving${namespaces++}`
  const spreadAt = (folder: string): Written =>
    where === 'redis' ? { store: redis.url, namespace } : { store: `lmdb:${join(folder, 'whale')}` }
  const parts = (folder: string) => ({
    journal: new MemoryJournal({ partitions: PARTITIONS }),
    stores:
      where === 'redis'
        ? new RedisStores({ redis: parseRedisAddress(redis.url, 'store'), namespace })
        : new LmdbStores(join(folder, 'whale')),
  })
  await harness.move(async (from, to) => {
    const target = { ...written, ...spreadAt(to), partitions: String(PARTITIONS) }
    await moveCounts({ ...written, dataDir: from }, join(to, 'export.gz'), target, harness.nowMs)
  }, parts)
  expect(await boards(harness)).toEqual(shown)
  await check(harness, dice, 'in partitions')
  await source.count(harness, dice, style, 20)
  await check(harness, dice, 'counted in partitions')
  await harness.flush()
  await check(harness, dice, 'flushed in partitions')
  harness.pass(dice.pick([3000, 61_000, 900_000]))
  await harness.move(async (from, to) => {
    const spread = { ...written, ...spreadAt(from) }
    await moveCounts(spread, join(to, 'export'), { ...written, dataDir: to }, harness.nowMs)
  })
  expect(await boards(harness)).toEqual(shown)
  await check(harness, dice, 'in files again')
  await source.count(harness, dice, style, 20)
  await harness.reopen()
  await check(harness, dice, 'counted in files again')
  expect(harness.fatal).toEqual([])
  await harness.stop()
}

describe('counts that are moved', () => {
  test('to partitions in Redis and back', async () => {
    const property = fc.asyncProperty(fc.integer(), seed => wander({}, {}, ANY_STYLE, 'redis', seed))
    await fc.assert(property, runs(2))
  })

  test('to partitions in folders and back, with keys that are kept for a time of their own', async () => {
    const kept = [
      ['["site","blog"]', '10s:2h,1h:3d'],
      ['["site"]', '10s:10m,15m:5d,1d:40d'],
      ['["_"]', '1h:2d,1d:10d'],
    ] as const
    const retentionByKey = new Map(kept.map(([key, text]) => [key, parseRetention(text)]))
    const retainKey = kept.map(([key, text]) => `${key}=${text}`)
    const property = fc.asyncProperty(fc.integer(), seed =>
      wander({ retentionByKey }, { retainKey }, ANY_STYLE, 'folders', seed),
    )
    await fc.assert(property, runs(2))
  })
})
